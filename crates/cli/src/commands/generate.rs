//! `charnn generate`: texts from a trained network.

mod judged;
mod layout;
mod novelty;
mod prompt;
mod records;
mod rule_problem;
mod rules;

pub(crate) use rule_problem::RuleProblem;

use crate::args::generate::{DemoArguments, GenerateArguments, WritingArguments};
use crate::commands::network::{self, Network};
use crate::failure::Failure;
use crate::messages::writing;
use crate::terminal::Terminal;
use crate::training;
use charnn_config::{DeviceChoice, SampleConfig};
use charnn_data::{DataError, OnUnknown, Seed};
use charnn_infer::{
    Engine, Loop, Overrides, Piece, Precision, Prompt, PromptError, Request, Sampling, Vocabulary,
    primer_ids, start_threads, write_texts,
};
use charnn_runs::{NotARun, RunError};
use charnn_text::Records;
use layout::{Layout, TextOutput};
use novelty::Comparison;
use records::Known;
use rules::Rules;
use std::hash::{BuildHasher, RandomState};
use std::ops::ControlFlow;

pub(crate) fn run(arguments: &GenerateArguments, terminal: &Terminal) -> Result<(), Failure> {
    let GenerateArguments { run, checkpoint, runs, writing } = arguments;
    on_cpu(writing)?;
    let network = network::open(run, runs, *checkpoint, terminal).map_err(no_run)?;
    write(network, writing, terminal)
}

/// `charnn demo`: texts from the network inside the program.
pub(crate) fn demo(arguments: &DemoArguments, terminal: &Terminal) -> Result<(), Failure> {
    on_cpu(&arguments.writing)?;
    write(network::demo(terminal.language)?, &arguments.writing, terminal)?;
    terminal.note(&writing::next_step());
    Ok(())
}

fn write(
    network: Network,
    arguments: &WritingArguments,
    terminal: &Terminal,
) -> Result<(), Failure> {
    start_threads()?;
    let known = check_records(&network, arguments, terminal)?;
    let corpus = arguments.novelty.then(|| novelty::training_text(&network, terminal)).flatten();
    let Network { name, step, config, bundle, .. } = network;
    let device = training::device(arguments.device)?;
    let (vocabulary, defaults) = (bundle.vocabulary(), &config.sample);

    let window = arguments.window.unwrap_or(defaults.window);
    let options = config.data.read_options();
    let asked = prompt::asked(arguments, &defaults.prompt, &options, &bundle)?;
    let primer = primer_ids(vocabulary, bundle.primer());
    let prompt = Prompt::new(vocabulary, &asked, arguments.on_unknown, &primer, window);
    let prompt = prompt.map_err(unreadable)?;
    if !prompt.unknown.is_empty() {
        let skipped = arguments.on_unknown == OnUnknown::Skip;
        terminal.note(&writing::unknown(&prompt.unknown, skipped));
    }
    let sampling = sampling(defaults).with(&overrides(arguments));
    let (count, best_of) = (arguments.count as u64, arguments.best_of.unwrap_or(1));
    if sampling.is_greedy() {
        one_text(arguments)?;
    }
    if sampling.top_k > vocabulary.len() {
        terminal.note(&writing::all_of(sampling.top_k, vocabulary.len()));
    }
    let length = arguments.length.unwrap_or(defaults.length);
    let mut rules = Rules::new(arguments, vocabulary, &prompt, length)?;
    let seed = arguments.seed.unwrap_or_else(random_seed);
    let random = !sampling.is_greedy() && arguments.enumerate.is_none();
    let shown_seed = random.then_some(seed);
    terminal.note(&writing::writing(&name, step, shown_seed));
    if step == 0 {
        terminal.warning(&writing::Untrained);
    }

    let Prompt { text: prompt, ids, context, .. } = prompt;
    let request = Request {
        context,
        prompt: ids,
        window,
        chain: sampling.chain_after(vocabulary, rules.chain()),
        seed: Seed(seed),
    };
    let engine = || Engine::with_precision(&bundle, arguments.precision);
    if let Some(count) = arguments.records {
        let WritingArguments { length: longest, unique, json, .. } = *arguments;
        let are_lines = config.data.records == Records::Line;
        let prompt = &prompt;
        let wanted = records::Wanted { count, longest, unique, known, json, prompt, are_lines };
        return records::write(&engine(), &request, &wanted, terminal);
    }
    if let Some(most) = arguments.enumerate {
        if rules.ending.is_length() && vocabulary.record().is_none() {
            rules.ending.lines = Some(1);
        }
        let Rules { mut banned, ending, .. } = rules;
        banned.extend(vocabulary.id(Vocabulary::UNKNOWN));
        let shape = (&*prompt, arguments.json);
        return judged::enumerate(&engine(), &request, &ending, &banned, most, shape, terminal);
    }
    if arguments.show_probs {
        let json = arguments.json.then_some(&*prompt);
        return judged::write_probabilities(&engine(), &request, 0..count, &rules.ending, json);
    }

    let layout = if arguments.json {
        Layout::Json { seed, prompt: &prompt, novelty: arguments.novelty }
    } else {
        Layout::Plain { separator: &arguments.separator, prompt: &prompt }
    };
    let (ending, texts) = (&rules.ending, 0..count);
    let mut output = TextOutput::new(layout);
    let mut circles = Circles::default();
    let text = (vocabulary, &config);
    let mut comparison = corpus.map(|corpus| Comparison::new(corpus, text, count, terminal));
    let mut failed = None;
    let mut sink = |piece: Piece<'_>| {
        circles.watch(piece, terminal);
        let written = match &mut comparison {
            Some(comparison) => comparison.take(piece, &mut output),
            None => output.write(piece).map_err(Failure::from),
        };
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                failed = Some(failure);
                ControlFlow::Break(())
            }
        }
    };
    let _ = match device {
        Some(device) => device.write_texts(&bundle, &request, texts, ending, &mut sink)?,
        None if best_of > 1 => {
            judged::write_best(&engine(), &request, texts, best_of, ending, &mut sink)
        }
        None => write_texts(&engine(), &request, texts, ending, &mut sink),
    };
    match (failed, comparison) {
        (Some(failure), _) => Err(failure),
        (None, Some(comparison)) => comparison.finish(&mut output),
        (None, None) => Ok(()),
    }
}

/// Refuses flags that do not fit whether the network writes records. Reads those that it learned, if others are
/// wanted.
fn check_records(
    network: &Network,
    arguments: &WritingArguments,
    terminal: &Terminal,
) -> Result<Option<Known>, Failure> {
    let writes_records = network.bundle.vocabulary().record().is_some();
    if arguments.records.is_some() && !writes_records {
        return Err(RuleProblem::NoRecords { flag: "--records" }.into());
    }
    if arguments.window.is_some_and(|window| window > 0) && writes_records {
        return Err(RuleProblem::OnlyText { flag: "--window" }.into());
    }
    arguments.novel.then(|| Known::of_run(network, terminal)).transpose()
}

/// Refuses flags for several texts, which would be equal.
fn one_text(arguments: &WritingArguments) -> Result<(), Failure> {
    let flags = [
        ("--count", arguments.count as u64),
        ("--best-of", arguments.best_of.unwrap_or(1)),
        ("--records", arguments.records.unwrap_or(1)),
    ];
    match flags.into_iter().find(|(_, count)| *count > 1) {
        Some((flag, count)) if arguments.enumerate.is_none() => {
            Err(Failure::EqualTexts { flag, count })
        }
        _ => Ok(()),
    }
}

/// Refuses flags that other devices than the CPU lack.
fn on_cpu(arguments: &WritingArguments) -> Result<(), Failure> {
    let device = arguments.device;
    let flags = [
        ("--precision bf16", arguments.precision == Precision::Bf16),
        ("--best-of", arguments.best_of.is_some()),
        ("--show-probs", arguments.show_probs),
        ("--enumerate", arguments.enumerate.is_some()),
        ("--records", arguments.records.is_some()),
    ];
    match flags.into_iter().find(|(_, is_set)| *is_set) {
        Some((flag, _)) if device != DeviceChoice::Cpu => Err(Failure::NotOnCpu { flag, device }),
        _ => Ok(()),
    }
}

/// The settings of the command line.
fn overrides(arguments: &WritingArguments) -> Overrides {
    Overrides {
        greedy: arguments.greedy,
        temperature: arguments.temperature,
        top_k: arguments.top_k,
        top_p: arguments.top_p,
        min_p: arguments.min_p,
        typical: arguments.typical,
        repetition_penalty: arguments.repetition_penalty,
        presence_penalty: arguments.presence_penalty,
        frequency_penalty: arguments.frequency_penalty,
        penalty_window: arguments.penalty_window,
        no_repeat: arguments.no_repeat,
    }
}

/// Warns about the first text that goes in circles.
#[derive(Default)]
struct Circles {
    /// The last characters.
    tail: Vec<char>,
    index: u64,
    warned: bool,
}

impl Circles {
    /// Characters at the end of a text that are searched.
    const TAIL: usize = 4096;

    fn watch(&mut self, piece: Piece<'_>, terminal: &Terminal) {
        match piece {
            Piece::Begin(index) => {
                self.index = index;
                self.tail.clear();
            }
            Piece::Symbols(text) => {
                self.tail.extend(text.chars());
                if self.tail.len() > 2 * Self::TAIL {
                    self.tail.drain(..self.tail.len() - Self::TAIL);
                }
            }
            Piece::End if self.warned => {}
            Piece::End => {
                if let Some(found) = Loop::at_the_end_of(&self.tail) {
                    let (index, period) = (self.index, found.period);
                    let repeated = self.tail[self.tail.len() - period..].iter().collect();
                    terminal.warning(&writing::InCircles { index, period, repeated });
                    self.warned = true;
                }
            }
        }
    }
}

/// How a run chooses characters.
fn sampling(config: &SampleConfig) -> Sampling {
    Sampling {
        temperature: config.temperature,
        top_k: config.top_k,
        top_p: config.top_p,
        ..Sampling::default()
    }
}

/// The run does not exist; if its name looks like a prompt, the hint shows how to give one.
fn no_run(failure: Failure) -> Failure {
    let Failure::Run(error) = failure else { return failure };
    match &error {
        RunError::NotFound { name, instead: NotARun::Nothing { .. }, .. }
            if !name.contains(['/', '\\'])
                && name.contains(|character: char| {
                    !character.is_ascii() || character.is_whitespace()
                }) =>
        {
            let prompt = name.clone();
            Failure::NoRunButPrompt { source: error, prompt }
        }
        _ => error.into(),
    }
}

fn unreadable(error: PromptError) -> Failure {
    match error {
        PromptError::Unknown(error) => DataError::from(error).into(),
        PromptError::NothingKnown { prompt } => Failure::NothingKnown { prompt },
    }
}

/// A seed from the operating system, by way of the keys of the standard library's hash maps.
fn random_seed() -> u64 {
    RandomState::new().hash_one(0) % 1_000_000
}
