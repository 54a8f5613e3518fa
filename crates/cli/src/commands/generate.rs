//! `charnn generate`: text from a trained network, character by character.

use crate::args::GenerateArguments;
use crate::failure::Failure;
use crate::output::{data, note};
use charnn_data::{Purpose, Seed};
use charnn_kernels::device::{DeviceChoice, open};
use charnn_model::{Generator, Sampling};
use charnn_train::{Plan, RunDir, SampleConfig};
use std::hash::{BuildHasher, RandomState};

pub(crate) fn run(arguments: &GenerateArguments) -> Result<(), Failure> {
    let run = RunDir::find(&arguments.run, &arguments.runs)?;
    let trained = run.load(&open(arguments.device)?.device)?;
    let defaults = &trained.config.sample;

    let asked = arguments.prompt.as_ref().unwrap_or(&defaults.prompt);
    let prompt = Plan::prompt(&trained.vocabulary, asked)?;
    let ids = trained.vocabulary.encode(&prompt)?;
    let sampling = sampling(arguments, defaults);
    let window = arguments.window.unwrap_or(defaults.window);
    let seed = arguments.seed.unwrap_or_else(random_seed);
    if arguments.seed.is_none() && sampling.temperature > 0.0 {
        note(&format!("run {}, seed {seed}", run.name()));
    }

    data(&prompt)?;
    let rng = Seed(seed).rng(Purpose::Sample, 0);
    let length = arguments.length.unwrap_or(defaults.length);
    let generator = match arguments.device {
        DeviceChoice::Cpu => Generator::new(&trained.model, &ids, window, sampling, rng),
        _ => Generator::on_device(&trained.model, &ids, window, sampling, rng),
    };
    for id in generator.take(length) {
        data(trained.vocabulary.character(id).encode_utf8(&mut [0; 4]))?;
    }
    data("\n")
}

fn sampling(arguments: &GenerateArguments, defaults: &SampleConfig) -> Sampling {
    if arguments.greedy {
        return Sampling::GREEDY;
    }
    let defaults = defaults.sampling();
    Sampling {
        temperature: arguments.temperature.unwrap_or(defaults.temperature),
        top_k: arguments.top_k.unwrap_or(defaults.top_k),
        top_p: arguments.top_p.unwrap_or(defaults.top_p),
    }
}

/// A number nobody chose: the standard library's hash keys come from the operating system.
fn random_seed() -> u64 {
    RandomState::new().hash_one(0) % 1_000_000
}
