//! What somebody meant who wrote a word that does not exist.

/// The candidate nearest to `written`; none where all are far.
///
/// The fewest letters that are left out, added, changed or swapped decide (Damerau and
/// Levenshtein), and among equals, or where these are many, the likeness of the beginnings (Jaro
/// and Winkler).
pub(crate) fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// What is less alike than this is no misspelling.
    const LEAST_LIKENESS: f64 = 0.8;
    /// Comparing takes as long as both words are long, multiplied, and no key is longer.
    const LONGEST: usize = 64;
    let written: String = written.chars().take(LONGEST).collect();
    let written = written.to_lowercase().replace('-', "_");
    let edits = |word: &'a str| (strsim::osa_distance(&written, word), word);
    let all: Vec<(usize, &str)> = candidates.into_iter().map(edits).collect();
    let (fewest, word) = *all.iter().min()?;
    let close = fewest <= 1.max(word.chars().count() / 4);
    let likeness = |(edits, word): &(usize, &'a str)| {
        let compared = !close || *edits == fewest;
        (if compared { strsim::jaro_winkler(&written, word) } else { 0.0 }, *word)
    };
    let (likeness, word) = all.iter().map(likeness).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (close || likeness > LEAST_LIKENESS).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn fewest_edits_then_the_likest_beginning_and_nothing_that_is_far() {
        let known = ["hidden_size", "embedding_size", "top_k", "top_p"];
        assert_eq!(nearest("hiden_size", known), Some("hidden_size"));
        assert_eq!(nearest("HIDDEN-SIZE", known), Some("hidden_size"));
        assert_eq!(nearest("hidden", known), Some("hidden_size"));
        assert_eq!(nearest("topp", known), Some("top_p"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), known), None);
    }
}
