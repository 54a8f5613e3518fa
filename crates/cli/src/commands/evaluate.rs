//! `charnn evaluate`: how well a trained network predicts a text.

use crate::args::EvaluateArguments;
use crate::events::line;
use crate::failure::Failure;
use crate::messages::{reading, run, writing};
use crate::output::data;
use crate::readings;
use crate::sources::local;
use crate::terminal::Terminal;
use charnn_config::{ByteSize, Sources};
use charnn_data::{Section, Split, Streams, Windows};
use charnn_kernels::device::open;
use charnn_text::Source;
use charnn_train::{
    Part, Plan, Predict, Purpose, RunConfig, RunDir, RunError, TooShort, evaluate, load_model,
};
use serde_json::json;

pub(crate) fn run(arguments: &EvaluateArguments, terminal: &Terminal) -> Result<(), Failure> {
    arguments.data.as_deref().map_or(Ok(()), local)?;
    let run = RunDir::find(&arguments.run, &arguments.runs)?;
    let opened = open(arguments.device)?;
    let mut warn = |warning| terminal.warning(&run::train_warning(&warning));
    let trained = load_model(&run, arguments.checkpoint, &opened.device, &mut warn)?;
    let config = what_to_read(arguments, &trained.config);
    let corpus = Plan::sources(&config.data.path.0, &config, &run.root())?;
    // Of another text, another part would be measured, which the network may have learned.
    if arguments.data.is_none() && corpus.fingerprint() != trained.text {
        return Err(Failure::Run(RunError::OtherText {
            now: corpus.fingerprint().to_owned(),
            name: corpus.name,
            then: trained.text,
            run: run.path().to_owned(),
        }));
    }
    readings::show(terminal, corpus.documents().iter().map(|it| &it.reading), corpus.skipped());
    let ids = corpus.ids(&trained.vocabulary)?;
    let starts: Vec<usize> = corpus.documents().iter().map(|document| document.start).collect();
    let all = Section::new(&ids, &starts);
    let held_out = arguments.data.is_none();
    let text = if held_out { Split::tail(all, config.data.val_fraction).valid } else { all };
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
        let purpose = Purpose::Evaluation;
        return Err(TooShort { name, part, longest, have, need, purpose }.into());
    }
    let foreign = corpus.counts().iter().filter(|&(it, _)| trained.vocabulary.id(it).is_none());
    let count = foreign.map(|(_, count)| count).sum();
    if !held_out && count > 0 {
        terminal.warning(&reading::read_as_unknown(count, corpus.counts().total()));
    }
    terminal.note(&writing::measuring(
        &run.name(),
        trained.step,
        held_out,
        &corpus.name,
        &opened.name,
    ));
    let nats = evaluate(&trained.model, &config.train, text, &|| false)?;
    let nats = nats.expect("nothing stops it");
    if arguments.json {
        return Ok(data(&line(json!({
            "run": run.path().display().to_string(), "step": trained.step, "text": corpus.name,
            "held_out": held_out, "device": opened.name.to_string(),
            "characters": nats.characters, "nats": nats.mean(),
            "bits_per_character": nats.bits_per_character(), "perplexity": nats.perplexity(),
        })))?);
    }
    Ok(data(&format!("{}\n", terminal.text(&writing::measured(nats))))?)
}

/// The text, and how to read it. Another one than the run's may have any encoding; what the network is
/// used to (normalisation, white space) holds for it too.
fn what_to_read(arguments: &EvaluateArguments, trained: &RunConfig) -> RunConfig {
    let mut config = trained.clone();
    let Some(path) = &arguments.data else {
        return config;
    };
    let EvaluateArguments { encoding, on_malformed, max_bytes, .. } = *arguments;
    config.data.encoding = encoding;
    config.data.on_malformed = on_malformed.unwrap_or(config.data.on_malformed);
    config.data.max_bytes = max_bytes.map_or(config.data.max_bytes, ByteSize);
    config.data.path = Sources(vec![Source::named(path)]);
    config
}
