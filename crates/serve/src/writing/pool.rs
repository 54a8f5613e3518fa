//! The threads that write, one for each core.

use super::channel::Texts;
use super::worker::{Job, Order, work};
use crate::limits;
use charnn_infer::threads;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

/// The threads. They end when the pool is dropped.
#[derive(Debug)]
pub(crate) struct Pool {
    workers: Vec<Worker>,
    /// Texts of all of them.
    all: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Worker {
    orders: Sender<Order>,
    /// Texts that it has.
    texts: Arc<AtomicUsize>,
}

/// Counts a text for as long as it is written.
#[derive(Debug)]
pub(super) struct Place(Arc<AtomicUsize>);

impl Place {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// # Errors
    /// When the system starts no threads.
    pub(crate) fn start() -> std::io::Result<Self> {
        let worker = |number: usize| {
            let (orders, inbox) = channel();
            let thread = std::thread::Builder::new().name(format!("writer-{number}"));
            thread.spawn(move || work(&inbox))?;
            Ok(Worker { orders, texts: Arc::default() })
        };
        let workers = (0..threads().max(1)).map(worker).collect::<std::io::Result<_>>()?;
        Ok(Self { workers, all: Arc::default() })
    }

    /// Texts that are being written or wait.
    pub(crate) fn texts(&self) -> usize {
        self.all.load(Ordering::Relaxed)
    }

    /// Writes the texts of `jobs`; `None` when that would be too many at a time. Each goes to the thread with the
    /// fewest.
    pub(crate) fn write(&self, jobs: Vec<Job>) -> Option<Texts> {
        let mut places = Vec::new();
        for _ in &jobs {
            places.push(Place::new(&self.all));
        }
        if self.texts() > limits::WRITTEN {
            return None;
        }
        let count = u16::try_from(jobs.len()).ok()?;
        let (texts, sinks) = Texts::new(count);
        for ((job, sink), place) in jobs.into_iter().zip(sinks).zip(places) {
            let fewest = |worker: &&Worker| worker.texts.load(Ordering::Relaxed);
            let worker = self.workers.iter().min_by_key(fewest).expect("there is at least one");
            let places = [place, Place::new(&worker.texts)];
            // A thread that is gone drops the order, and so ends the text.
            let _ = worker.orders.send(Order { job, sink, places });
        }
        Some(texts)
    }
}
