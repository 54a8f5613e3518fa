//! Properties of one training step: accumulation, what is not finite, and dropout.

use burn::module::Module;
use burn::tensor::Device;
use charnn_config::{Cell, DropoutKind, ModelConfig};
use charnn_data::{Batch, IGNORE, Seed};
use charnn_kernels::device::launches;
use charnn_kernels::update::is_fused;
use charnn_model::{CharLm, ModelState, map_parameters, visit_parameters};
use charnn_testkit::{assert_close, numbers, on_every_device};
use charnn_train::{NotFinite, OptimizerKind, Predict, RunConfig, TrainState, start_step, step};

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

/// Weights, losses and norms after some clipped steps of a network large enough that a device sums its
/// gradients in several workgroups.
fn clipped(optimizer: OptimizerKind, device: &Device) -> Vec<u64> {
    let mut config = config();
    config.model.hidden_size = 128;
    config.train.optimizer = optimizer;
    config.train.grad_clip = 0.01;
    let mut state = start(&config, device);
    let mut bits = Vec::new();
    for index in 0..4 {
        let batch = batch(0, 48, index * T, index == 0);
        let (after, made) = step(state, &[batch], 1e-2, &config).unwrap();
        assert!(made.gradient_norm > config.train.grad_clip, "{made:?} is clipped");
        bits.extend([made.loss.sum.to_bits(), made.gradient_norm.to_bits()]);
        state = after;
    }
    bits.extend(weights(&state.model).into_iter().map(|weight| u64::from(weight.to_bits())));
    bits
}

#[test]
fn clipped_steps_give_the_same_bits_every_time() {
    on_every_device(|device| {
        for optimizer in [OptimizerKind::Adam, OptimizerKind::Sgd] {
            let first = clipped(optimizer, device);
            for _ in 0..2 {
                assert!(clipped(optimizer, device) == first, "{optimizer:?} on {device:?}");
            }
        }
    });
}

/// Names of the kernels that a step of `config` launches on a GPU, when its buffers exist.
fn launches_of_step(config: &RunConfig, batch: &Batch, device: &Device) -> Vec<String> {
    let batch = std::slice::from_ref(batch);
    let state = start(config, device);
    let (state, first) = start_step(state, batch, 1e-3, config, None).unwrap();
    let (_, names) =
        launches(|| start_step(state, batch, 1e-3, config, Some(&first)).unwrap().1.read());
    names
}

#[test]
fn a_step_of_the_tutorial_takes_few_launches() {
    on_every_device(|device| {
        if !is_fused(device) {
            return;
        }
        // configs/novel.toml.
        let mut config = adam();
        config.model = ModelConfig {
            cell: Cell::Rnn,
            embedding_dim: 256,
            hidden_size: 256,
            ..ModelConfig::default()
        };
        config.train.optimizer = OptimizerKind::KerasAdam;
        config.train.predict = Predict::Last;
        let batch = Batch {
            steps: 100,
            rows: 128,
            inputs: (0..12_800).map(|at| at * 31 % 7).collect(),
            targets: (0..128).map(|at| at % 7).collect(),
            resets: vec![true; 128],
            boundaries: Vec::new(),
        };
        let names = launches_of_step(&config, &batch, device);
        assert!(names.len() <= 14, "{} launches: {names:#?}", names.len());
    });
}

fn adam() -> RunConfig {
    let mut config = config();
    config.train.optimizer = OptimizerKind::AdamW;
    config.train.weight_decay = 0.01;
    config.train.grad_clip = 0.01;
    config
}

fn bits(model: &CharLm) -> Vec<u32> {
    weights(model).into_iter().map(f32::to_bits).collect()
}

#[test]
fn a_step_that_begins_before_the_last_was_read_is_the_same() {
    on_every_device(|device| {
        let config = adam();
        let batches: Vec<_> = (0..5).map(|index| batch(0, 4, index * T, index == 0)).collect();
        let (mut one_by_one, mut ahead) = (start(&config, device), start(&config, device));
        let (mut measured, mut pending) = (Vec::new(), Vec::new());
        for batch in &batches {
            let batch = std::slice::from_ref(batch);
            let (after, made) = step(one_by_one, batch, 0.1, &config).unwrap();
            (one_by_one, measured) = (after, [measured, vec![made]].concat());
            let (after, step) = start_step(ahead, batch, 0.1, &config, pending.last()).unwrap();
            assert_eq!(step.is_on_device(), *device != Device::flex());
            ahead = after;
            pending.push(step);
        }
        let read: Vec<_> = pending.iter().map(|step| step.read().unwrap()).collect();
        assert_eq!(read, measured);
        assert!(bits(&ahead.model) == bits(&one_by_one.model));
    });
}

#[test]
fn steps_after_one_that_is_not_finite_are_undone() {
    on_every_device(|device| {
        let config = adam();
        let (state, _) =
            step(start(&config, device), &[batch(0, 4, 0, true)], 0.1, &config).unwrap();
        // The weights come back after the first step, as if it had made them finite by chance.
        let good = state.clone();
        let bad = map_parameters(state.model.clone(), |parameter| {
            if parameter.name == "head.bias" { parameter.value + f32::NAN } else { parameter.value }
        });
        let bad = TrainState { model: bad, ..state };
        let before = bits(&bad.model);
        let (after, first) = start_step(bad, &[batch(0, 4, T, false)], 0.1, &config, None).unwrap();
        assert!(bits(&after.model) == before);
        let state = TrainState { model: good.model, ..after };
        let before = bits(&state.model);
        let (after, second) =
            start_step(state, &[batch(0, 4, 2 * T, false)], 0.1, &config, Some(&first)).unwrap();
        assert_eq!(first.read().unwrap().not_finite(), Some(NotFinite::Loss));
        if second.is_on_device() {
            assert!(bits(&after.model) == before, "the device skips the step after it");
        }
        let undone = first.undo(after);
        assert_eq!(undone.optimizer.updates(), 1);
        let carried = |state: &TrainState| {
            numbers(state.carried.as_ref().unwrap().hidden().without_autodiff())
        };
        assert_eq!(
            carried(&undone),
            carried(&TrainState { carried: good.carried, ..undone.clone() })
        );
    });
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
