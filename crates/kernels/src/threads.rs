//! Work on several threads, for crates that do not choose threads themselves.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use std::error::Error;
use std::sync::OnceLock;

/// Starts the threads of the processor's arithmetic, once. Without this the first use would panic where
/// the system gives none.
///
/// # Errors
/// What the system said when it gave none.
pub(crate) fn start() -> Result<(), String> {
    static STARTED: OnceLock<Result<(), String>> = OnceLock::new();
    let start = || match rayon::ThreadPoolBuilder::new().build_global() {
        // Without a source, the error is that they run already.
        Err(error) if error.source().is_some() => Err(error.to_string()),
        _ => Ok(()),
    };
    STARTED.get_or_init(start).clone()
}

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
