//! A text as ids, with the beginnings of its documents.

use std::ops::Range;

/// A text made of one or more documents.
///
/// Where a document begins, the network starts from a state of zeros, and its first symbol is not
/// predicted. Where a record begins, the network starts from zeros too, but its symbol is predicted: it ends the
/// record before.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    ids: &'a [u16],
    /// Sorted positions.
    starts: &'a [usize],
    /// Whether the documents are records.
    are_records: bool,
}

impl<'a> Text<'a> {
    /// A text of documents that begin at the sorted positions `starts`. The first one may be left out.
    ///
    /// # Panics
    /// When `starts` is not sorted.
    pub fn new(ids: &'a [u16], starts: &'a [usize]) -> Self {
        assert!(starts.is_sorted(), "documents in order");
        Self { ids, starts, are_records: false }
    }

    /// A text of records, with their symbols at the sorted positions `starts`: before each and after the last.
    ///
    /// # Panics
    /// When `starts` is not sorted.
    pub fn of_records(ids: &'a [u16], starts: &'a [usize]) -> Self {
        Self { are_records: true, ..Self::new(ids, starts) }
    }

    /// The symbols.
    pub fn ids(&self) -> &'a [u16] {
        self.ids
    }

    /// Whether a document begins at `position`.
    pub(crate) fn is_start(&self, position: usize) -> bool {
        !self.starts.is_empty() && self.starts.binary_search(&position).is_ok()
    }

    /// Whether the symbol at `position` is predicted.
    pub(crate) fn is_target(&self, position: usize) -> bool {
        self.are_records || !self.is_start(position)
    }

    /// Where `rows` rows start that are read side by side, and the last position: even shares of the symbols but
    /// the first. Of records, a row starts at the nearest record symbol, if one is nearer than half a share.
    pub(crate) fn row_starts(&self, rows: usize) -> Vec<usize> {
        let targets = self.ids.len() - 1;
        let share = targets / rows;
        let start = |row: usize| {
            // The first rows are one longer where they do not divide the text evenly.
            let even = row * share + row.min(targets % rows);
            if !self.are_records || row == 0 || row == rows {
                return even;
            }
            let reach = share.saturating_sub(1) / 2;
            let first = self.starts.partition_point(|&start| start < even - reach);
            let near = self.starts[first..].iter().take_while(|&&start| start <= even + reach);
            near.copied().min_by_key(|start| start.abs_diff(even)).unwrap_or(even)
        };
        (0..=rows).map(start).collect()
    }

    /// The positions of each document.
    pub(crate) fn documents(&self) -> impl Iterator<Item = Range<usize>> {
        let length = self.ids.len();
        let inside =
            || self.starts.iter().copied().filter(move |&start| 0 < start && start < length);
        let starts = std::iter::once(0).chain(inside());
        starts.zip(inside().chain([length])).map(|(start, end)| start..end)
    }
}

impl<'a> From<&'a [u16]> for Text<'a> {
    fn from(ids: &'a [u16]) -> Self {
        Self { ids, starts: &[], are_records: false }
    }
}
