//! The contiguous split into training and validation characters.
//!
//! The split is made before any batching, so no window and no lane ever crosses it.

/// The two parts of a corpus: the first is trained on, the last is held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split<'a> {
    /// Ids to train on.
    pub train: &'a [u32],
    /// Ids held out; empty when the fraction is 0.
    pub valid: &'a [u32],
}

impl<'a> Split<'a> {
    /// Holds out the last `valid_fraction` of `ids`, rounded down to whole characters.
    ///
    /// # Panics
    /// When the fraction is not in `0.0..1.0`; configurations are checked before this.
    pub fn tail(ids: &'a [u32], valid_fraction: f64) -> Self {
        assert!((0.0..1.0).contains(&valid_fraction), "valid_fraction = {valid_fraction}");
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ x ≤ len")]
        let held_out = (ids.len() as f64 * valid_fraction) as usize;
        let (train, valid) = ids.split_at(ids.len() - held_out);
        Self { train, valid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_tenth_is_held_out() {
        let ids: Vec<u32> = (0..25).collect();
        let split = Split::tail(&ids, 0.1);
        assert_eq!((split.train, split.valid), (&ids[..23], &ids[23..]));
        assert_eq!(Split::tail(&ids, 0.0).valid, &[] as &[u32]);
    }
}
