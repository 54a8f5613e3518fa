//! A part of a text as ids, with its document boundaries.
//!
//! A network should not learn that one book continues another: nothing is predicted across a boundary, and
//! no state is carried over it.

use std::ops::Range;

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section<'a> {
    ids: &'a [u16],
    /// The starts of the documents of the whole text, in order.
    starts: &'a [usize],
    /// The start of this part in the whole text.
    offset: usize,
}

impl<'a> Section<'a> {
    /// A whole text, whose documents begin at `starts`, in order.
    pub fn new(ids: &'a [u16], starts: &'a [usize]) -> Self {
        Self { ids, starts, offset: 0 }
    }

    /// The ids.
    pub fn ids(&self) -> &'a [u16] {
        self.ids
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether the part is empty.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The first `at` characters, and the others.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn split_at(self, at: usize) -> (Self, Self) {
        let (first, rest) = self.ids.split_at(at);
        (Self { ids: first, ..self }, Self { ids: rest, offset: self.offset + at, ..self })
    }

    /// The positions in `range` at which a document begins.
    pub fn starts(&self, range: Range<usize>) -> impl Iterator<Item = usize> + 'a {
        let offset = self.offset;
        let before = |place: usize| self.starts.partition_point(|&start| start < offset + place);
        let found = &self.starts[before(range.start)..before(range.end).max(before(range.start))];
        found.iter().map(move |start| start - offset)
    }

    /// The range of each document, or of its share in this part.
    pub fn documents(&self) -> impl Iterator<Item = Range<usize>> + 'a {
        let end = self.len();
        let starts = || self.starts(1..end);
        let first = (!self.is_empty()).then_some(0);
        first.into_iter().chain(starts()).zip(starts().chain([end])).map(|(from, to)| from..to)
    }

    /// The length of the longest document, in characters.
    pub fn longest_document(&self) -> usize {
        self.documents().map(|document| document.len()).max().unwrap_or(0)
    }
}

impl<'a> From<&'a [u16]> for Section<'a> {
    /// A text of one document.
    fn from(ids: &'a [u16]) -> Self {
        Self::new(ids, &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_cut_where_a_part_is() {
        let (ids, starts) = ([0; 10], [0, 4, 7]);
        let whole = Section::new(&ids, &starts);
        assert_eq!(whole.documents().collect::<Vec<_>>(), [0..4, 4..7, 7..10]);
        assert_eq!(whole.longest_document(), 4);
        assert_eq!(whole.starts(0..8).collect::<Vec<_>>(), [0, 4, 7]);
        let (first, rest) = whole.split_at(5);
        assert_eq!(first.documents().collect::<Vec<_>>(), [0..4, 4..5]);
        assert_eq!(rest.documents().collect::<Vec<_>>(), [0..2, 2..5]);
        assert_eq!(rest.starts(1..5).collect::<Vec<_>>(), [2]);
        assert_eq!(whole.split_at(7).1.documents().next(), Some(0..3));
        assert_eq!(whole.split_at(7).1.documents().count(), 1);
        assert_eq!(whole.split_at(10).1.documents().count(), 0);
        assert_eq!(Section::from(&ids[..3]).documents().next(), Some(0..3));
    }
}
