//! The same work twice gives the same bits, and a run that was interrupted the bits of one that was not.

use crate::SMALL;
use crate::bits::hash;
use crate::speed::{batch, network};
use burn::tensor::{Device, Tensor};
use charnn_config::Cell;
use charnn_kernels::update::{Criteria, gather};
use charnn_model::map_parameters;
use charnn_testkit::{numbers, wave};
use charnn_train::{OptimizerKind, TrainState, step};
use serde_json::{Value, json};
use std::time::Instant;

/// Sums of 2¹⁶ to 2²² squares, 20 times each.
pub(crate) fn sums(device: &Device) -> Result<Value, String> {
    let mut found = Vec::new();
    for power in if *SMALL { 16..=17 } else { 16..=22 } {
        let values: Vec<f32> = wave(1 << power, 1.0, 0.3).iter().map(|x| x.powi(5)).collect();
        let exact = values.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        let tensor = Tensor::<1>::from_floats(&values[..], device);
        let norm = || {
            let losses = vec![Tensor::zeros([1], device)];
            let criteria = Criteria { losses, limit: None, previous: None };
            let (verdict, _) = gather(vec![tensor.clone()], 1.0).judge(criteria);
            verdict.read().map(|it| it.norm).map_err(|fault| fault.to_string())
        };
        let first = norm()?;
        let before = Instant::now();
        for _ in 0..20 {
            if norm()?.to_bits() != first.to_bits() {
                return Err(format!("a sum of 2^{power} numbers changes"));
            }
        }
        let milliseconds = before.elapsed().as_secs_f64() * 50.0;
        let error = (first / exact - 1.0).abs();
        if error > 1e-5 {
            return Err(format!("a sum of 2^{power} numbers is off by {error:e}"));
        }
        found.push(json!({ "power": power, "error": error, "milliseconds": milliseconds }));
    }
    Ok(json!(found))
}

/// 100 clipped steps twice, and once with all state taken off the device after half of them.
pub(crate) fn training(device: &Device) -> Result<Value, String> {
    let steps = if *SMALL { 10 } else { 100 };
    let mut config = network(Cell::Gru, 64, 96, 2);
    config.train.optimizer = OptimizerKind::Adam;
    config.train.grad_clip = 0.01;
    let run = |stop: Option<usize>| -> Result<(String, usize), String> {
        let mut state = crate::speed::start(&config, device);
        let mut clipped = 0;
        for index in 0..steps {
            if stop == Some(index) {
                state = carried_over(state, &config, device);
            }
            let batch = batch(16, 24, false, index);
            let (after, made) =
                step(state, &[batch], 1e-3, &config).map_err(|fault| fault.to_string())?;
            clipped += usize::from(made.gradient_norm > config.train.grad_clip);
            state = after;
        }
        Ok((hash(&state), clipped))
    };
    let (first, clipped) = run(None)?;
    let (second, _) = run(None)?;
    let (resumed, _) = run(Some(steps / 2))?;
    if clipped == 0 {
        return Err("no step was clipped".to_owned());
    }
    if first != second {
        return Err(format!("two runs differ: {first} and {second}"));
    }
    if first != resumed {
        return Err(format!("a resumed run differs: {first} and {resumed}"));
    }
    Ok(json!({ "hash": first, "clipped_steps": clipped, "steps": steps }))
}

/// The state as a checkpoint would bring it back.
fn carried_over(
    state: TrainState,
    config: &charnn_train::RunConfig,
    device: &Device,
) -> TrainState {
    let mut moments = std::collections::HashMap::new();
    state.optimizer.visit_state(|name, tensor| {
        moments.insert(name.to_owned(), numbers(tensor));
    });
    let mut weights = state.model.host_tensors().unwrap().into_iter();
    let model = map_parameters(crate::speed::start(config, device).model, |_| {
        let weights = weights.next().unwrap();
        Tensor::<1>::from_floats(&weights.values[..], device)
    });
    let updates = state.optimizer.updates();
    let optimizer = charnn_train::Optimizer::restore(&config.train, &model, updates, |name| {
        moments.remove(name)
    })
    .unwrap();
    let carried = state.carried.map(|carried| {
        let rows = 24;
        let tensors = carried.to_tensors().unwrap().into_iter();
        let tensors = tensors.map(|tensor| (tensor.name.clone(), tensor)).collect();
        let sizes = config.model.architecture();
        charnn_model::ModelState::from_tensors(sizes, rows, tensors, device).unwrap()
    });
    TrainState { model, optimizer, carried }
}
