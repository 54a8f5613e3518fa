//! The contiguous split into training and validation characters.
//!
//! The split is made before any batching, so no window and no row ever crosses it.

use crate::Section;

/// The two parts of a corpus: the first is trained on, the last is held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split<'a> {
    /// What to train on.
    pub train: Section<'a>,
    /// What is held out; empty when the fraction is 0.
    pub valid: Section<'a>,
}

impl<'a> Split<'a> {
    /// Holds out the end of `text`: see `tail_start`.
    ///
    /// # Panics
    /// When the fraction is not in `0.0..1.0`; configurations are checked before this.
    pub fn tail(text: Section<'a>, val_fraction: f64) -> Self {
        let (train, valid) = text.split_at(tail_start(text, val_fraction));
        Self { train, valid }
    }
}

/// Where the last `val_fraction` of `text` begins, rounded down to whole characters; of records, rounded to whole
/// ones, at least one in each part.
///
/// # Panics
/// When the fraction is not in `0.0..1.0`.
pub(crate) fn tail_start(text: Section<'_>, val_fraction: f64) -> usize {
    assert!((0.0..1.0).contains(&val_fraction), "val_fraction = {val_fraction}");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ x ≤ len")]
    let held_out = (text.len() as f64 * val_fraction) as usize;
    let at = text.len() - held_out;
    if !text.are_records() || val_fraction <= 0.0 {
        return at;
    }
    let inside = text.starts(1..text.len().saturating_sub(1));
    inside.min_by_key(|&start| start.abs_diff(at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Corpus, Vocabulary, VocabularyLimits};
    use charnn_text::Records;

    #[test]
    fn last_tenth_is_held_out() {
        let ids: Vec<u16> = (0..25).collect();
        let split = Split::tail(Section::from(&ids[..]), 0.1);
        assert_eq!((split.train.ids(), split.valid.ids()), (&ids[..23], &ids[23..]));
        assert!(Split::tail(Section::from(&ids[..]), 0.0).valid.is_empty());
    }

    #[test]
    fn records_are_held_out_whole() {
        let corpus = Corpus::from_text("test", "abc\nd\nef\ng\n");
        let corpus = corpus.with_records(&Records::Line, None).unwrap();
        let vocabulary = corpus.vocabulary(VocabularyLimits::ALL).unwrap();
        let ids = corpus.ids(&vocabulary).unwrap();
        let starts = corpus.starts(&ids, &vocabulary);
        for (fraction, train, valid) in
            [(0.01, "RabcRdRefR", "RgR"), (0.5, "RabcRdR", "RefRgR"), (0.9, "RabcR", "RdRefRgR")]
        {
            let split = Split::tail(Section::of(&ids, &starts, &vocabulary), fraction);
            let text = |part: Section<'_>| {
                let symbols = part.ids().iter().map(|&id| vocabulary.symbol(id));
                symbols.collect::<String>().replace(Vocabulary::RECORD, "R")
            };
            assert_eq!((&*text(split.train), &*text(split.valid)), (train, valid));
        }
    }
}
