//! Ten steps of training against Keras' and PyTorch's own, and properties of the step.

use burn::backend::Flex;
use burn::tensor::{Device, Tensor};
use charnn_data::Batch;
use charnn_model::{CharLm, visit_parameters};
use charnn_testkit::{Golden, assert_close, goldens, numbers, on_every_device};
use charnn_train::{OptimizerKind, RunConfig, TrainConfig, TrainState, step};

/// Batch `index` of a file, turned from batch-major to time-major.
fn batch(golden: &Golden, index: usize) -> Batch {
    let shape = golden.shape("inputs"); // [S, B, T]
    let (rows, steps) = (shape[1], shape[2]);
    let turn = |ids: &[i32]| -> Vec<i32> {
        (0..steps * rows).map(|at| ids[at % rows * steps + at / rows]).collect()
    };
    let (inputs, targets) = (golden.ids("inputs"), golden.ids("targets"));
    let place = |size: usize| index * size..(index + 1) * size;
    let last = golden.word("objective") == "last";
    Batch {
        steps,
        rows,
        inputs: turn(&inputs[place(rows * steps)]),
        targets: if last {
            targets[place(rows)].to_vec()
        } else {
            turn(&targets[place(rows * steps)])
        },
        resets: vec![last || index == 0; rows],
        boundaries: Vec::new(),
    }
}

fn start(golden: &Golden, device: &Device) -> (TrainState, RunConfig) {
    let model = CharLm::from_bundle(&golden.bundle("init"), &device.clone().autodiff());
    let keras = golden.name.starts_with("keras");
    let default = TrainConfig::default();
    let named = golden.word_or("optimizer", "adam".to_owned());
    let optimizer = match &named[..] {
        "adam" if keras => OptimizerKind::KerasAdam,
        "adam" => OptimizerKind::Adam,
        "adamw" => OptimizerKind::AdamW,
        "rmsprop" => OptimizerKind::RmsProp,
        "keras-rmsprop" => OptimizerKind::KerasRmsProp,
        "sgd" => OptimizerKind::Sgd,
        other => panic!("{}: {other}", golden.name),
    };
    let train = TrainConfig {
        optimizer,
        learning_rate: golden.word_or("learning_rate", f64::NAN),
        adam_epsilon: golden.word_or("epsilon", f64::NAN),
        rmsprop_alpha: golden.word_or("rmsprop_alpha", default.rmsprop_alpha),
        momentum: golden.word_or("momentum", 0.0),
        nesterov: golden.word_or("nesterov", false),
        weight_decay: golden.word_or("weight_decay", 0.0),
        grad_clip: golden.word_or("grad_clip", 0.0),
        ..default
    };
    let state = TrainState::new(model, &train);
    (state, RunConfig { train, ..RunConfig::default() })
}

#[test]
fn ten_steps_give_the_losses_and_weights_of_the_framework() {
    on_every_device(|device| {
        for golden in goldens("") {
            let (mut state, config) = start(&golden, device);
            // Keras on TensorFlow squares the gradients of an embedding's row use by use, which
            // is not Adam; `dense` is the same run of Keras with the gradients summed first.
            let keras = if golden.name.starts_with("keras") { "dense." } else { "" };
            let expected = golden.floats(&format!("{keras}losses"));
            let mut losses: Vec<f64> = Vec::new();
            for index in 0..expected.len() {
                let rate = config.train.learning_rate;
                let (after, made) = step(state, &[batch(&golden, index)], rate, &config).unwrap();
                losses.push(made.loss.mean());
                state = after;
            }
            let worst = losses.iter().zip(&expected).map(|(a, &e)| (a - f64::from(e)).abs());
            assert!(
                worst.fold(0.0, f64::max) < 1e-4,
                "{}: {losses:?}, expected {expected:?}",
                golden.name
            );
            visit_parameters(&state.model, |parameter| {
                let name = format!("{keras}final.{}", parameter.name);
                let what = format!("{} {name}", golden.name);
                assert_close(&what, &numbers(parameter.value), &golden.floats(&name), 1e-4);
            });
        }
    });
}

#[test]
fn every_cell_memorizes_one_batch() {
    for golden in goldens("torch").into_iter().chain(goldens("jax")) {
        let (mut state, mut config) = start(&golden, &Device::flex());
        config.train.grad_clip = 1.0;
        let mut batch = batch(&golden, 0);
        // What comes next depends on what was read before, so a network without memory fails.
        let number = |at: usize| i32::try_from(at * at / 3 % 7).unwrap();
        batch.inputs = (0..batch.inputs.len()).map(number).collect();
        let before = |at: usize| at.checked_sub(batch.rows).map_or(0, |at| batch.inputs[at]);
        batch.targets = (0..batch.inputs.len()).map(|at| (before(at) + 2) % 11).collect();
        let mut last = f64::INFINITY;
        for _ in 0..150 {
            let (after, made) = step(state, std::slice::from_ref(&batch), 1e-2, &config).unwrap();
            (state, last) = (after, made.loss.mean());
        }
        assert!(last < 0.05, "{}: {last} nats after 150 steps", golden.name);
    }
}

#[test]
fn on_the_cpu_an_update_writes_over_its_parameters() {
    // Whatever the step still holds of a parameter when it is updated would cost a copy of it.
    let golden = &goldens("torch-lstm-2")[0];
    let (mut state, mut config) = start(golden, &Device::flex());
    config.train.grad_clip = 1.0;
    let places = |model: &CharLm| {
        let mut places = Vec::new();
        visit_parameters(model, |parameter| {
            let value: Tensor<1> = parameter.value;
            let value = value.try_into_primitive::<Flex>().expect("a tensor on the CPU");
            places.push((parameter.name, value.bytes().as_ptr() as usize));
        });
        places
    };
    for index in 0..3 {
        let before = places(&state.model);
        (state, _) = step(state, &[batch(golden, index)], 1e-2, &config).unwrap();
        assert_eq!(places(&state.model), before, "step {index}");
    }
}
