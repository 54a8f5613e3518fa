//! `charnn generate`: texts from a trained network.

use crate::args::generate::GenerateArguments;
use crate::failure::Failure;
use crate::layout::{Layout, TextOutput};
use crate::messages::{run, writing};
use crate::output::OutputError;
use crate::prompt;
use crate::terminal::Terminal;
use charnn_data::{DataError, OnUnknown, Seed};
use charnn_infer::{
    Engine, Generator, Overrides, Piece, Precision, Prompt, PromptError, Request, primer_ids,
    write_texts, write_texts_with,
};
use charnn_kernels::device::{DeviceChoice, open};
use charnn_model::DeviceReader;
use charnn_train::{NotARun, RunDir, RunError, load_model};
use std::hash::{BuildHasher, RandomState};
use std::ops::ControlFlow;

pub(crate) fn run(arguments: &GenerateArguments, terminal: &Terminal) -> Result<(), Failure> {
    let on_cpu = arguments.device == DeviceChoice::Cpu;
    if arguments.precision == Precision::Bf16 && !on_cpu {
        return Err(Failure::NotOnCpu { device: arguments.device });
    }
    let run = RunDir::find(&arguments.run, &arguments.runs).map_err(no_run)?;
    let device = open(arguments.device)?.device;
    let mut warn = |warning| terminal.warning(&run::train_warning(&warning));
    let trained = load_model(&run, arguments.checkpoint, &device, &mut warn)?;
    let (vocabulary, defaults) = (&trained.vocabulary, &trained.config.sample);

    let window = arguments.window.unwrap_or(defaults.window);
    let asked = match prompt::asked(arguments, &trained.config.data.read_options())? {
        Some(asked) => asked,
        None => defaults.prompt.clone(),
    };
    let primer = primer_ids(vocabulary, &trained.primer);
    let prompt = Prompt::new(vocabulary, &asked, arguments.on_unknown, &primer, window);
    let prompt = prompt.map_err(unreadable)?;
    if !prompt.unknown.is_empty() {
        let skipped = arguments.on_unknown == OnUnknown::Skip;
        terminal.note(&writing::unknown(&prompt.unknown, skipped));
    }
    let sampling = charnn_train::sampling(defaults).with(&Overrides {
        greedy: arguments.greedy,
        temperature: arguments.temperature,
        top_k: arguments.top_k,
        top_p: arguments.top_p,
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
    terminal.note(&writing::writing(&run.name(), trained.step, shown_seed));
    if trained.step == 0 {
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
    if on_cpu {
        let bundle = trained.model.bundle(vocabulary).map_err(charnn_train::SaveError::from)?;
        let engine = Engine::with_precision(&bundle, arguments.precision);
        let _ = write_texts(&engine, &request, texts, length, &mut sink);
    } else {
        let generator = |texts: std::ops::Range<u64>| {
            let rows = usize::try_from(texts.end - texts.start).expect("a few hundred");
            Generator::with_reader(DeviceReader::new(&trained.model, rows), &request, texts)
        };
        let _ = write_texts_with(generator, vocabulary, texts, length, &mut sink)?;
    }
    failed.map_or(Ok(()), |error: OutputError| Err(error.into()))
}

/// There is no such run; where its name looks like a prompt, how to give one.
fn no_run(error: RunError) -> Failure {
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
