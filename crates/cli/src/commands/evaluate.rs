//! `charnn evaluate`: how well a trained network predicts a text.

use crate::args::EvaluateArguments;
use crate::failure::Failure;
use crate::output::{data, grouped, note, warn};
use charnn_data::{Corpus, DataError, Source, Split, Streams, Windows};
use charnn_kernels::device::open;
use charnn_train::{Objective, RunDir, evaluate};

pub(crate) fn run(arguments: &EvaluateArguments) -> Result<(), Failure> {
    let run = RunDir::find(&arguments.run, &arguments.runs)?;
    let opened = open(arguments.device)?;
    let trained = run.load(arguments.checkpoint, &opened.device, &mut warn)?;
    let config = &trained.config;

    let source = match &arguments.data {
        Some(path) => Source::File(path.clone()),
        None => Source::parse(&config.data.path),
    };
    let corpus = Corpus::read_with(&source, &config.data.reading())?;
    let ids = trained.vocabulary.encode(&corpus.text)?;
    let (what, ids) = match arguments.data {
        Some(_) => ("all", &ids[..]),
        None => ("the held-out part", Split::tail(&ids, config.data.valid_fraction).valid),
    };
    let need = match config.train.objective {
        Objective::Every => Streams::characters_needed(1),
        Objective::Last => Windows::characters_needed(config.train.seq_length),
    };
    if ids.len() < need {
        return Err(Failure::Data(DataError::TooShort {
            what: format!("{what} of {}", corpus.name),
            have: ids.len(),
            why: "measuring".into(),
            need,
            remedy: "name a longer text with --data".into(),
        }));
    }
    note(&format!(
        "run {}, step {}, on {what} of {} ({})",
        run.name(),
        grouped(trained.step),
        corpus.name,
        opened.name
    ));
    let nats = evaluate(&trained.model, &config.train, ids, &|| false)?;
    let nats = nats.expect("nothing stops it");
    data(&format!(
        "characters          {}\nnats per character  {:.4}\nbits per character  {:.4}\nperplexity          {:.3}\n",
        grouped(nats.characters),
        nats.mean(),
        nats.bits_per_character(),
        nats.perplexity(),
    ))
}
