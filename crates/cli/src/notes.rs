//! What a person is told on the way, line by line. English is here, `chinese::notes` has the rest.

use crate::output::grouped;
use crate::usage::word;
use charnn_data::{Encoding, Reading, Skipped, shown};
use charnn_kernels::device::{DeviceName, Opened};
use charnn_model::Nats;
use charnn_train::Plan;
use indicatif::FormattedDuration;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// More characters would fill the screen.
pub(crate) const MOST_CHARACTERS: usize = 40;

/// A line, or a few.
pub(crate) enum Note<'a> {
    /// The program, and what it is given.
    Begin(&'a str),
    Read(&'a Reading),
    /// A text in another encoding was written.
    Converted {
        to: &'a Path,
        encoding: Encoding,
    },
    LeftOut(&'a Skipped),
    MoreFiles(usize),
    Text(&'a Plan),
    Network(&'a Plan),
    /// The text that a configuration was made for.
    ForText {
        characters: usize,
        distinct: usize,
    },
    TrainIt {
        file: &'a Path,
    },
    /// What is measured, and where.
    Measuring {
        run: &'a str,
        step: u64,
        /// Of the text, or else all of it.
        held_out: bool,
        text: &'a str,
        device: &'a DeviceName,
    },
    /// A text was read in the encoding that was named, and looks like another.
    Likelier {
        name: &'a str,
        likelier: Encoding,
    },
    /// Characters that the network does not know, of so many.
    ReadAsUnknown {
        count: u64,
        of: u64,
    },
    Steps(&'a Plan),
    Device(&'a Opened),
    Folder(&'a Path),
    Measured(Nats),
    /// A run begins with the network of another.
    From {
        run: &'a str,
        step: u64,
    },
    NewCharacters(&'a [char]),
    /// A run goes on.
    Resume {
        done: u64,
        steps: u64,
    },
    /// A run goes on elsewhere.
    OtherDevice,
    AllStepsMade,
    Evaluated {
        step: u64,
        valid: Nats,
    },
    Sampled {
        step: u64,
        prompt: &'a str,
        text: &'a str,
    },
    Finished {
        steps: u64,
        took: Duration,
    },
    OutOfTime {
        run: &'a str,
    },
    NoGain {
        run: &'a str,
    },
    /// A signal came.
    Stopping,
    Stopped {
        run: &'a str,
    },
    WriteWith {
        run: &'a str,
    },
    Writing {
        run: &'a str,
        step: u64,
        seed: u64,
    },
    /// A choice among more characters than there are.
    AllOf {
        top_k: usize,
        known: usize,
    },
    /// Characters of a prompt that the network does not know.
    Unknown {
        characters: &'a str,
        skipped: bool,
    },
    NobodyReads,
    /// Why signals are not heard.
    NoSignals(&'a str),
    Bug,
}

impl fmt::Display for Note<'_> {
    #[expect(clippy::too_many_lines, reason = "a sentence for each")]
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Begin(name) => write!(out, "charnn {}: {name}", env!("CARGO_PKG_VERSION")),
            Self::Read(reading) => write!(out, "read     {reading}"),
            Self::Converted { to, encoding } => {
                write!(out, "written  {}: {encoding}", shown(to))
            }
            Self::LeftOut(skipped) => write!(out, "read     left out: {skipped}"),
            Self::MoreFiles(count) => write!(out, "read     and {count} more"),
            Self::Text(plan) => write!(
                out,
                "text     {}: {} characters, {} distinct{}, {} held out",
                plan.corpus_name,
                grouped(plan.ids.len() as u64),
                plan.distinct,
                match plan.vocabulary.len() {
                    known if known == plan.distinct => String::new(),
                    known => format!(", {known} known to the network"),
                },
                grouped(plan.split().valid.len() as u64),
            ),
            Self::Network(plan) => {
                let model = &plan.config.model;
                write!(
                    out,
                    "network  {} {}x{}, embedding {}: {} parameters",
                    model.cell(),
                    model.num_layers,
                    model.hidden_size,
                    model.embedding_size,
                    grouped(plan.parameters as u64),
                )
            }
            Self::ForText { characters, distinct } => {
                let characters = grouped(characters as u64);
                write!(out, "text     {characters} characters, {distinct} of them different")
            }
            Self::TrainIt { file } => write!(out, "Train it: charnn train {}", word(&shown(file))),
            Self::Likelier { name, likelier } => write!(
                out,
                "{name} reads like {likelier}, and is read as you said; without --encoding it is found out"
            ),
            Self::ReadAsUnknown { count, of } => write!(
                out,
                "{} of {} characters ({:.1} %) are unknown to the network and read as its unknown symbol, \
                 which is predicted instead of them",
                grouped(count),
                grouped(of),
                100.0 * count as f64 / of as f64
            ),
            Self::Measuring { run, step, held_out, text, device } => {
                let what = if held_out { "the held-out part" } else { "all" };
                write!(out, "run {run}, step {}, on {what} of {text} ({device})", grouped(step))
            }
            Self::Steps(plan) => write!(
                out,
                "plan     {} steps of {} x {} characters, {} an epoch",
                grouped(plan.steps),
                plan.config.train.batch_size,
                plan.config.train.seq_length,
                grouped(plan.steps_per_epoch),
            ),
            Self::Device(opened) => write!(out, "device   {} ({})", opened.name, opened.why),
            Self::Folder(path) => write!(out, "run      {}", path.display()),
            Self::From { run, step } => {
                write!(out, "from     {run}, step {}, with its sizes", grouped(step))
            }
            Self::NewCharacters(added) => {
                let shown: String = added.iter().take(MOST_CHARACTERS).collect();
                let more = if added.len() > MOST_CHARACTERS { " and others" } else { "" };
                let count = grouped(added.len() as u64);
                write!(
                    out,
                    "new      {count} {}: {shown:?}{more}",
                    if added.len() == 1 { "character" } else { "characters" }
                )
            }
            Self::Resume { done, steps } => {
                write!(out, "resume   after step {} of {}", grouped(done), grouped(steps))
            }
            Self::OtherDevice => {
                write!(
                    out,
                    "on another device than before, what comes out differs in the last bits"
                )
            }
            Self::AllStepsMade => write!(
                out,
                "All steps are made. Go on longer with --set train.epochs=N or train.max_steps=N"
            ),
            Self::Evaluated { step, valid } => write!(
                out,
                "step {}: {:.3} nats ({:.2} bits) per character on {} held-out characters",
                grouped(step),
                valid.mean(),
                valid.bits_per_character(),
                grouped(valid.characters),
            ),
            Self::Sampled { step, prompt, text } => write!(
                out,
                "--- sample after {} steps ---\n{}{text}\n---",
                grouped(step),
                prompt.trim_start_matches('\n'),
            ),
            Self::Finished { steps, took } => {
                write!(out, "{} steps in {}", grouped(steps), FormattedDuration(took))
            }
            Self::OutOfTime { run } => write!(
                out,
                "train.max_time is over. Go on longer: charnn resume {run} --set train.max_time=TIME"
            ),
            Self::NoGain { run } => write!(
                out,
                "the held-out text is no better predicted any more. Go on all the same: charnn resume \
                 {run} --set train.early_stop_patience=N"
            ),
            Self::Stopping => {
                write!(out, "Stopping after this step; saving a checkpoint (once more to quit now)")
            }
            Self::Stopped { run } => write!(out, "Stopped. Go on with: charnn resume {run}"),
            Self::WriteWith { run } => {
                write!(out, "Write with it: charnn generate {run} --prompt \"...\"")
            }
            Self::Writing { run, step, seed } => {
                write!(out, "run {run}, step {}, seed {seed}", grouped(step))
            }
            Self::Measured(nats) => write!(
                out,
                "characters          {}\nnats per character  {:.4}\nbits per character  {:.4}\n\
                 perplexity          {:.3}",
                grouped(nats.characters),
                nats.mean(),
                nats.bits_per_character(),
                nats.perplexity(),
            ),
            Self::AllOf { top_k, known } => {
                write!(
                    out,
                    "--top-k {top_k} is all of the {known} characters that the network knows"
                )
            }
            Self::Unknown { characters, skipped } => {
                let done = if skipped { "not read" } else { "read as the unknown symbol" };
                write!(out, "characters that the network does not know are {done}: {characters:?}")
            }
            Self::NobodyReads => write!(out, "nobody reads the events any more; training goes on"),
            Self::NoSignals(why) => write!(out, "signals will not save what was learned: {why}"),
            Self::Bug => write!(
                out,
                "this is a bug in charnn, not a mistake of yours. What was saved is safe. Please \
                 report it with the lines above and the command that you gave"
            ),
        }
    }
}
