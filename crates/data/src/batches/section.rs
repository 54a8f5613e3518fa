//! A part of a text as ids, with its document boundaries.
//!
//! A network should not learn that one book continues another: nothing is predicted across a boundary, and
//! no state is carried over it. Records are separated by a symbol of their own, which is predicted: it ends
//! one record, and the next begins with it, from a state of zeros.

use charnn_bundle::{Lengths, Vocabulary};
use std::ops::Range;

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section<'a> {
    ids: &'a [u16],
    /// The starts of the documents of the whole text, in order.
    starts: &'a [usize],
    /// The start of this part in the whole text.
    offset: usize,
    /// Whether the documents are records, each beginning with the record symbol.
    are_records: bool,
}

impl<'a> Section<'a> {
    /// A whole text, whose documents begin at `starts`, in order.
    pub fn new(ids: &'a [u16], starts: &'a [usize]) -> Self {
        Self { ids, starts, offset: 0, are_records: false }
    }

    /// A whole text of `vocabulary`: of records with their symbols at `starts` if that has a record
    /// symbol, else of documents.
    pub fn of(ids: &'a [u16], starts: &'a [usize], vocabulary: &Vocabulary) -> Self {
        Self { are_records: vocabulary.record().is_some(), ..Self::new(ids, starts) }
    }

    /// Whether the documents are records, each with a symbol before it, and one after the last.
    pub fn are_records(&self) -> bool {
        self.are_records
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

    /// The first `at` characters, and the others. A record symbol at `at` belongs to both: it ends the last
    /// record of one part and begins the first of the other.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn split_at(self, at: usize) -> (Self, Self) {
        let (first, rest) = self.ids.split_at(at);
        let is_shared = self.are_records && self.starts(at..at + 1).next().is_some();
        let first = if is_shared { &self.ids[..=at] } else { first };
        (Self { ids: first, ..self }, Self { ids: rest, offset: self.offset + at, ..self })
    }

    /// The positions in `range` at which a document begins.
    pub fn starts(&self, range: Range<usize>) -> impl Iterator<Item = usize> + 'a {
        let offset = self.offset;
        let before = |place: usize| self.starts.partition_point(|&start| start < offset + place);
        let found = &self.starts[before(range.start)..before(range.end).max(before(range.start))];
        found.iter().map(move |start| start - offset)
    }

    /// Where `rows` batch rows start: even shares of the targets, every character but the first. Of
    /// records, a row starts at the nearest record symbol, if one is nearer than half a share.
    pub(crate) fn row_starts(&self, rows: usize) -> Vec<usize> {
        let targets = self.len() - 1;
        let share = targets / rows;
        let start = |row: usize| {
            let even = row * share + row.min(targets % rows);
            if !self.are_records || row == 0 || row == rows {
                return even;
            }
            let reach = share.saturating_sub(1) / 2;
            let near = self.starts(even - reach..even + reach + 1);
            near.min_by_key(|&start| start.abs_diff(even)).unwrap_or(even)
        };
        (0..=rows).map(start).collect()
    }

    /// The range of each document, or of its share in this part.
    pub fn documents(&self) -> impl Iterator<Item = Range<usize>> + 'a {
        let end = self.len();
        let starts = || self.starts(1..end);
        let first = (!self.is_empty()).then_some(0);
        first.into_iter().chain(starts()).zip(starts().chain([end])).map(|(from, to)| from..to)
    }

    /// The lengths of what is predicted: every symbol after the first `window` of a document, at least after its
    /// first; of records, every symbol but the first.
    pub fn predicted(&self, vocabulary: &Vocabulary, window: usize) -> Lengths {
        // Few different symbols, many ids.
        let mut counts = vec![0_u64; vocabulary.len()];
        let mut count = |range: Range<usize>| {
            self.ids[range].iter().for_each(|&id| counts[usize::from(id)] += 1);
        };
        if self.are_records {
            count(1.min(self.len())..self.len());
        } else {
            for document in self.documents() {
                count(document.end.min(document.start + window.max(1))..document.end);
            }
        }
        let mut sum = Lengths::default();
        for (id, count) in (0..).zip(counts) {
            let Lengths { characters, bytes } = vocabulary.lengths(id);
            sum += Lengths { characters: characters * count, bytes: bytes * count };
        }
        sum
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
    fn a_record_symbol_ends_one_part_and_begins_the_other() {
        let (ids, starts) = ([0, 1, 0, 2, 2, 0, 3, 0], [0, 2, 5, 7]);
        let whole = Section { are_records: true, ..Section::new(&ids, &starts) };
        let (first, rest) = whole.split_at(5);
        assert_eq!((first.ids(), rest.ids()), (&ids[..6], &ids[5..]));
        assert_eq!(rest.starts(0..3).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(whole.split_at(8).0.ids(), ids);
        assert!(whole.split_at(8).1.is_empty());
        assert_eq!(whole.split_at(4).1.ids(), &ids[4..]);
    }

    #[test]
    fn rows_start_at_the_nearest_record() {
        let ids = [0; 31];
        let starts = [0, 4, 9, 16, 30];
        let rows = |are_records, rows| {
            Section { are_records, ..Section::new(&ids, &starts) }.row_starts(rows)
        };
        assert_eq!(rows(false, 3), [0, 10, 20, 30]);
        assert_eq!(rows(true, 3), [0, 9, 16, 30]);
        assert_eq!(rows(true, 2), [0, 16, 30]);
        // The nearest is further than half a share: the row starts inside a record.
        assert_eq!(rows(true, 6), [0, 4, 9, 16, 20, 25, 30]);
        assert_eq!(rows(true, 30), (0..=30).collect::<Vec<_>>());
    }

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
