//! A trained network by the name that a user gives it: a run, or a file or folder that `charnn export`
//! wrote.

use crate::failure::Failure;
use crate::messages::run_folder;
use crate::terminal::Terminal;
use charnn_bundle::{Architecture, Bundle, Vocabulary};
use charnn_config::{ModelConfig, RunConfig, Settings};
use charnn_message::Language;
use charnn_runs::{BuiltinNetwork, CheckpointSelector, RunDir, network_file, read_network};
use charnn_text::Records;
use std::path::{Path, PathBuf};

/// A trained network with what it was trained by.
pub(crate) struct Network {
    pub(crate) name: String,
    pub(crate) step: u64,
    /// Where no run is, the defaults, with the sizes of the network.
    pub(crate) config: RunConfig,
    pub(crate) bundle: Bundle,
    pub(crate) path: PathBuf,
    /// The folder of all runs.
    pub(crate) root: PathBuf,
    /// The BLAKE3 of the text that the run was trained on; `None` where no run is.
    pub(crate) text: Option<String>,
    /// That of its validation text and of its test text, where these are texts of their own.
    pub(crate) others: [Option<String>; 2],
}

/// The network that `name` stands for: a path, a name under `runs`, or `latest`.
pub(crate) fn open(
    name: &str,
    runs: &Path,
    checkpoint: CheckpointSelector,
    terminal: &Terminal,
) -> Result<Network, Failure> {
    if let Some(network) = BuiltinNetwork::called(name) {
        return builtin(network);
    }
    if !RunDir::is_run(Path::new(name))
        && let Some(path) = network_file(name)
    {
        let bundle = read_network(&path)?;
        let step = bundle.provenance().step.unwrap_or(1);
        let mut config = RunConfig { model: model(bundle.architecture()), ..RunConfig::default() };
        config.data.records = records(bundle.vocabulary());
        config.data.unit = bundle.vocabulary().unit().clone();
        let (name, root) = (name.to_owned(), runs.to_owned());
        return Ok(Network {
            name,
            step,
            config,
            bundle,
            path,
            root,
            text: None,
            others: [None, None],
        });
    }
    let run = RunDir::find(name, runs)?;
    let mut warn = |warning| terminal.warning(&run_folder::warning(&warning));
    let (loaded, bundle) = run.load(checkpoint, &mut warn)?;
    Ok(Network {
        name: run.name(),
        step: loaded.progress.step,
        config: loaded.config,
        bundle,
        path: run.path().to_owned(),
        root: run.root(),
        text: Some(loaded.progress.text),
        others: [loaded.progress.valid_text, loaded.progress.test_text],
    })
}

/// The network of `charnn demo`.
pub(crate) fn demo(language: Language) -> Result<Network, Failure> {
    builtin(match language {
        Language::English => BuiltinNetwork::Tales,
        Language::Chinese => BuiltinNetwork::TalesZh,
    })
}

/// A network inside the program, with the configuration that trained it.
fn builtin(network: BuiltinNetwork) -> Result<Network, Failure> {
    let bundle = network.bundle()?;
    let config = Settings::shipped(network.config()).expect("the name of a shipped one")?;
    let config = config.resolve()?;
    let (name, path) = (network.name().to_owned(), PathBuf::from(network.name()));
    let step = bundle.provenance().step.unwrap_or(1);
    Ok(Network {
        name,
        step,
        config,
        bundle,
        path,
        root: PathBuf::new(),
        text: None,
        others: [None, None],
    })
}

/// How texts for a network file are divided, which the file does not say: records that have lines end at blank
/// ones.
fn records(vocabulary: &Vocabulary) -> Records {
    // Bytes always have line breaks: their records are taken for lines.
    let line_break = vocabulary.id('\n').filter(|_| !vocabulary.is_of_bytes());
    match (vocabulary.record(), line_break) {
        (None, _) => Records::None,
        (Some(_), None) => Records::Line,
        (Some(_), Some(_)) => Records::BlankLine,
    }
}

/// The configuration of a network with these sizes.
fn model(architecture: Architecture) -> ModelConfig {
    let Architecture { cell, embedding_dim, hidden_size, num_layers, tie_weights, layer_norm } =
        architecture;
    ModelConfig {
        cell,
        embedding_dim,
        hidden_size,
        num_layers,
        tie_weights,
        layer_norm,
        ..ModelConfig::default()
    }
}
