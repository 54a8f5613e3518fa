//! Properties of one training step: accumulation, what is not finite, and dropout.

use burn::module::Module;
use burn::tensor::Device;
use charnn_config::{Cell, DropoutKind, ModelConfig};
use charnn_data::{Batch, IGNORE, Seed};
use charnn_model::{CharLm, ModelState, map_parameters, visit_parameters};
use charnn_testkit::{assert_close, numbers, on_every_device};
use charnn_train::{NotFinite, OptimizerKind, RunConfig, TrainState, step};

const V: usize = 7;
const T: usize = 5;

fn config() -> RunConfig {
    let model = ModelConfig {
        cell: Cell::Gru,
        embedding_dim: 4,
        hidden_size: 6,
        num_layers: 2,
        ..ModelConfig::default()
    };
    let mut config = RunConfig { model, ..RunConfig::default() };
    config.train.optimizer = OptimizerKind::Sgd;
    config
}

fn start(config: &RunConfig, device: &Device) -> TrainState {
    let model = CharLm::init(config.model.architecture(), V, Seed(1), &device.clone().autodiff());
    TrainState::new(model, &config.train)
}

/// Rows `first..end` of a text of many; every third target is left out.
fn batch(first: usize, end: usize, from: usize, resets: bool) -> Batch {
    let place = |at: usize| {
        let rows = end - first;
        (first + at % rows) * 31 + (from + at / rows) * (first + at % rows + 3)
    };
    let id = |at: usize| i32::try_from(place(at) % V).unwrap();
    let count = T * (end - first);
    let target = |at: usize| if place(at) % 3 == 0 { IGNORE } else { (id(at) + 2) % 7 };
    Batch {
        steps: T,
        rows: end - first,
        inputs: (0..count).map(id).collect(),
        targets: (0..count).map(target).collect(),
        resets: vec![resets; end - first],
        boundaries: Vec::new(),
    }
}

fn weights(model: &CharLm) -> Vec<f32> {
    let mut all = Vec::new();
    visit_parameters(model, |parameter| all.extend(numbers(parameter.value)));
    all
}

#[test]
fn accumulated_batches_are_one_batch_with_the_places_of_all() {
    on_every_device(|device| {
        let mut config = config();
        config.train.gradient_accumulation = 3;
        let start = || start(&config, device);
        let parts = [batch(0, 3, 0, true), batch(3, 4, 0, true), batch(4, 9, 0, true)];
        let (apart, of_parts) = step(start(), &parts, 0.5, &config).unwrap();
        let (together, of_all) = step(start(), &[batch(0, 9, 0, true)], 0.5, &config).unwrap();
        assert_eq!(of_parts.loss.characters, of_all.loss.characters);
        assert!((of_parts.loss.sum - of_all.loss.sum).abs() < 1e-4, "{of_parts:?}, {of_all:?}");
        assert!((of_parts.gradient_norm - of_all.gradient_norm).abs() < 1e-5);
        assert_close("weights", &weights(&apart.model), &weights(&together.model), 1e-6);
        assert_eq!(apart.optimizer.updates(), 1);
    });
}

#[test]
fn a_stream_goes_on_from_one_accumulated_batch_to_the_next() {
    let device = Device::flex();
    let mut config = config();
    config.train.gradient_accumulation = 2;
    let state = start(&config, &device);
    let parts = [batch(0, 3, 0, true), batch(0, 3, T, false)];
    let zeros = ModelState::zeros(config.model.architecture(), 3, &device);
    let plain = state.model.valid();
    let (first, carried) = plain.loss(&parts[0], zeros);
    let (second, carried) = plain.loss(&parts[1], carried);
    let expected = first.into_scalar::<f64>() + second.into_scalar::<f64>();
    let (after, made) = step(state, &parts, 0.5, &config).unwrap();
    assert!((made.loss.sum - expected).abs() < 1e-5, "{made:?}, expected {expected}");
    let actual = numbers(after.carried.unwrap().hidden().without_autodiff());
    assert_close("carried", &actual, &numbers(carried.hidden()), 1e-6);
}

/// A step from a state that `change` has broken; it must leave it as it was.
fn check_refused(change: impl Fn(&str) -> Option<f32>, expected: NotFinite) {
    on_every_device(|device| {
        for grad_clip in [0.0, 1.0] {
            let mut config = config();
            config.train.grad_clip = grad_clip;
            let state = start(&config, device);
            let (state, made) = step(state, &[batch(0, 3, 0, true)], 0.5, &config).unwrap();
            assert_eq!(made.not_finite(), None);
            let model = map_parameters(state.model, |parameter| match change(&parameter.name) {
                Some(value) => parameter.value.zeros_like() + value,
                None => parameter.value,
            });
            let bits =
                |model: &CharLm| weights(model).into_iter().map(f32::to_bits).collect::<Vec<_>>();
            let hidden = |state: &TrainState| {
                let carried = state.carried.as_ref().unwrap();
                numbers(carried.hidden().without_autodiff())
            };
            let state = TrainState { model, ..state };
            let (weights, carried) = (bits(&state.model), hidden(&state));
            let (after, made) = step(state, &[batch(0, 3, 0, true)], 0.5, &config).unwrap();
            assert_eq!(made.not_finite(), Some(expected), "{made:?}");
            assert_eq!(bits(&after.model), weights);
            assert_eq!(hidden(&after), carried);
            assert_eq!(after.optimizer.updates(), 1);
        }
    });
}

#[test]
fn a_loss_that_is_not_finite_changes_nothing() {
    check_refused(|name| (name == "head.bias").then_some(f32::NAN), NotFinite::Loss);
}

#[test]
fn a_gradient_that_is_not_finite_changes_nothing_though_the_loss_is() {
    // All hidden states are 0, so the huge weights of the head do not reach the loss.
    let change = |name: &str| Some(if name == "head.kernel" { 1e30 } else { 0.0 });
    check_refused(change, NotFinite::Gradient);
}

fn dropping() -> RunConfig {
    let mut config = config();
    config.model.dropout = 0.3;
    config.model.embedding_dropout = 0.1;
    config.model.recurrent_dropout = 0.2;
    config.model.dropout_kind = DropoutKind::Locked;
    config
}

/// Weights and losses after some steps over the same batches.
fn run(config: &RunConfig) -> (Vec<f32>, Vec<u64>) {
    let mut state = start(config, &Device::flex());
    let mut losses = Vec::new();
    for index in 0..4 {
        let (after, made) =
            step(state, &[batch(0, 40, index * T, index == 0)], 0.5, config).unwrap();
        losses.push(made.loss.sum.to_bits());
        state = after;
    }
    (weights(&state.model), losses)
}

#[test]
fn steps_with_dropout_are_the_same_to_the_last_bit_on_any_number_of_threads() {
    let by = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(&dropping()))
    };
    let one = by(1);
    for threads in [2, 3] {
        assert!(by(threads) == one, "{threads} threads");
    }
}

#[test]
fn masks_follow_from_the_seed_and_the_number_of_updates() {
    let config = dropping();
    assert!(run(&config) == run(&config));
    let mut other = dropping();
    other.train.seed = 2; // of the masks: the weights are those of seed 1
    assert_ne!(run(&config).1[0], run(&other).1[0]);
    assert_ne!(run(&config).1[0], run(&self::config()).1[0]);

    // The same batch at the same weights, as the rate is 0: only the masks can differ.
    let batch = || [batch(0, 40, 0, true)];
    let (state, first) = step(start(&config, &Device::flex()), &batch(), 0.0, &config).unwrap();
    let (_, second) = step(state, &batch(), 0.0, &config).unwrap();
    assert_ne!(first.loss.sum.to_bits(), second.loss.sum.to_bits());
}
