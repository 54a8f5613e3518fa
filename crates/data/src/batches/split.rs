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
    /// Holds out the last `val_fraction` of `text`, rounded down to whole characters.
    ///
    /// # Panics
    /// When the fraction is not in `0.0..1.0`; configurations are checked before this.
    pub fn tail(text: Section<'a>, val_fraction: f64) -> Self {
        assert!((0.0..1.0).contains(&val_fraction), "val_fraction = {val_fraction}");
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ x ≤ len")]
        let held_out = (text.len() as f64 * val_fraction) as usize;
        let (train, valid) = text.split_at(text.len() - held_out);
        Self { train, valid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_tenth_is_held_out() {
        let ids: Vec<u16> = (0..25).collect();
        let split = Split::tail(Section::from(&ids[..]), 0.1);
        assert_eq!((split.train.ids(), split.valid.ids()), (&ids[..23], &ids[23..]));
        assert!(Split::tail(Section::from(&ids[..]), 0.0).valid.is_empty());
    }
}
