//! Work on several threads.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

/// Does `work` on every item and returns the results in the order of the items.
///
/// Each item has a thread of its own while there are enough. A single item stays on the caller's thread,
/// which costs nothing.
pub(crate) fn side_by_side<T: Send, O: Send>(
    items: &mut [T],
    work: impl Fn(&mut T) -> O + Send + Sync,
) -> Vec<O> {
    match items {
        [only] => vec![work(only)],
        items => items.par_iter_mut().with_max_len(1).map(work).collect(),
    }
}
