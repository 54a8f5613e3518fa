//! `charnn evaluate`: how well a trained network predicts a text.

use crate::args::{EvaluateArguments, SplitPart};
use crate::commands::network::{self, Network};
use crate::events::{cpu, line};
use crate::failure::Failure;
use crate::messages::{devices, reading, writing};
use crate::output::data;
use crate::readings;
use crate::sources::{corpus, hold_out, local, other_corpus};
use crate::terminal::Terminal;
use crate::training;
use charnn_config::{ByteSize, Predict, RunConfig, Sources, TrainConfig};
use charnn_data::{
    Corpus, NeededFor, OnUnknown, Part, Parts, Section, Streams, TooShort, Vocabulary, Windows,
};
use charnn_infer::{Bundle, Engine, Loss, start_threads};
use charnn_runs::RunError;
use charnn_text::{Normalization, Source};
use serde_json::json;

pub(crate) fn run(arguments: &EvaluateArguments, terminal: &Terminal) -> Result<(), Failure> {
    arguments.data.as_deref().map_or(Ok(()), local)?;
    let network = network::open(&arguments.run, &arguments.runs, arguments.checkpoint, terminal)?;
    if network.text.is_none() && arguments.data.is_none() {
        return Err(Failure::NoText { name: network.name });
    }
    start_threads()?;
    let device = training::device(arguments.device)?;
    let measured = Measured::read(arguments, &network, terminal)?;
    let Network { name, step, bundle, path, config, .. } = network;
    let text = measured.section(bundle.vocabulary());
    let Measured { name: text_name, part, known, skips_unknown, .. } = &measured;
    let (have, need) = match config.train.predict {
        Predict::All => (text.len(), Streams::characters_needed(1)),
        Predict::Last => {
            let need = Windows::characters_needed(config.train.seq_length);
            (text.longest_document(), need)
        }
    };
    if have < need {
        let fraction = config.data.val_fraction;
        let part = match part {
            Some(SplitPart::Train) => Part::Training { validation: known.ids.len() - text.len() },
            Some(_) => Part::Validation { fraction },
            None => Part::All,
        };
        let (name, longest) = (text_name.clone(), have < text.len());
        let purpose = NeededFor::Evaluation;
        return Err(TooShort { name, part, longest, have, need, purpose }.into());
    }
    if measured.unknown > 0 {
        let (unknown, share) = (measured.unknown, measured.unknown_share);
        terminal.warning(&reading::unknown(unknown, share, *skips_unknown));
    }
    let place = device.as_ref().map_or_else(devices::cpu, training::Device::name);
    terminal.note(&writing::measuring(&name, step, *part, text_name, &place));
    let loss = match &device {
        Some(device) => device.evaluate(&bundle, &config.train, text)?,
        None => on_cpu(&bundle, &config.train, text),
    };
    let window = if config.train.predict == Predict::Last { config.train.seq_length } else { 0 };
    let lengths = text.predicted(bundle.vocabulary(), window);
    let unit = bundle.vocabulary().unit();
    let bits = loss.bits(lengths);
    if arguments.json {
        let device = device.map_or_else(cpu, |device| device.json());
        let split = arguments.data.is_none().then_some(match arguments.split {
            SplitPart::Train => "train",
            SplitPart::Valid => "valid",
            SplitPart::Test => "test",
        });
        let mut fields = json!({
            "run": path.display().to_string(), "step": step, "text": text_name,
            "split": split, "validation": split == Some("valid"), "device": device,
            "unknown": measured.unknown, "unknown_share": measured.unknown_share,
            "characters": loss.characters, "loss": loss.mean(),
            "bits_per_char": loss.bits_per_character(), "perplexity": loss.perplexity(), "bits_per_byte": bits.per_byte,
        });
        if !unit.is_char() {
            fields["unit"] = json!(unit);
            fields["symbols"] = loss.characters.into();
            fields["characters"] = lengths.characters.into();
            fields["bits_per_symbol"] = loss.bits_per_character().into();
            fields["bits_per_char"] = bits.per_character.into();
        }
        return Ok(data(&line(fields))?);
    }
    let measured = if unit.is_char() {
        writing::measured(loss)
    } else {
        writing::measured_symbols(loss, lengths)
    };
    Ok(data(&format!("{}\n", terminal.text(&measured)))?)
}

/// What is measured.
struct Measured {
    /// The name of the text.
    name: String,
    /// Which part of it, if it is divided.
    part: Option<SplitPart>,
    known: Parts,
    unknown: u64,
    unknown_share: f64,
    skips_unknown: bool,
}

impl Measured {
    fn read(
        arguments: &EvaluateArguments,
        network: &Network,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let Network { config, root, others: [valid, test], .. } = network;
        let data = &config.data;
        if arguments.data.is_some() {
            let vocabulary = network.bundle.vocabulary();
            let mut what = what_to_read(arguments, config);
            let mut corpus = self::corpus(&what, root, terminal)?;
            if what.data.normalize == Normalization::None && corpus.unknown(vocabulary) > 0 {
                // Other systems write é as two characters.
                what.data.normalize = Normalization::Nfc;
                let composed = self::corpus(&what, root, terminal)?;
                if composed.unknown(vocabulary) == 0 {
                    corpus = composed;
                }
            }
            return Self::whole(&corpus, arguments.on_unknown, network, terminal);
        }
        let (sources, then) = match arguments.split {
            SplitPart::Test if data.test_path.is_empty() => {
                return Err(Failure::NoTestText { name: network.name.clone() });
            }
            SplitPart::Test => (&data.test_path, test),
            SplitPart::Valid if !data.valid_path.is_empty() => (&data.valid_path, valid),
            SplitPart::Train | SplitPart::Valid => {
                let corpus = corpus(config, root, terminal)?;
                return Self::part(&corpus, arguments.split, network, terminal);
            }
        };
        let corpus = other_corpus(sources, config, root, terminal)?;
        is_same(&corpus, then.as_ref(), network)?;
        // As in training.
        let has_unknown = network.bundle.vocabulary().unknown().is_some();
        let on_unknown = if has_unknown { OnUnknown::Unknown } else { OnUnknown::Skip };
        Self::whole(&corpus, on_unknown, network, terminal)
    }

    /// A text of its own.
    fn whole(
        corpus: &Corpus,
        on_unknown: OnUnknown,
        network: &Network,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let documents = corpus.documents().iter();
        readings::show(terminal, documents.map(|it| &it.reading), corpus.skipped());
        let known = corpus.known_ids(network.bundle.vocabulary(), on_unknown)?;
        let (unknown, unknown_share) = (known.unknown, known.unknown_share());
        Ok(Self {
            name: corpus.name.clone(),
            part: None,
            known: Parts::whole(known.ids, known.starts),
            unknown,
            unknown_share,
            skips_unknown: on_unknown == OnUnknown::Skip,
        })
    }

    /// A part of the text of the run. Of another text, another part would be measured, which the network may have
    /// learned.
    fn part(
        corpus: &Corpus,
        part: SplitPart,
        network: &Network,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        is_same(corpus, network.text.as_ref(), network)?;
        let documents = corpus.documents().iter();
        readings::show(terminal, documents.map(|it| &it.reading), corpus.skipped());
        let (vocabulary, config) = (network.bundle.vocabulary(), &network.config);
        let fraction = config.data.held_out_fraction();
        let (name, part) = (corpus.name.clone(), Some(part));
        let known = corpus.parts(vocabulary, fraction, hold_out(config))?;
        Ok(Self { name, part, known, unknown: 0, unknown_share: 0.0, skips_unknown: false })
    }

    fn section(&self, vocabulary: &Vocabulary) -> Section<'_> {
        let split = self.known.split(vocabulary);
        match self.part {
            Some(SplitPart::Valid | SplitPart::Test) => split.valid,
            Some(SplitPart::Train) | None => split.train,
        }
    }
}

/// Whether a text is the one with the BLAKE3 `then`, that the run of `network` had.
fn is_same(corpus: &Corpus, then: Option<&String>, network: &Network) -> Result<(), Failure> {
    match then {
        Some(then) if corpus.fingerprint() != then => Err(Failure::Run(RunError::OtherText {
            now: corpus.fingerprint().to_owned(),
            name: corpus.name.clone(),
            then: then.clone(),
            run: network.path.clone(),
        })),
        _ => Ok(()),
    }
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
