//! The threads of the processor's arithmetic.

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

/// How many threads work on the processor's arithmetic.
pub(crate) fn threads() -> usize {
    rayon::current_num_threads()
}
