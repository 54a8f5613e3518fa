//! `charnn evaluate`: how well a trained network predicts a text.

use crate::args::EvaluateArguments;
use crate::failure::Failure;
use crate::output::{data, grouped, note};
use charnn_data::{Corpus, Source, Split};
use charnn_kernels::device::open;
use charnn_train::{RunDir, evaluate};

pub(crate) fn run(arguments: &EvaluateArguments) -> Result<(), Failure> {
    let run = RunDir::find(&arguments.run, &arguments.runs)?;
    let opened = open(arguments.device)?;
    let trained = run.load(&opened.device)?;
    let config = &trained.config;

    let source = match &arguments.data {
        Some(path) => Source::File(path.clone()),
        None => Source::parse(&config.data.path),
    };
    let corpus = Corpus::read(&source)?;
    let ids = trained.vocabulary.encode(&corpus.text)?;
    let (what, ids) = match arguments.data {
        Some(_) => ("all", &ids[..]),
        None => ("the held-out part", Split::tail(&ids, config.data.valid_fraction).valid),
    };
    if ids.len() <= config.train.seq_length {
        return Err(Failure::Usage(format!(
            "{what} of {} is {} characters, fewer than a window of {}; name a longer text with --data",
            corpus.name,
            ids.len(),
            config.train.seq_length,
        )));
    }
    note(&format!("run {} on {what} of {} ({})", run.name(), corpus.name, opened.name));
    let nats = evaluate(&trained.model, &config.train, ids);
    data(&format!(
        "characters          {}\nnats per character  {:.4}\nbits per character  {:.4}\nperplexity          {:.3}\n",
        grouped(nats.characters),
        nats.mean(),
        nats.bits_per_character(),
        nats.perplexity(),
    ))
}
