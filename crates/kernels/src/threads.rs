//! Work on several threads, for crates that do not choose threads themselves.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

/// How many threads [`side_by_side`] has.
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// Does `work` on every item and returns what came of it, in the order of the items.
///
/// Each item has a thread of its own while there are enough; a single one stays on the thread of
/// the caller, which costs nothing.
pub fn side_by_side<T: Send, O: Send>(
    items: &mut [T],
    work: impl Fn(&mut T) -> O + Send + Sync,
) -> Vec<O> {
    match items {
        [only] => vec![work(only)],
        items => items.par_iter_mut().with_max_len(1).map(work).collect(),
    }
}
