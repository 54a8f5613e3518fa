//! Live updates of a run as server-sent events. Each look reads what was added to two files, at most once a second, and
//! takes no lock, so a training does not notice.

use super::rows::{metrics, samples};
use super::table::{Listed, Table};
use crate::http::Response;
use crate::limits;
use crate::networks::blocking;
use crate::problem::Problem;
use charnn_message::text;
use charnn_runs::{MetricRow, News, RunDir, SampleRow, Tail};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// A comment keeps the connection open after this many looks without news.
const SILENCE: u32 = 15;
/// The state of the run is looked up after so many looks.
const STATE: u32 = 3;

/// Room for clients that follow runs.
#[derive(Debug, Clone)]
pub(crate) struct Followers {
    places: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

impl Followers {
    /// `stop` becomes true when the server stops.
    pub(crate) fn new(stop: watch::Receiver<bool>) -> Self {
        Self { places: Arc::new(Semaphore::new(limits::FOLLOWERS)), stop }
    }
}

/// Sends a run's metrics and samples so far, and then what is added. Ends when the client or the run is gone.
pub(crate) fn follow(
    run: RunDir,
    table: Arc<Table>,
    followers: &Followers,
) -> Result<Response, Problem> {
    let place = Arc::clone(&followers.places).try_acquire_owned().map_err(|_| {
        let message = text!(
            en: "too many pages follow a training; close one",
            zh: "同时查看训练的页面过多，请关闭一个"
        );
        Problem::new(429, "rate_limit_exceeded", message)
    })?;
    let (events, receiver) = channel(4);
    tokio::spawn(send(run, table, events, followers.stop.clone(), place));
    Ok(Response::events(receiver))
}

struct Files {
    metrics: Tail<MetricRow>,
    samples: Tail<SampleRow>,
}

async fn send(
    run: RunDir,
    table: Arc<Table>,
    events: Sender<Vec<u8>>,
    mut stop: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let mut files = Files { metrics: run.tail_metrics(), samples: run.tail_samples() };
    let (mut silence, mut state) = (0, None);
    for look in 0_u32.. {
        if look % STATE == 0 {
            let name = run.name();
            let entries = table.entries().await;
            let Some(now) = entries.iter().find(|it| it.name() == name).map(Listed::json) else {
                let _ = events.send(event("gone", &json!({}))).await;
                return;
            };
            if state.as_ref() != Some(&now) {
                if events.send(event("run", &now)).await.is_err() {
                    return;
                }
                state = Some(now);
            }
        }
        let looked = blocking(move || {
            let news = (look_at_all(&mut files.metrics), look_at_all(&mut files.samples));
            (files, news)
        });
        let Ok((again, (new_metrics, new_samples))) = looked.await else { return };
        files = again;
        let mut news = Vec::new();
        if look == 0 || !new_metrics.rows.is_empty() || new_metrics.restarted {
            news.push(event("metrics", &metrics(&new_metrics.rows, new_metrics.restarted)));
        }
        if look == 0 || !new_samples.rows.is_empty() || new_samples.restarted {
            news.push(event("samples", &samples(&new_samples.rows, new_samples.restarted)));
        }
        silence = if news.is_empty() { silence + 1 } else { 0 };
        if silence == SILENCE {
            news.push(b": still there\n\n".to_vec());
            silence = 0;
        }
        for event in news {
            if events.send(event).await.is_err() {
                return;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = events.closed() => return,
            _ = stop.changed() => return,
        }
    }
}

/// Everything that is new. What cannot be read is news at the next look, or never.
fn look_at_all<T: serde::de::DeserializeOwned>(tail: &mut Tail<T>) -> News<T> {
    let mut all = News { restarted: false, rows: Vec::new(), more: false };
    while let Ok(news) = tail.look() {
        if news.restarted {
            all.restarted = true;
            all.rows.clear();
        }
        all.rows.extend(news.rows);
        if !news.more {
            break;
        }
    }
    all
}

fn event(name: &str, data: &Value) -> Vec<u8> {
    format!("event: {name}\ndata: {data}\n\n").into_bytes()
}
