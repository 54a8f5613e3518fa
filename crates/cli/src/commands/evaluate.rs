//! `charnn evaluate`: how well a trained network predicts a text.

use crate::args::EvaluateArguments;
use crate::commands::network::{self, Network};
use crate::events::{cpu, line};
use crate::failure::Failure;
use crate::messages::{devices, reading, writing};
use crate::output::data;
use crate::readings;
use crate::sources::{corpus, local};
use crate::terminal::Terminal;
use crate::training;
use charnn_config::{ByteSize, Predict, RunConfig, Sources, TrainConfig};
use charnn_data::{NeededFor, OnUnknown, Part, Section, Split, Streams, TooShort, Windows};
use charnn_infer::{Bundle, Engine, Loss, start_threads};
use charnn_runs::RunError;
use charnn_text::Source;
use serde_json::json;

pub(crate) fn run(arguments: &EvaluateArguments, terminal: &Terminal) -> Result<(), Failure> {
    arguments.data.as_deref().map_or(Ok(()), local)?;
    let network = network::open(&arguments.run, &arguments.runs, arguments.checkpoint, terminal)?;
    let Network { name, step, config, bundle, path, root, text: then } = network;
    if then.is_none() && arguments.data.is_none() {
        return Err(Failure::NoText { name });
    }
    start_threads()?;
    let device = training::device(arguments.device)?;
    let config = what_to_read(arguments, &config);
    let corpus = corpus(&config, &root, terminal)?;
    // Of another text, another part would be measured, which the network may have learned.
    if let Some(then) = then
        && arguments.data.is_none()
        && corpus.fingerprint() != then
    {
        return Err(Failure::Run(RunError::OtherText {
            now: corpus.fingerprint().to_owned(),
            name: corpus.name,
            then,
            run: path,
        }));
    }
    readings::show(terminal, corpus.documents().iter().map(|it| &it.reading), corpus.skipped());
    let known = corpus.known_ids(bundle.vocabulary(), arguments.on_unknown)?;
    let all = Section::of(&known.ids, &known.starts, bundle.vocabulary());
    let is_validation = arguments.data.is_none();
    let text = if is_validation { Split::tail(all, config.data.val_fraction).valid } else { all };
    let (have, need) = match config.train.predict {
        Predict::All => (text.len(), Streams::characters_needed(1)),
        Predict::Last => {
            let need = Windows::characters_needed(config.train.seq_length);
            (text.longest_document(), need)
        }
    };
    if have < need {
        let part = match arguments.data {
            Some(_) => Part::All,
            None => Part::Validation { fraction: config.data.val_fraction },
        };
        let (name, longest) = (corpus.name, have < text.len());
        let purpose = NeededFor::Evaluation;
        return Err(TooShort { name, part, longest, have, need, purpose }.into());
    }
    if !is_validation && known.unknown > 0 {
        let skipped = arguments.on_unknown == OnUnknown::Skip;
        terminal.warning(&reading::unknown(known.unknown, known.unknown_share(), skipped));
    }
    let place = device.as_ref().map_or_else(devices::cpu, training::Device::name);
    terminal.note(&writing::measuring(&name, step, is_validation, &corpus.name, &place));
    let loss = match &device {
        Some(device) => device.evaluate(&bundle, &config.train, text)?,
        None => on_cpu(&bundle, &config.train, text),
    };
    if arguments.json {
        let device = device.map_or_else(cpu, |device| device.json());
        return Ok(data(&line(json!({
            "run": path.display().to_string(), "step": step, "text": corpus.name,
            "validation": is_validation, "device": device,
            "unknown": known.unknown, "unknown_share": known.unknown_share(),
            "characters": loss.characters, "loss": loss.mean(),
            "bits_per_char": loss.bits_per_character(), "perplexity": loss.perplexity(),
        })))?);
    }
    Ok(data(&format!("{}\n", terminal.text(&writing::measured(loss))))?)
}

/// The loss of a network on a text, measured as `train` says.
fn on_cpu(bundle: &Bundle, train: &TrainConfig, text: Section<'_>) -> Loss {
    let engine = Engine::new(bundle);
    let starts: Vec<usize> = text.starts(0..text.len()).collect();
    let text = if text.are_records() {
        charnn_infer::Text::of_records(text.ids(), &starts)
    } else {
        charnn_infer::Text::new(text.ids(), &starts)
    };
    let loss = match train.predict {
        Predict::All => engine.evaluate(text, &|| false),
        Predict::Last => engine.evaluate_windows(text, train.seq_length, &|| false),
    };
    loss.expect("nothing stops it")
}

/// The text, and how to read it. Another one than the run's may have any encoding; what the network is
/// used to (normalization, white space) holds for it too.
fn what_to_read(arguments: &EvaluateArguments, trained: &RunConfig) -> RunConfig {
    let mut config = trained.clone();
    let Some(path) = &arguments.data else {
        return config;
    };
    let EvaluateArguments { encoding, on_malformed, on_mixed, max_bytes, .. } = *arguments;
    config.data.encoding = encoding;
    config.data.on_malformed = on_malformed.unwrap_or(config.data.on_malformed);
    config.data.on_mixed = on_mixed.unwrap_or(config.data.on_mixed);
    config.data.max_bytes = max_bytes.map_or(config.data.max_bytes, ByteSize);
    config.data.path = Sources(vec![Source::named(path)]);
    config
}
