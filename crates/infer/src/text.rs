//! A text as ids, with the beginnings of its documents.

use std::ops::Range;

/// A text made of one or more documents.
///
/// Where a document begins, the network starts from a state of zeros, and its first symbol is not
/// predicted.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    ids: &'a [u16],
    /// Sorted positions.
    starts: &'a [usize],
}

impl<'a> Text<'a> {
    /// A text of documents that begin at the sorted positions `starts`. The first one may be left out.
    ///
    /// # Panics
    /// When `starts` is not sorted.
    pub fn new(ids: &'a [u16], starts: &'a [usize]) -> Self {
        assert!(starts.is_sorted(), "documents in order");
        Self { ids, starts }
    }

    /// The symbols.
    pub fn ids(&self) -> &'a [u16] {
        self.ids
    }

    /// Whether a document begins at `position`.
    pub(crate) fn is_start(&self, position: usize) -> bool {
        !self.starts.is_empty() && self.starts.binary_search(&position).is_ok()
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
        Self { ids, starts: &[] }
    }
}
