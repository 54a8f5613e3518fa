//! Hashes of what every kernel computes.

use crate::layer::{Layer, Loss, Pattern};
use crate::parity::difference;
use crate::{opened, speed};
use burn::tensor::Device;
use charnn_kernels::device::{
    assume_buffers, assume_largest_buffer, assume_longest_launch, assume_shared_memory,
    compile_only, mirror_positions,
};
use charnn_kernels::tiling::{Shape, Tiling, set};
use charnn_kernels::{Algorithm, Cell};
use charnn_model::visit_parameters;
use charnn_testkit::numbers;
use charnn_train::{OptimizerKind, Predict, RunConfig, TrainState, step};

/// Batch rows of a layer, and time steps.
const ROWS: usize = 11;
const STEPS: usize = 3;

/// Prints a line for each piece of work: layers by all algorithms, and training with every kind of update.
///
/// With `compile`, kernels are compiled and not run, and the hashes mean nothing.
pub(crate) fn print(device: &str, settings: &[&str]) -> Result<(), String> {
    let (mut sizes, mut rows, mut compile) = (Vec::new(), None, false);
    for setting in settings {
        match setting.split_once('=') {
            None if *setting == "mirrored" => mirror_positions(),
            None if *setting == "compile" => compile = true,
            None => sizes.push(number(setting)?),
            Some(("shared", bytes)) => assume_shared_memory(number(bytes)?),
            Some(("buffer", bytes)) => assume_largest_buffer(number(bytes)?),
            Some(("buffers", count)) => assume_buffers(number(count)?),
            Some(("launch", seconds)) => {
                assume_longest_launch(seconds.parse().map_err(|error| format!("{error}"))?);
            }
            Some(("rows", count)) => rows = Some(number(count)?),
            Some(_) => return Err(format!("unknown setting {setting}")),
        }
    }
    let device = opened(device)?.device;
    let all = || {
        for cell in Cell::ALL {
            for &hidden_size in &sizes {
                layers(cell, hidden_size, rows, &device, compile)?;
            }
        }
        training(&device)
    };
    if compile {
        let _ = compile_only(all); // the first number that is read is wrong
        return Ok(());
    }
    all()
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("{text} is not a number"))
}

/// Prints hashes of a cell's layers; unless they are only compiled, they must agree with the CPU.
fn layers(
    cell: Cell,
    hidden_size: usize,
    rows: Option<usize>,
    device: &Device,
    compile: bool,
) -> Result<(), String> {
    let cpu = opened("cpu")?.device;
    for algorithm in [Algorithm::TimeLoop, Algorithm::PerStep] {
        let shape = Shape { cell, hidden_size, batch_size: ROWS };
        set(device, shape, rows.map(|rows| Tiling { algorithm, rows }));
        let resets = [Pattern::Nowhere, Pattern::OneOf(3)];
        let cases = [None, Some(70)].map(|vocabulary| resets.map(|resets| (vocabulary, resets)));
        for (vocabulary, resets) in cases.into_iter().flatten() {
            let layer = Layer::new(cell, [STEPS, ROWS, hidden_size], vocabulary);
            let layer = layer.with_resets(resets);
            let actual = layer.run(algorithm, Loss::EveryOutput, device);
            if !compile {
                let expected = layer.run(Algorithm::TimeLoop, Loss::EveryOutput, &cpu);
                for ((name, actual), (_, expected)) in actual.iter().zip(&expected) {
                    let difference = difference(actual, expected);
                    if difference > 1e-5 {
                        return Err(format!("{name} of {layer:?}, {algorithm}: {difference:e}"));
                    }
                }
            }
            let mut hasher = blake3::Hasher::new();
            for (_, values) in actual {
                for value in values {
                    hasher.update(&value.to_le_bytes());
                }
            }
            let input = vocabulary.map_or("dense", |_| "table");
            let resets = if resets == Pattern::Nowhere { "" } else { ", resets" };
            println!("{cell} {hidden_size} {algorithm}, {input}{resets}: {}", short(&hasher));
        }
    }
    Ok(())
}

fn training(device: &Device) -> Result<(), String> {
    let kinds = [
        ("adam", Cell::Rnn, OptimizerKind::AdamW, 0.0, Predict::Last),
        ("clipped adam", Cell::Gru, OptimizerKind::Adam, 0.05, Predict::All),
        ("clipped sgd", Cell::Lstm, OptimizerKind::Sgd, 0.05, Predict::All),
    ];
    for (name, cell, optimizer, grad_clip, predict) in kinds {
        let mut config: RunConfig = speed::network(cell, 24, 48, 2);
        config.model.dropout = 0.2;
        config.train.optimizer = optimizer;
        config.train.grad_clip = grad_clip;
        config.train.predict = predict;
        let mut state: TrainState = speed::start(&config, device);
        for index in 0..3 {
            let batch = speed::batch(7, 5, predict == Predict::Last, index);
            let (after, _) =
                step(state, &[batch], 1e-2, &config).map_err(|fault| fault.to_string())?;
            state = after;
        }
        println!("{name}, {cell}: {}", hash(&state));
    }
    Ok(())
}

/// A hash of all weights.
pub(crate) fn hash(state: &TrainState) -> String {
    let mut hasher = blake3::Hasher::new();
    visit_parameters(&state.model, |parameter| {
        for number in numbers(parameter.value) {
            hasher.update(&number.to_le_bytes());
        }
    });
    short(&hasher)
}

fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex().as_str()[..16].to_owned()
}
