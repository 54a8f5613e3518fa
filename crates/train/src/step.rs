//! One training step: reset → forward → loss → backward → clip → update → detach.
//!
//! The only place that calls backward, and the only one that detaches carried state.

use crate::{Optimizer, Plateau, TrainConfig, clip_scale};
use charnn_data::Batch;
use charnn_model::{CharLm, ModelState, Nats, gradients};

/// Everything a step changes; moved in and out.
#[derive(Debug, Clone)]
pub struct TrainState {
    /// The network, on a device with automatic differentiation.
    pub model: CharLm,
    /// The optimiser with its state.
    pub optimizer: Optimizer,
    /// The state of every lane after the last batch; `None` before the first.
    pub carried: Option<ModelState>,
    /// What the held-out text has said about the learning rate.
    pub plateau: Plateau,
}

impl TrainState {
    /// The state before the first step.
    pub fn new(model: CharLm, train: &TrainConfig) -> Self {
        Self { model, optimizer: Optimizer::new(train), carried: None, plateau: Plateau::default() }
    }
}

/// Learns from one batch with learning rate `rate`. The loss is that before the update.
///
/// A loss that is not finite changes nothing: the state comes back as it went in.
pub fn step(state: TrainState, batch: &Batch, rate: f64, grad_clip: f64) -> (TrainState, Nats) {
    let TrainState { model, optimizer, carried, plateau } = state;
    let before = starting_state(&model, carried.clone(), batch);
    let (sum, after) = model.loss(batch, before);
    let predicted = batch.predicted();
    let gradients = gradients(&model, (sum.clone() / predicted as f64).backward());
    let nats = Nats { sum: sum.into_scalar::<f64>(), characters: predicted as u64 };
    if !nats.sum.is_finite() {
        return (TrainState { model, optimizer, carried, plateau }, nats);
    }
    let scale = (grad_clip > 0.0).then(|| clip_scale(&gradients, grad_clip));
    let (model, optimizer) = optimizer.update(model, gradients, scale.as_ref(), rate);
    (TrainState { model, optimizer, carried: Some(after.detach()), plateau }, nats)
}

/// The state a batch starts from: what was carried, with the marked lanes set to zero.
pub(crate) fn starting_state(
    model: &CharLm,
    carried: Option<ModelState>,
    batch: &Batch,
) -> ModelState {
    match carried {
        Some(state) if batch.resets.contains(&false) => state.reset_lanes(&batch.resets),
        _ => ModelState::zeros(&model.config(), batch.lanes, &model.device()),
    }
}
