//! `charnn generate`: texts from a trained network, character by character.

use crate::args::generate::GenerateArguments;
use crate::failure::Failure;
use crate::layout::Layout;
use crate::messages::{legacy, writing};
use crate::output::data;
use crate::terminal::Terminal;
use charnn_data::{DataError, OnUnknown, Purpose, Seed, Vocabulary};
use charnn_kernels::device::{DeviceChoice, open};
use charnn_kernels::{DeviceFault, Precision};
use charnn_model::{Generator, Sampling};
use charnn_train::{Plan, RunDir, RunError, SampleConfig, Stranger};
use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::Arc;

/// Texts that are written side by side. More wait their turn, so memory does not grow with them.
const AT_ONCE: usize = 256;
/// Characters of every text between two writes of the first one: enough work for a thread.
const PIECE: usize = 16;

pub(crate) fn run(arguments: &GenerateArguments, terminal: &Terminal) -> Result<(), Failure> {
    let on_cpu = arguments.device == DeviceChoice::Cpu;
    if arguments.precision == Precision::Bf16 && !on_cpu {
        return Err(Failure::NotOnCpu { device: arguments.device });
    }
    let run = RunDir::find(&arguments.run, &arguments.runs).map_err(no_run)?;
    let device = open(arguments.device)?.device;
    let mut warn = |warning| terminal.warning(&legacy::warning(&warning));
    let trained = run.load(arguments.checkpoint, &device, &mut warn)?;
    let defaults = &trained.config.sample;

    let asked = arguments.prompt.as_ref().unwrap_or(&defaults.prompt);
    let (prompt, ids) = read_prompt(&trained.vocabulary, asked, arguments.on_unknown, terminal)?;
    let sampling = sampling(arguments, defaults, &trained.vocabulary);
    let window = arguments.window.unwrap_or(defaults.window);
    let length = arguments.length.unwrap_or(defaults.length);
    let count = arguments.count;
    if count > 1 && sampling.is_greedy() {
        return Err(Failure::EqualTexts { count });
    }
    if sampling.top_k > trained.vocabulary.len() {
        terminal.note(&writing::all_of(sampling.top_k, trained.vocabulary.len()));
    }
    let seed = arguments.seed.unwrap_or_else(random_seed);
    if arguments.seed.is_none() && !sampling.is_greedy() {
        terminal.note(&writing::writing(&run.name(), trained.step, seed));
    }

    let layout = if arguments.json {
        Layout::Json { seed, prompt: &prompt }
    } else {
        Layout::Plain { separator: &arguments.separator, prompt: &prompt }
    };
    let pack = || trained.model.decoder(arguments.precision).map(Arc::new);
    let decoder = on_cpu.then(pack).transpose()?;
    for first in (0..count).step_by(AT_ONCE) {
        let texts = first..count.min(first + AT_ONCE);
        let rngs = texts.clone().map(|index| Seed(seed).rng(Purpose::Sample, index as u64));
        let mut generator = match &decoder {
            Some(decoder) => Generator::new(Arc::clone(decoder), &ids, window, sampling, rngs),
            None => Generator::on_device(&trained.model, &ids, window, sampling, rngs),
        };
        let more = |length| generator.write(length);
        write(more, texts, length, &trained.vocabulary, &layout)?;
    }
    Ok(())
}

/// That there is no run; and where its name looks like a prompt, how to give one.
fn no_run(error: RunError) -> Failure {
    match &error {
        RunError::NotFound { name, instead: Stranger::Nothing { .. }, .. }
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

/// The prompt as it is shown, and as the network reads it.
fn read_prompt(
    vocabulary: &Vocabulary,
    asked: &str,
    on_unknown: OnUnknown,
    terminal: &Terminal,
) -> Result<(String, Vec<u16>), Failure> {
    let unknown = asked.chars().filter(|&found| vocabulary.id(found).is_none() && found != '\r');
    let unknown: BTreeSet<char> = unknown.collect();
    if on_unknown == OnUnknown::Error || unknown.is_empty() {
        let prompt = Plan::prompt(vocabulary, asked)?;
        let ids = vocabulary.encode(&prompt).map_err(DataError::from)?;
        return Ok((prompt, ids));
    }
    let prompt = asked.replace("\r\n", "\n"); // as in every corpus
    let ids = vocabulary.encode_with(&prompt, on_unknown).map_err(DataError::from)?;
    if ids.is_empty() {
        return Err(Failure::NothingKnown { prompt });
    }
    let characters: String = unknown.into_iter().collect();
    terminal.note(&writing::unknown(&characters, on_unknown == OnUnknown::Skip));
    Ok((prompt, ids))
}

/// Shows the first of `texts` as it is written and the others when they are done. `more` gives the
/// next so many characters of all of them.
fn write(
    mut more: impl FnMut(usize) -> Result<Vec<Vec<u16>>, DeviceFault>,
    mut texts: Range<usize>,
    length: usize,
    vocabulary: &Vocabulary,
    layout: &Layout<'_>,
) -> Result<(), Failure> {
    let Some(first) = texts.next() else { return Ok(()) };
    let piece = if texts.is_empty() { 1 } else { PIECE };
    let mut others = vec![String::new(); texts.len()];
    data(&layout.before(first))?;
    for start in (0..length).step_by(piece) {
        let mut written = more(piece.min(length - start))?.into_iter();
        let mut next = || -> String {
            let ids = written.next().unwrap_or_default();
            vocabulary.decode(&ids)
        };
        data(&layout.inside(&next()))?;
        for text in &mut others {
            text.push_str(&next());
        }
    }
    data(layout.after())?;
    for (index, text) in texts.zip(others) {
        data(&[&layout.before(index), &*layout.inside(&text), layout.after()].concat())?;
    }
    Ok(())
}

fn sampling(
    arguments: &GenerateArguments,
    defaults: &SampleConfig,
    vocabulary: &Vocabulary,
) -> Sampling {
    let defaults = defaults.sampling(vocabulary);
    if arguments.greedy {
        return Sampling { never: defaults.never, ..Sampling::GREEDY };
    }
    Sampling {
        temperature: arguments.temperature.unwrap_or(defaults.temperature),
        top_k: arguments.top_k.unwrap_or(defaults.top_k),
        top_p: arguments.top_p.unwrap_or(defaults.top_p),
        never: defaults.never,
    }
}

/// A number nobody chose: the standard library's hash keys come from the operating system.
fn random_seed() -> u64 {
    RandomState::new().hash_one(0) % 1_000_000
}
