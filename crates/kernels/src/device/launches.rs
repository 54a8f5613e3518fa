//! Counts the kernels that a piece of work launches.

/// Runs `work` and returns the names of the kernels that this thread launched on GPUs meanwhile, in order.
///
/// One thread at a time: another that counts too waits.
pub fn launches<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
    #[cfg(feature = "gpu")]
    return observer::launches(work);
    #[cfg(not(feature = "gpu"))]
    return (work(), Vec::new());
}

#[cfg(feature = "gpu")]
mod observer {
    use cubecl::logging::{LaunchObservation, LaunchObserver};
    use std::sync::{Arc, Mutex, PoisonError};
    use std::thread::{self, ThreadId};

    #[derive(Debug)]
    struct Names(ThreadId, Mutex<Vec<String>>);

    impl LaunchObserver for Names {
        fn launched(&self, kernel: &'static str) {
            if thread::current().id() == self.0 {
                self.1.lock().unwrap_or_else(PoisonError::into_inner).push(kernel.to_owned());
            }
        }
    }

    pub(super) fn launches<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let names = Arc::new(Names(thread::current().id(), Mutex::default()));
        let observation = LaunchObservation::new(names.clone());
        let result = work();
        drop(observation);
        let mut names = names.1.lock().unwrap_or_else(PoisonError::into_inner);
        (result, std::mem::take(&mut *names))
    }
}
