//! `charnn generate`: texts from a trained network.

use crate::args::generate::GenerateArguments;
use crate::commands::network::{self, Network};
use crate::failure::Failure;
use crate::layout::{Layout, TextOutput};
use crate::messages::writing;
use crate::output::OutputError;
use crate::prompt;
use crate::terminal::Terminal;
use crate::training;
use charnn_config::{DeviceChoice, SampleConfig};
use charnn_data::{DataError, OnUnknown, Seed};
use charnn_infer::{
    Ending, Engine, Overrides, Piece, Precision, Prompt, PromptError, Request, Sampling,
    primer_ids, start_threads, write_texts,
};
use charnn_runs::{NotARun, RunError};
use std::hash::{BuildHasher, RandomState};
use std::ops::ControlFlow;

pub(crate) fn run(arguments: &GenerateArguments, terminal: &Terminal) -> Result<(), Failure> {
    if arguments.precision == Precision::Bf16 && arguments.device != DeviceChoice::Cpu {
        return Err(Failure::NotOnCpu { device: arguments.device });
    }
    let network = network::open(&arguments.run, &arguments.runs, arguments.checkpoint, terminal);
    let Network { name, step, config, bundle, .. } = network.map_err(no_run)?;
    start_threads()?;
    let device = training::device(arguments.device)?;
    let (vocabulary, defaults) = (bundle.vocabulary(), &config.sample);

    let window = arguments.window.unwrap_or(defaults.window);
    let asked = match prompt::asked(arguments, &config.data.read_options())? {
        Some(asked) => asked,
        None => defaults.prompt.clone(),
    };
    let primer = primer_ids(vocabulary, bundle.primer());
    let prompt = Prompt::new(vocabulary, &asked, arguments.on_unknown, &primer, window);
    let prompt = prompt.map_err(unreadable)?;
    if !prompt.unknown.is_empty() {
        let skipped = arguments.on_unknown == OnUnknown::Skip;
        terminal.note(&writing::unknown(&prompt.unknown, skipped));
    }
    let sampling = sampling(defaults).with(&Overrides {
        greedy: arguments.greedy,
        temperature: arguments.temperature,
        top_k: arguments.top_k,
        top_p: arguments.top_p,
        ..Overrides::default()
    });
    let count = arguments.count;
    if count > 1 && sampling.is_greedy() {
        return Err(Failure::EqualTexts { count });
    }
    if sampling.top_k > vocabulary.len() {
        terminal.note(&writing::all_of(sampling.top_k, vocabulary.len()));
    }
    let seed = arguments.seed.unwrap_or_else(random_seed);
    let shown_seed = (!sampling.is_greedy()).then_some(seed);
    terminal.note(&writing::writing(&name, step, shown_seed));
    if step == 0 {
        terminal.warning(&writing::Untrained);
    }

    let layout = if arguments.json {
        Layout::Json { seed, prompt: &prompt.text }
    } else {
        Layout::Plain { separator: &arguments.separator, prompt: &prompt.text }
    };
    let request = Request {
        context: prompt.context,
        prompt: prompt.ids,
        window,
        chain: sampling.chain(vocabulary),
        seed: Seed(seed),
    };
    let length = arguments.length.unwrap_or(defaults.length);
    let ending = Ending::from(length);
    let texts = 0..count as u64;
    let mut output = TextOutput::new(layout);
    let mut failed = None;
    let mut sink = |piece: Piece<'_>| match output.write(piece) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    };
    let _ = match device {
        Some(device) => device.write_texts(&bundle, &request, texts, &ending, &mut sink)?,
        None => {
            let engine = Engine::with_precision(&bundle, arguments.precision);
            write_texts(&engine, &request, texts, &ending, &mut sink)
        }
    };
    failed.map_or(Ok(()), |error: OutputError| Err(error.into()))
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
