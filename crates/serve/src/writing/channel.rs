//! From the threads that write to the client that reads. The writer never waits; texts have a greatest length, so what
//! waits is bounded.

use charnn_infer::Candidates;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// A symbol of one of the texts of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    /// Which of the texts.
    pub(crate) text: u16,
    pub(crate) id: u16,
    pub(crate) judged: Option<Box<Judged>>,
}

/// What the network itself thinks of a choice, before any sampler.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    /// The logarithm of the probability of the symbol.
    pub(crate) log_probability: f64,
    /// The likeliest symbols with theirs.
    pub(crate) likeliest: Vec<(u16, f64)>,
}

impl Judged {
    /// What the network thinks of `id`, given the logits of all symbols, with the `count` likeliest; `None` to judge
    /// nothing.
    pub(crate) fn of(logits: &[f32], id: u16, count: Option<usize>) -> Option<Box<Self>> {
        let count = count?;
        let mut likeliest = Candidates::new(logits).distribution();
        let of = |probability: f64| probability.max(f64::MIN_POSITIVE).ln();
        let own = likeliest.iter().find(|(other, _)| *other == id).map_or(0.0, |it| it.1);
        likeliest.truncate(count);
        for (_, probability) in &mut likeliest {
            *probability = of(*probability);
        }
        Some(Box::new(Self { log_probability: of(own), likeliest }))
    }
}

/// Why a text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It has its length.
    Length,
    /// It has one of the strings that end it.
    Stop,
    /// The writer failed.
    Failed,
}

/// What has been written since the last look.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) symbols: Vec<Written>,
    /// Texts that have ended. Their last symbols are among `symbols`.
    pub(crate) ended: Vec<(u16, Reason)>,
}

#[derive(Debug, Default)]
struct Shared {
    received: Mutex<Received>,
    news: Notify,
    /// When the last text has ended.
    over: Notify,
    /// Texts that have not ended.
    open: AtomicUsize,
    cancelled: AtomicBool,
}

/// The reader's end for all texts of a request. When it is dropped, the texts end.
#[derive(Debug)]
pub(crate) struct Texts {
    shared: Arc<Shared>,
    open: usize,
}

/// The writer's end for one text.
#[derive(Debug)]
pub(super) struct Sink {
    shared: Arc<Shared>,
    text: u16,
    is_over: bool,
}

impl Texts {
    /// The ends of `count` texts.
    pub(super) fn new(count: u16) -> (Self, Vec<Sink>) {
        let open = AtomicUsize::new(count.into());
        let shared = Arc::new(Shared { open, ..Shared::default() });
        let sink = |text| Sink { shared: Arc::clone(&shared), text, is_over: false };
        let sinks = (0..count).map(sink).collect();
        (Self { shared, open: count.into() }, sinks)
    }

    /// Waits until all texts have ended.
    pub(crate) async fn over(&self) {
        if self.shared.open.load(Ordering::Acquire) > 0 {
            self.shared.over.notified().await;
        }
    }

    /// What is new; `None` when all texts have ended and been received.
    pub(crate) async fn next(&mut self) -> Option<Received> {
        while self.open > 0 {
            let news = self.shared.news.notified();
            let received = std::mem::take(&mut *lock(&self.shared.received));
            if !received.symbols.is_empty() || !received.ended.is_empty() {
                self.open -= received.ended.len();
                return Some(received);
            }
            news.await;
        }
        None
    }
}

impl Drop for Texts {
    fn drop(&mut self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Sink {
    pub(super) fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn push(&self, id: u16, judged: Option<Box<Judged>>) {
        let mut received = lock(&self.shared.received);
        let is_first = received.symbols.is_empty() && received.ended.is_empty();
        received.symbols.push(Written { text: self.text, id, judged });
        drop(received);
        if is_first {
            self.shared.news.notify_one();
        }
    }

    pub(super) fn end(&mut self, reason: Reason) {
        if !std::mem::replace(&mut self.is_over, true) {
            lock(&self.shared.received).ended.push((self.text, reason));
            self.shared.news.notify_one();
            if self.shared.open.fetch_sub(1, Ordering::AcqRel) == 1 {
                self.shared.over.notify_one();
            }
        }
    }
}

impl Drop for Sink {
    /// A writer that fails ends its texts too.
    fn drop(&mut self) {
        self.end(Reason::Failed);
    }
}

fn lock(received: &Mutex<Received>) -> std::sync::MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}
