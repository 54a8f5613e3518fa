//! `charnn neurons`: what each unit of a network does along a text.

use crate::args::report::NeuronsArguments;
use crate::commands::network::{self, Network};
use crate::commands::report::write;
use crate::failure::Failure;
use crate::messages::run_folder;
use crate::readings;
use crate::sources::{corpus, hold_out, local, other_corpus};
use crate::terminal::Terminal;
use charnn_config::Sources;
use charnn_data::{NeededFor, OnUnknown, Part, Parts, TooShort};
use charnn_infer::{Engine, Prompt, Request, Sampling, Seed, start_threads};
use charnn_report::{Neurons, Recording, Stage, features, neurons, probe, rank};
use charnn_runs::{CheckpointSelector, RunDir};
use charnn_text::Source;

/// The least that can be read: every prediction needs a symbol before it.
const LEAST: usize = 2;
/// Other checkpoints of the run that are shown, at most.
const STAGES: usize = 7;

pub(crate) fn run(arguments: &NeuronsArguments, terminal: &Terminal) -> Result<(), Failure> {
    arguments.text.as_deref().map_or(Ok(()), local)?;
    let network = network::open(&arguments.run, &arguments.runs, arguments.checkpoint, terminal)?;
    start_threads()?;
    let engine = Engine::new(&network.bundle);
    let ids = if arguments.text.is_some() || network.text.is_some() {
        read(arguments, &network, terminal)?
    } else {
        written(&engine, arguments.length)
    };
    let recording = Recording::of(&engine, &ids);
    let features = features(&recording.symbols);
    let probes = probe(&recording, &features);
    let ranked = rank(&recording, &features, &probes);
    let stages = stages(&network, &ids, terminal);
    let about = Neurons {
        name: &network.name,
        step: network.step,
        recording: &recording,
        features: &features,
        probes: &probes,
        ranked: &ranked,
        stages: &stages,
    };
    let page = neurons(&about, terminal.language);
    write(&page, &arguments.output, arguments.force, terminal)
}

/// The other networks that the run keeps, on the start of the same text: the first, the last and some between. One
/// that cannot be read is left out with a warning.
fn stages(network: &Network, ids: &[u16], terminal: &Terminal) -> Vec<Stage> {
    let run = network.text.as_ref().and_then(|_| network.path.to_str());
    let Some(run) = run.and_then(|path| RunDir::find(path, &network.root).ok()) else {
        return Vec::new();
    };
    let steps: Vec<u64> = run.checkpoint_times().into_iter().map(|(step, _)| step).collect();
    let others: Vec<u64> = steps.into_iter().filter(|step| *step != network.step).collect();
    let count = others.len().min(STAGES);
    let chosen = (0..count).map(|at| others[at * (others.len() - 1) / (count - 1).max(1)]);
    let mut warn = |warning| terminal.warning(&run_folder::warning(&warning));
    let mut stages = Vec::new();
    for step in chosen {
        match run.load(CheckpointSelector::Step(step), &mut warn) {
            // Other symbols or sizes make another network.
            Ok((_, bundle))
                if bundle.vocabulary() == network.bundle.vocabulary()
                    && bundle.architecture() == network.bundle.architecture() =>
            {
                stages.push(Stage::of(step, &Engine::new(&bundle), ids));
            }
            Ok(_) => {}
            Err(error) => terminal.warning(&error),
        }
    }
    stages
}

/// The start of a text, or of the validation text of the run.
fn read(
    arguments: &NeuronsArguments,
    network: &Network,
    terminal: &Terminal,
) -> Result<Vec<u16>, Failure> {
    let mut config = network.config.clone();
    if let Some(path) = &arguments.text {
        config.data.path = Sources(vec![Source::named(path)]);
        config.data.encoding = None;
    }
    let data = &config.data;
    let own = arguments.text.is_none();
    let corpus = if own && !data.valid_path.is_empty() {
        other_corpus(&data.valid_path, &config, &network.root, terminal)?
    } else {
        corpus(&config, &network.root, terminal)?
    };
    readings::show(terminal, corpus.documents().iter().map(|it| &it.reading), corpus.skipped());
    let vocabulary = network.bundle.vocabulary();
    let on_unknown =
        if vocabulary.unknown().is_some() { OnUnknown::Unknown } else { OnUnknown::Skip };
    let is_validation = own && data.held_out_fraction() > 0.0;
    let parts = if is_validation {
        corpus.parts(vocabulary, data.val_fraction, hold_out(&config))?
    } else {
        let known = corpus.known_ids(vocabulary, on_unknown)?;
        Parts::whole(known.ids, known.starts)
    };
    let split = parts.split(vocabulary);
    let text = if is_validation { split.valid } else { split.train };
    if text.len() < LEAST {
        let part = if is_validation {
            Part::Validation { fraction: data.val_fraction }
        } else {
            Part::All
        };
        let (name, have, need) = (corpus.name, text.len(), LEAST);
        let purpose = NeededFor::Evaluation;
        return Err(TooShort { name, part, longest: false, have, need, purpose }.into());
    }
    let ids = text.ids();
    Ok(ids[..ids.len().min(arguments.length)].to_vec())
}

/// What the network writes.
fn written(engine: &Engine, length: usize) -> Vec<u16> {
    let chain = Sampling::default().chain(engine.vocabulary());
    let prompt = Prompt::of(engine, "").expect("nothing in it is unknown");
    let request =
        Request { context: prompt.context, prompt: prompt.ids, window: 0, chain, seed: Seed(1) };
    engine.stream(&request).take(length).collect()
}
