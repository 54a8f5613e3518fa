//! Ends a training at an evaluation, as if it had been stopped there.

use charnn_train::{Event, Observer};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where training pauses, and whether it has come there.
#[derive(Clone)]
pub(crate) struct Pause {
    /// At the first evaluation from this step on.
    at: Option<u64>,
    reached: Arc<AtomicBool>,
}

impl Pause {
    pub(crate) fn new(at: Option<u64>) -> Self {
        Self { at, reached: Arc::default() }
    }

    pub(crate) fn is_reached(&self) -> bool {
        self.reached.load(Ordering::Relaxed)
    }
}

impl Observer for Pause {
    fn on(&mut self, event: &Event<'_>) {
        if let Event::Evaluated { step, .. } = event
            && self.at.is_some_and(|at| *step >= at)
        {
            self.reached.store(true, Ordering::Relaxed);
        }
    }
}
