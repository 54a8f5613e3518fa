//! A small network with a batch, for tests of networks.

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_bundle::{Architecture, Bundle};
use charnn_data::{Batch, IGNORE, Seed, Vocabulary};
use charnn_infer::{Engine, Generator, Request, Sampling};
use charnn_kernels::Cell;
use charnn_model::{CharLm, DeviceReader, ModelState, gradients, map_parameters, visit_parameters};
use charnn_testkit::{numbers, wave};
use std::ops::Range;

/// Characters; all sizes are different, none a multiple of 4.
pub(crate) const V: usize = 11;
/// Time steps.
pub(crate) const T: usize = 5;
/// Batch rows.
pub(crate) const B: usize = 3;

pub(crate) fn config(cell: Cell, num_layers: usize) -> Architecture {
    Architecture {
        cell,
        embedding_dim: 6,
        hidden_size: 7,
        num_layers,
        tie_weights: false,
        layer_norm: false,
    }
}

/// A network whose weights, biases too, are large enough to matter.
pub(crate) fn network(config: Architecture, device: &Device) -> CharLm {
    let mut phase = 0.0;
    map_parameters(CharLm::init(config, V, Seed(1), device), |parameter| {
        phase += 0.1;
        let [count] = parameter.value.dims();
        Tensor::from_floats(&wave(count, 0.6, phase)[..], &parameter.value.device())
    })
}

/// The network in host memory.
pub(crate) fn bundle(model: &CharLm) -> Bundle {
    let symbols = ('a'..).take(model.vocabulary_size());
    let vocabulary = Vocabulary::of_characters(symbols, false).unwrap();
    model.bundle(&vocabulary).unwrap()
}

/// Texts of `lengths` symbols, one piece after another, that follow `prompt`, by the packed network or
/// on the device.
pub(crate) fn write(
    model: &CharLm,
    packed: bool,
    (prompt, window): (&[u16], usize),
    sampling: Sampling,
    texts: Range<u64>,
    lengths: &[usize],
) -> Vec<Vec<u16>> {
    let engine = Engine::new(&bundle(model));
    let chain = sampling.chain(engine.vocabulary());
    let request =
        Request { context: Vec::new(), prompt: prompt.to_vec(), window, chain, seed: Seed(3) };
    let rows = usize::try_from(texts.end - texts.start).unwrap();
    let mut written = vec![Vec::new(); rows];
    let mut add = |piece: Vec<Vec<u16>>| {
        assert_eq!(piece.len(), rows);
        written.iter_mut().zip(piece).for_each(|(text, piece)| text.extend(piece));
    };
    if packed {
        let mut generator = Generator::new(&engine, &request, texts);
        for &length in lengths {
            add(generator.write(length));
        }
    } else {
        let reader = DeviceReader::new(model, rows);
        let mut generator = Generator::with_reader(reader, &request, texts);
        for &length in lengths {
            add(generator.try_write(length).unwrap());
        }
    }
    written
}

pub(crate) fn ids(steps: usize) -> Vec<i32> {
    (0..steps * B).map(|at| i32::try_from(at * 7 % V).unwrap()).collect()
}

pub(crate) fn id_tensor(ids: &[i32], device: &Device) -> Tensor<2, Int> {
    Tensor::from_data(TensorData::new(ids.to_vec(), [ids.len() / B, B]), device) // [T, B]
}

pub(crate) fn batch(every: bool) -> Batch {
    let mut targets: Vec<i32> = if every { ids(T) } else { ids(1) };
    targets.rotate_left(1);
    if every {
        targets[T * B - 1] = IGNORE;
    }
    Batch {
        steps: T,
        rows: B,
        inputs: ids(T),
        targets,
        resets: vec![true; B],
        boundaries: Vec::new(),
    }
}

pub(crate) fn loss(model: &CharLm, batch: &Batch) -> Tensor<1> {
    model.loss(batch, ModelState::zeros(model.architecture(), B, &model.device())).0
}

/// Asserts that the gradient of every `sparse`-th number of each weight is the slope of a central
/// difference.
pub(crate) fn check_slopes(
    config: Architecture,
    device: &Device,
    sparse: usize,
    loss: impl Fn(&CharLm) -> Tensor<1>,
) {
    const STEP: f32 = 1e-2;
    let learning = network(config, &device.clone().autodiff());
    let gradients = gradients(&learning, loss(&learning).backward());
    let plain = network(config, device);
    let value_at = |place: usize, at: usize, step: f32| -> f32 {
        let mut index = 0;
        let moved = map_parameters(plain.clone(), |parameter| {
            index += 1;
            if index - 1 != place {
                return parameter.value;
            }
            let mut values = numbers(parameter.value);
            values[at] += step;
            Tensor::from_floats(&values[..], device)
        });
        loss(&moved).into_scalar()
    };
    let mut names = Vec::new();
    visit_parameters(&plain, |parameter| names.push(parameter.name));
    for (place, gradient) in gradients.into_iter().enumerate() {
        for (at, gradient) in numbers(gradient).into_iter().enumerate().step_by(sparse) {
            let slope = (value_at(place, at, STEP) - value_at(place, at, -STEP)) / (2.0 * STEP);
            let error = (gradient - slope).abs() / slope.abs().max(1.0);
            let what = format!("{:?} {}[{at}]", config.cell, names[place]);
            assert!(error < 5e-3, "{what}: gradient {gradient}, slope {slope}");
        }
    }
}
