//! The primer of a corpus: a stretch of it that ends where a text could begin.
//!
//! A network that carries its state from batch to batch sees the beginning of a text once an epoch. After
//! a state of zeros it therefore writes nonsense for a while. Reading the primer first brings it into a
//! state that it knows.

use crate::Section;
use charnn_bundle::Vocabulary;

/// Characters of a primer: enough that a network forgets that it started from zeros.
const LENGTH: usize = 400;
/// How far around the middle of the text a good place is looked for.
const REACH: usize = 1 << 16;

/// How good a beginning after a place would be, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Beginning {
    /// A line after a blank one.
    Paragraph,
    /// A line after one that ends a sentence.
    Sentence,
    /// A line.
    Line,
    /// A sentence inside a line.
    Inside,
    Anywhere,
}

/// The primer of a text: 400 characters, or all before the place that was found.
///
/// The place is the best beginning near the middle of the text (a paragraph, else a line, else a sentence),
/// and of equal ones the nearest to it. It depends on the text alone.
pub fn primer(text: Section<'_>, vocabulary: &Vocabulary) -> String {
    let ids = text.ids();
    let middle = ids.len() / 2;
    let characters: Vec<char> = {
        let around = middle.saturating_sub(REACH + LENGTH)..ids.len().min(middle + REACH);
        let first = |id: &u16| vocabulary.symbol(*id).chars().next().unwrap_or(' ');
        ids[around].iter().map(first).collect()
    };
    let offset = middle.saturating_sub(REACH + LENGTH);
    // A document's own beginning is a state of zeros that training knows; the primer stays inside one.
    let start_of = |place: usize| {
        let starts = text.starts(0..place + 1);
        starts.last().unwrap_or(0).max(place.saturating_sub(LENGTH))
    };
    let places = (offset + LENGTH.min(middle / 2)..offset + characters.len())
        .filter(|&place| place > 0 && place - start_of(place) >= LENGTH.min(middle / 2));
    let best = places
        .min_by_key(|&place| (beginning(&characters, place - offset), place.abs_diff(middle)));
    let place = best.unwrap_or(middle);
    let passage = &ids[start_of(place)..place];
    // Bytes of a character whose beginning is left out.
    let broken = passage.iter().take_while(|&&id| vocabulary.lengths(id).characters == 0).count();
    vocabulary.decode(&passage[broken..])
}

/// What begins at `place`.
fn beginning(text: &[char], place: usize) -> Beginning {
    let before = |back: usize| place.checked_sub(back).map(|at| text[at]);
    let ends_sentence =
        |character: Option<char>| character.is_some_and(|it| ".!?。！？…”’\"'」』".contains(it));
    if text[place].is_whitespace() && text[place] != '\u{3000}' {
        return Beginning::Anywhere;
    }
    match (before(1), before(2)) {
        (Some('\n'), Some('\n')) => Beginning::Paragraph,
        (Some('\n'), last) if ends_sentence(last) => Beginning::Sentence,
        (Some('\n'), _) => Beginning::Line,
        (Some(' '), last) if ends_sentence(last) => Beginning::Inside,
        (Some('。' | '！' | '？'), _) => Beginning::Inside,
        _ => Beginning::Anywhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Corpus, VocabularyLimits};

    fn primer_of(text: &str) -> String {
        let corpus = Corpus::from_text("test", text);
        let vocabulary = corpus.vocabulary(VocabularyLimits::ALL).unwrap();
        let ids = corpus.ids(&vocabulary).unwrap();
        primer(Section::new(&ids, &[0]), &vocabulary)
    }

    #[test]
    fn a_primer_ends_before_a_paragraph_or_else_a_line_or_else_a_sentence() {
        let words = "It was so and so, as they say. ".repeat(60);
        for (between, end) in [("\n\n", "\n\n"), ("\n", "\n"), (" ", ". ")] {
            let text = [words.trim(), words.trim()].join(between);
            let primer = primer_of(&text);
            assert!(primer.ends_with(end), "{between:?}: {primer:?}");
            assert_eq!(primer.chars().count(), LENGTH);
            assert!(text.contains(&primer));
        }
        let chinese = primer_of(&"从前有一座山，山上有一座庙。".repeat(200));
        assert!(chinese.ends_with('。'), "{chinese}");
    }

    #[test]
    fn a_line_after_a_full_stop_is_better_than_one_in_a_sentence() {
        let text = "He went out\nand came back.\nThen he went\nto bed.\n".repeat(40);
        assert!(primer_of(&text).ends_with(".\n"));
    }

    #[test]
    fn a_primer_stays_inside_a_document() {
        let text = "abcd efgh.\n".repeat(300);
        let corpus = Corpus::from_text("test", &*text);
        let vocabulary = corpus.vocabulary(VocabularyLimits::ALL).unwrap();
        let ids = corpus.ids(&vocabulary).unwrap();
        let starts = [0, 1500, 1650, 1900];
        let primer = primer(Section::new(&ids, &starts), &vocabulary);
        let begins = |at: usize| text[at..].starts_with(&primer);
        let mut places = (0..text.len()).filter(|&at| begins(at));
        assert!(places.any(|at| starts.iter().all(|&start| start <= at || start >= at + LENGTH)));
    }

    #[test]
    fn short_texts_have_short_primers_and_none_panics() {
        for text in ["ab", "ab\n", "a\nb\nc", "\n\n\nab", "aaaaaaaab"] {
            let primer = primer_of(text);
            assert!(text.contains(&primer), "{text:?}: {primer:?}");
        }
    }
}
