//! Patterns with alternatives: `novels/{emma,persuasion}.txt`.

/// The alternatives of `pattern`, in order; empty if it has no braces.
pub(crate) fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let (before, rest) = pattern.split_once('{')?;
    let (words, after) = rest.split_once('}')?;
    Some(words.split(',').map(|word| format!("{before}{word}{after}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_stand_for_each_of_their_words() {
        let of = |pattern| alternatives(pattern).unwrap_or_default().join(" ");
        assert_eq!(of("a/{b,c}.txt"), "a/b.txt a/c.txt");
        assert_eq!(of("{a/b.txt,c*}"), "a/b.txt c*");
        assert_eq!(of("a/b.txt") + &of("{a") + &of("a}{"), "");
    }
}
