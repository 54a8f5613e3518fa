//! Networks by name, loaded once and shared. A network is loaded again when its training has written a newer checkpoint.

use crate::limits;
use crate::problem::Problem;
use crate::runs::Table;
use charnn_config::{SampleConfig, Settings};
use charnn_data::prompt_like_text;
use charnn_infer::{Engine, OnUnknown, Prompt, Sampling, primer_ids};
use charnn_message::{Describe, Language, text};
use charnn_runs::{BuiltinNetwork, CheckpointSelector, RunDir};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};
use tokio::sync::Mutex as AsyncMutex;

/// A network, ready to write.
#[derive(Debug)]
pub(crate) struct Network {
    /// No other loaded network has this number.
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) step: u64,
    pub(crate) engine: Engine,
    /// How its run writes samples.
    pub(crate) sample: SampleConfig,
    primer: String,
    options: charnn_text::ReadOptions,
    /// The checkpoints of the run when it was loaded.
    checkpoints: Vec<(u64, Option<SystemTime>)>,
}

/// A place for a network. It is locked while the network is loaded.
type Slot = Arc<AsyncMutex<Option<Arc<Network>>>>;

/// All networks that can be used.
#[derive(Debug)]
pub(crate) struct Networks {
    table: Arc<Table>,
    language: Language,
    slots: Mutex<BTreeMap<String, (Slot, Instant)>>,
}

/// Where a network comes from.
#[derive(Debug, Clone)]
enum Source {
    Builtin(BuiltinNetwork),
    Run(RunDir),
}

impl Networks {
    pub(crate) fn new(table: Arc<Table>, language: Language) -> Self {
        Self { table, language, slots: Mutex::default() }
    }

    /// The names of all networks with the time of each, the newest run first.
    pub(crate) async fn names(&self) -> Vec<(String, Option<SystemTime>)> {
        let entries = self.table.entries().await;
        let runs = entries.iter().filter(|entry| entry.has_network());
        let mut all: Vec<_> = runs.map(|run| (run.name().to_owned(), run.modified())).collect();
        all.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
        all.extend(BuiltinNetwork::ALL.map(|network| (network.name().to_owned(), None)));
        all
    }

    /// The network called `name`: a run, a built-in network, or `latest` for the run that was trained last.
    pub(crate) async fn find(&self, name: &str) -> Result<Arc<Network>, Problem> {
        let source = self.source(name).await?;
        let name = source.name();
        let slot = self.slot(&name);
        let mut held = slot.lock().await;
        let loaded = held.clone();
        let network = blocking(move || source.load(loaded)).await??;
        *held = Some(Arc::clone(&network));
        Ok(network)
    }

    async fn source(&self, name: &str) -> Result<Source, Problem> {
        if let Some(network) = BuiltinNetwork::called(name) {
            return Ok(Source::Builtin(network));
        }
        let entries = self.table.entries().await;
        let usable = entries.iter().filter(|entry| entry.has_network());
        let found = match name {
            "latest" => usable.max_by_key(|entry| entry.modified()),
            name => usable.into_iter().find(|entry| entry.name() == name),
        };
        match (found, name, self.language) {
            (Some(found), ..) => Ok(Source::Run(found.run.clone())),
            (None, "latest", Language::English) => Ok(Source::Builtin(BuiltinNetwork::Tales)),
            (None, "latest", Language::Chinese) => Ok(Source::Builtin(BuiltinNetwork::TalesZh)),
            (None, ..) => {
                let message =
                    text!(en: "there is no network {name:?}", zh: "没有名为 {name:?} 的网络");
                Err(Problem::new(404, "model_not_found", message).about("model"))
            }
        }
    }

    /// The place of a network. Of too many, the one that was used longest ago is freed.
    fn slot(&self, name: &str) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= limits::NETWORKS && !slots.contains_key(name) {
            let oldest = slots.iter().min_by_key(|(_, (_, used))| *used);
            if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
                slots.remove(&oldest);
            }
        }
        let (slot, used) =
            slots.entry(name.to_owned()).or_insert_with(|| (Slot::default(), Instant::now()));
        *used = Instant::now();
        Arc::clone(slot)
    }
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::Builtin(network) => network.name().to_owned(),
            Self::Run(run) => run.name(),
        }
    }

    /// The network, unless `loaded` is still the right one.
    fn load(self, loaded: Option<Arc<Network>>) -> Result<Arc<Network>, Problem> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let name = self.name();
        let failed = |error: &dyn Describe| {
            let why = error.describe().message;
            let message = text!(
                en: ("network {name:?} cannot be loaded: {}", why.english),
                zh: ("无法加载网络 {name:?}：{}", why.chinese),
            );
            Problem::new(503, "model_not_available", message).about("model")
        };
        let (bundle, config, step, checkpoints) = match &self {
            Self::Builtin(network) => {
                if let Some(loaded) = loaded {
                    return Ok(loaded);
                }
                let bundle = network.bundle().map_err(|error| failed(&error))?;
                let config = Settings::shipped(network.config()).and_then(Result::ok);
                let config = config.and_then(|it| it.resolve().ok()).unwrap_or_default();
                let step = bundle.provenance().step.unwrap_or(1);
                (bundle, config, step, Vec::new())
            }
            Self::Run(run) => {
                let checkpoints = run.checkpoint_times();
                match loaded {
                    Some(loaded) if loaded.checkpoints == checkpoints => return Ok(loaded),
                    _ => {}
                }
                let found = run.load(CheckpointSelector::Best, &mut |_| ());
                let (found, bundle) = found.map_err(|error| failed(&error))?;
                (bundle, found.config, found.progress.step, checkpoints)
            }
        };
        if bundle.vocabulary().is_of_bytes() {
            return Err(of_bytes(&name));
        }
        Ok(Arc::new(Network {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            name,
            step,
            engine: Engine::new(&bundle),
            primer: bundle.primer().to_owned(),
            options: config.data.read_options(),
            sample: config.sample,
            checkpoints,
        }))
    }
}

/// A network whose symbols are bytes: one symbol is not text.
fn of_bytes(name: &str) -> Problem {
    let message = text!(
        en: "network {name:?} reads bytes (data.unit = \"byte\"), and the server needs symbols that are text",
        zh: "网络 {name:?} 以字节为符号（data.unit = \"byte\"），而服务器需要以文字为符号的网络"
    );
    Problem::new(400, "model_not_supported", message).about("model")
}

impl Network {
    /// How its run chooses characters.
    pub(crate) fn sampling(&self) -> Sampling {
        let SampleConfig { temperature, top_k, top_p, .. } = self.sample;
        Sampling { temperature, top_k, top_p, ..Sampling::default() }
    }

    /// `text` as the network reads it.
    pub(crate) fn prompt(&self, text: &str, on_unknown: OnUnknown) -> Result<Prompt, Problem> {
        let vocabulary = self.engine.vocabulary();
        let text = prompt_like_text(text, &self.options, vocabulary, &self.primer);
        let primer = primer_ids(vocabulary, &self.primer);
        let prompt = Prompt::new(vocabulary, &text, on_unknown, &primer, self.sample.window);
        prompt.map_err(|error| Problem::of(400, Some("prompt"), &error))
    }
}

/// What `work` returns, on a thread for work that takes time.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Problem::internal())
}
