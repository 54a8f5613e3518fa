//! The runs that clients can name. A name in a request is compared with those of the list; it never becomes a path.

use crate::networks::blocking;
use charnn_runs::{Column, Entry, Field, RunDir, State, catalog};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Mutex;

/// A list is read again after this time.
const FRESH: Duration = Duration::from_secs(1);

/// The list of runs in a folder.
#[derive(Debug)]
pub(crate) struct Table {
    root: PathBuf,
    read: Mutex<Option<(Instant, Arc<Vec<Listed>>)>>,
}

/// A run in the list.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) run: RunDir,
    entry: Entry,
    has_network: bool,
}

impl Table {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, read: Mutex::default() }
    }

    /// The runs, by name. A folder that does not exist yet has none.
    pub(crate) async fn entries(&self) -> Arc<Vec<Listed>> {
        let mut read = self.read.lock().await;
        if let Some((when, entries)) = &*read
            && when.elapsed() < FRESH
        {
            return Arc::clone(entries);
        }
        let root = self.root.clone();
        let entries = blocking(move || {
            let all = catalog(&root).unwrap_or_default();
            all.into_iter().filter_map(Listed::new).collect::<Vec<_>>()
        });
        let entries = Arc::new(entries.await.unwrap_or_default());
        *read = Some((Instant::now(), Arc::clone(&entries)));
        entries
    }

    /// The run called `name`.
    pub(crate) async fn find(&self, name: &str) -> Option<RunDir> {
        let entries = self.entries().await;
        entries.iter().find(|entry| entry.name() == name).map(|entry| entry.run.clone())
    }
}

impl Listed {
    fn new(entry: Entry) -> Option<Self> {
        let run = entry.run()?;
        let has_network = run.has_checkpoint();
        Some(Self { run, entry, has_network })
    }

    pub(crate) fn name(&self) -> &str {
        &self.entry.name
    }

    pub(crate) fn modified(&self) -> Option<SystemTime> {
        self.entry.modified
    }

    /// Whether it has a checkpoint.
    pub(crate) fn has_network(&self) -> bool {
        self.has_network
    }

    /// The fields of the list.
    pub(crate) fn json(&self) -> Value {
        let mut fields = json!({});
        for (column, name) in Column::ALL {
            fields[name] = json!(Field::Column(column).value(&self.entry));
        }
        fields["tags"] = json!(self.entry.labels.tags);
        fields["note"] = json!(self.entry.labels.note);
        fields["has_network"] = json!(self.has_network);
        fields["problem"] = match &self.entry.state {
            State::Damaged(why) => json!(why.english),
            _ => Value::Null,
        };
        if let Some(config) = &self.entry.config {
            fields["model"] = json!({
                "cell": config.model.cell.to_string(),
                "hidden_size": config.model.hidden_size,
                "num_layers": config.model.num_layers,
            });
        }
        fields
    }
}
