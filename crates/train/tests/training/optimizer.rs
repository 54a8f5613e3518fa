//! Optimizers as values: a state that is taken out by name and put back continues unchanged.

use burn::tensor::{Device, Tensor};
use charnn_config::ModelConfig;
use charnn_data::Seed;
use charnn_model::{CharLm, visit_parameters};
use charnn_testkit::{numbers, on_every_device, wave};
use charnn_train::{Optimizer, OptimizerKind, StateError, TrainConfig};
use std::collections::HashMap;

/// Every optimizer, with what else it can be told.
fn configs() -> Vec<TrainConfig> {
    let config = |optimizer, momentum| TrainConfig {
        optimizer,
        momentum,
        weight_decay: 0.1,
        ..TrainConfig::default()
    };
    vec![
        config(OptimizerKind::Adam, 0.0),
        config(OptimizerKind::AdamW, 0.0),
        config(OptimizerKind::KerasAdam, 0.0),
        config(OptimizerKind::RmsProp, 0.0),
        config(OptimizerKind::RmsProp, 0.5),
        config(OptimizerKind::KerasRmsProp, 0.0),
        config(OptimizerKind::KerasRmsProp, 0.5),
        config(OptimizerKind::Sgd, 0.0),
        config(OptimizerKind::Sgd, 0.5),
        TrainConfig { nesterov: true, ..config(OptimizerKind::Sgd, 0.5) },
    ]
}

fn model(device: &Device) -> CharLm {
    let sizes = ModelConfig { embedding_dim: 3, hidden_size: 5, ..ModelConfig::default() };
    CharLm::init(sizes.architecture(), 7, Seed(1), &device.clone().autodiff())
}

/// Some updates, each against other gradients; `first` is the number of the first.
fn updates(mut model: CharLm, mut optimizer: Optimizer, first: u8) -> (CharLm, Optimizer) {
    for number in first..first + 4 {
        let mut gradients = Vec::new();
        visit_parameters(&model, |parameter| {
            let [count] = parameter.value.dims();
            let values = wave(count, 0.5, f32::from(number) + gradients.len() as f32);
            gradients.push(Tensor::<1>::from_floats(&values[..], &parameter.value.device()));
        });
        (model, optimizer) = optimizer.update(model, gradients, None, 1e-2);
    }
    (model, optimizer)
}

fn weights(model: &CharLm) -> Vec<u32> {
    let mut all = Vec::new();
    visit_parameters(model, |p| all.extend(numbers(p.value).into_iter().map(f32::to_bits)));
    all
}

/// The state by name.
fn state(optimizer: &Optimizer) -> HashMap<String, Vec<f32>> {
    let mut all = HashMap::new();
    optimizer.visit_state(|name, tensor| {
        assert!(all.insert(name.to_owned(), numbers(tensor)).is_none(), "{name} twice");
    });
    all
}

#[test]
fn what_is_taken_out_and_put_back_goes_on_to_the_last_bit() {
    on_every_device(|device| {
        for config in configs() {
            let (model, optimizer) = updates(model(device), Optimizer::new(&config), 0);
            let kept = state(&optimizer);
            let read = |name: &str| kept.get(name).cloned();
            let restored = Optimizer::restore(&config, &model, optimizer.updates(), read).unwrap();
            assert_eq!(restored.updates(), 4);
            let (never_stopped, optimizer) = updates(model.clone(), optimizer, 4);
            let (resumed, restored) = updates(model, restored, 4);
            assert!(weights(&resumed) == weights(&never_stopped), "{config:?}");
            assert_eq!(state(&restored), state(&optimizer), "{config:?}");
        }
    });
}

#[test]
fn state_is_named_by_what_it_is_and_the_parameter_it_is_of() {
    let names = |config: &TrainConfig| {
        let (_, optimizer) = updates(model(&Device::flex()), Optimizer::new(config), 0);
        let mut names: Vec<String> = state(&optimizer).into_keys().collect();
        names.retain(|name| name.ends_with("recurrent_kernel"));
        names.sort();
        names.iter().map(|name| name.split('.').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let kept: Vec<Vec<String>> = configs().iter().map(names).collect();
    let adam = ["exp_avg", "exp_avg_sq"];
    assert_eq!(kept[0], adam);
    assert_eq!(kept[1], adam);
    assert_eq!(kept[2], adam);
    assert_eq!(kept[3], ["exp_avg_sq"]);
    assert_eq!(kept[4], ["exp_avg_sq", "momentum_buffer"]);
    assert_eq!(kept[5..7], kept[3..5]);
    assert!(kept[7].is_empty());
    assert_eq!(kept[8], ["momentum_buffer"]);
}

#[test]
fn state_of_another_network_or_optimiser_is_refused() {
    let config = TrainConfig::default();
    let (model, optimizer) = updates(model(&Device::flex()), Optimizer::new(&config), 0);
    let kept = state(&optimizer);
    let restore = |read: &dyn Fn(&str) -> Option<Vec<f32>>| {
        Optimizer::restore(&config, &model, 4, read).map(|_| ()).unwrap_err()
    };
    let absent = |name: &str| kept.get(name).filter(|_| name != "exp_avg_sq.head.bias").cloned();
    assert_eq!(restore(&absent), StateError::Missing("exp_avg_sq.head.bias".into()));
    let short = |name: &str| {
        let values = kept.get(name).cloned()?;
        Some(if name == "exp_avg.embedding" { vec![0.0; 20] } else { values })
    };
    let name = "exp_avg.embedding".to_owned();
    assert_eq!(restore(&short), StateError::Length { name, found: 20, expected: 21 });
    assert!(Optimizer::restore(&config, &model, 0, |_| None).is_ok(), "before the first update");
}

/// Three updates by Keras' formula, number by number in f64: `weights ← …` of [`RmsProp` in
/// Keras 3](https://keras.io/api/optimizers/rmsprop/), whose lines are
/// `velocity ← ρ·velocity + (1 − ρ)·g²`, `increment ← rate·g / √(velocity + ε)`.
#[test]
fn keras_rmsprop_follows_the_formula_of_keras() {
    let epsilon = 1e-3; // large enough that its place shows
    for (momentum, decay) in [(0.0, 0.0), (0.5, 0.1)] {
        let config = TrainConfig {
            optimizer: OptimizerKind::KerasRmsProp,
            rmsprop_alpha: 0.9,
            adam_epsilon: epsilon,
            momentum,
            weight_decay: decay,
            ..TrainConfig::default()
        };
        let (mut model, mut optimizer) = (model(&Device::flex()), Optimizer::new(&config));
        let first = |model: &CharLm| f64::from(numbers(model.embedding.val())[0]);
        let (mut expected, mut velocity, mut sum) = (first(&model), 0.0, 0.0);
        for (gradient, rate) in [(0.02_f32, 0.1), (-0.03, 0.05), (0.001, 0.2)] {
            let mut gradients = Vec::new();
            visit_parameters(&model, |parameter| {
                let [count] = parameter.value.dims();
                let values = vec![gradient; count];
                gradients.push(Tensor::<1>::from_floats(&values[..], &Device::flex()));
            });
            (model, optimizer) = optimizer.update(model, gradients, None, rate);

            let g = f64::from(gradient);
            expected -= rate * decay * expected;
            velocity = 0.9 * velocity + 0.1 * g * g;
            sum = momentum * sum + rate * g / (velocity + epsilon).sqrt();
            expected -= sum;
            let actual = first(&model);
            assert!((actual - expected).abs() < 1e-6, "{actual}, expected {expected}");
        }
    }
}

#[test]
fn state_with_the_names_of_earlier_checkpoints_is_read() {
    for config in configs() {
        let (model, optimizer) = updates(model(&Device::flex()), Optimizer::new(&config), 0);
        let kept = state(&optimizer);
        let earlier: HashMap<String, Vec<f32>> = (kept.iter())
            .map(|(name, values)| {
                let (kind, parameter) = name.split_once('.').unwrap();
                let kind = match kind {
                    "exp_avg" => "mean",
                    "exp_avg_sq" => "square",
                    "momentum_buffer" => "momentum",
                    other => panic!("{other}"),
                };
                (format!("{kind}.{parameter}"), values.clone())
            })
            .collect();
        let read = |name: &str| earlier.get(name).cloned();
        let restored = Optimizer::restore(&config, &model, optimizer.updates(), read).unwrap();
        assert_eq!(state(&restored), kept, "{config:?}");
    }
}
