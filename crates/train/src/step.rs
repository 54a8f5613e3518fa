//! One training step: reset → forward → loss → backward → clip → update → detach.
//!
//! The only place that calls backward, and the only one that detaches carried state.

use crate::ranks::{Groups, Passes, exchange};
use crate::{Optimizer, RunConfig, TrainConfig, clip_scale, global_norm};
use burn::tensor::Tensor;
use charnn_data::{Batch, Seed};
use charnn_kernels::DeviceFault;
use charnn_kernels::update::{Criteria, Measured, Verdict, gather, is_fused};
use charnn_model::{CharLm, Dropout, Loss, ModelState};
use charnn_mpi::Communicator;
use std::fmt;

/// Everything a step changes; moved in and out.
#[derive(Debug, Clone)]
pub struct TrainState {
    /// The network, on a device with automatic differentiation.
    pub model: CharLm,
    /// The optimizer with its state.
    pub optimizer: Optimizer,
    /// The state of every batch row after the last batch; `None` before the first.
    pub carried: Option<ModelState>,
}

impl TrainState {
    /// The state before the first step.
    pub fn new(model: CharLm, train: &TrainConfig) -> Self {
        let optimizer = Optimizer::new(train);
        Self { model, optimizer, carried: None }
    }
}

/// The measurements of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The loss of its batches, before the update.
    pub loss: Loss,
    /// The Euclidean norm of the gradient of the mean loss, before clipping.
    pub gradient_norm: f64,
}

/// Why a step was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFinite {
    /// The loss is NaN or infinite, and its gradient with it.
    Loss,
    /// The gradient is, though the loss is not.
    Gradient,
}

impl Step {
    /// What was not finite; `None` when the step was made.
    pub fn not_finite(&self) -> Option<NotFinite> {
        match (self.loss.sum.is_finite(), self.gradient_norm.is_finite()) {
            (true, true) => None,
            (true, false) => Some(NotFinite::Gradient),
            (false, _) => Some(NotFinite::Loss),
        }
    }
}

impl fmt::Display for NotFinite {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Loss => "the loss",
            Self::Gradient => "the gradient of the loss",
        })
    }
}

/// Makes one update with learning rate `rate` from the accumulated gradients of some batches: the
/// update of one large batch, in the memory of the largest of them.
///
/// Dropout masks follow from the seed and the number of updates. If the loss or a gradient is not
/// finite, the state is returned unchanged.
///
/// # Errors
/// When the device fails. The state on it is lost.
///
/// # Panics
/// When there are no batches.
pub fn step(
    state: TrainState,
    batches: &[Batch],
    rate: f64,
    config: &RunConfig,
) -> Result<(TrainState, Step), DeviceFault> {
    let (state, pending) = start_step(state, batches, rate, config, None)?;
    let found = pending.read()?;
    let state = if found.not_finite().is_some() { pending.undo(state) } else { state };
    Ok((state, found))
}

/// A step that was started. Its measurements may still be on the device.
#[derive(Debug)]
pub struct Pending {
    found: Found,
    characters: u64,
    /// What the host knew before the step.
    carried: Option<ModelState>,
    updates: u64,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made and moved once a step")]
enum Found {
    OnDevice(Verdict),
    Here(Step),
}

impl Pending {
    /// Waits until the step is made, and reads its measurements.
    ///
    /// # Errors
    /// When the device fails. The state on it is lost.
    pub fn read(&self) -> Result<Step, DeviceFault> {
        match &self.found {
            Found::Here(step) => Ok(*step),
            Found::OnDevice(verdict) => {
                let Measured { loss, norm } = verdict.read()?;
                let loss = Loss { sum: loss, characters: self.characters };
                Ok(Step { loss, gradient_norm: norm })
            }
        }
    }

    /// Whether [`Pending::read`] has to wait for the device.
    pub fn is_on_device(&self) -> bool {
        matches!(self.found, Found::OnDevice(_))
    }

    /// The state before this step, which was not made because something was not finite, from the state
    /// after it or after a later step. The device has skipped those too.
    #[must_use]
    pub fn undo(self, after: TrainState) -> TrainState {
        let TrainState { model, optimizer, .. } = after;
        TrainState { model, optimizer: optimizer.back_to(self.updates), carried: self.carried }
    }
}

/// Starts a [`step`]. On a GPU with Adam it returns before the step is made: the device itself leaves the
/// weights as they are when the loss or the gradient is not finite, or when that was so in the step of
/// `previous`. Otherwise the step has been made, and `previous` is not used.
///
/// # Errors
/// When the device fails. The state on it is lost.
///
/// # Panics
/// When there are no batches.
pub fn start_step(
    state: TrainState,
    batches: &[Batch],
    rate: f64,
    config: &RunConfig,
    previous: Option<&Pending>,
) -> Result<(TrainState, Pending), DeviceFault> {
    start_step_on(None, state, batches, rate, config, previous)
}

/// [`start_step`] together with the other `ranks`, which call it with the same arguments: each computes its
/// share of the gradients, and all make the same update. `state` and `batches` are those of all batch rows.
///
/// # Errors
/// When the device fails.
pub(crate) fn start_step_on(
    ranks: Option<&dyn Communicator>,
    state: TrainState,
    batches: &[Batch],
    rate: f64,
    config: &RunConfig,
    previous: Option<&Pending>,
) -> Result<(TrainState, Pending), DeviceFault> {
    let TrainState { model, optimizer, carried } = state;
    let train = &config.train;
    let rates = crate::dropout_rates(&config.model);
    let first = optimizer.updates() * train.gradient_accumulation;
    // 0 if every character is the last of its document.
    let characters: usize = batches.iter().map(Batch::predicted).sum();
    // On a GPU the gradients are divided when they are gathered.
    let is_fused = is_fused(&model.device());
    let count = characters.max(1) as f64;
    let groups = Groups::of(train, ranks);
    let dropout = |number| Dropout::new(rates, Seed(train.seed), number);
    let divisor = (!is_fused).then_some(count);
    let passes = groups.passes(&model, carried.as_ref(), batches, dropout, first, divisor);
    let passes = match ranks {
        Some(ranks) => exchange(ranks, &groups, passes, &model, batches, train)?,
        None => passes,
    };
    let Passes { losses, total, after } = passes;
    let (characters, updates) = (characters as u64, optimizer.updates());
    let pending = |found| Pending { found, characters, carried: carried.clone(), updates };
    let limit = (train.grad_clip > 0.0).then_some(train.grad_clip);

    if is_fused {
        let gathered = gather(total, count.recip());
        let previous = previous.and_then(|previous| match &previous.found {
            Found::OnDevice(verdict) => Some(verdict),
            Found::Here(_) => None,
        });
        let criteria = Criteria { losses, limit, previous };
        if optimizer.is_adam() && gathered.has_adam() {
            let (model, optimizer, verdict) =
                optimizer.update_at_once(model, gathered, criteria, rate);
            let pending = pending(Found::OnDevice(verdict));
            return Ok((TrainState { model, optimizer, carried: after }, pending));
        }
        let (verdict, scale) = gathered.judge(criteria);
        let pending = pending(Found::OnDevice(verdict));
        let found = pending.read()?;
        let pending = Pending { found: Found::Here(found), ..pending };
        if found.not_finite().is_some() {
            return Ok((TrainState { model, optimizer, carried }, pending));
        }
        let scale = limit.map(|_| scale);
        let (model, optimizer) =
            optimizer.update(model, gathered.gradients(), scale.as_ref(), rate);
        return Ok((TrainState { model, optimizer, carried: after }, pending));
    }

    let norm = global_norm(&total); // [1]
    let found = read(losses, norm.clone(), characters)?;
    let pending = pending(Found::Here(found));
    if found.not_finite().is_some() {
        return Ok((TrainState { model, optimizer, carried }, pending));
    }
    let scale = limit.map(|limit| clip_scale(norm, limit));
    let (model, optimizer) = optimizer.update(model, total, scale.as_ref(), rate);
    Ok((TrainState { model, optimizer, carried: after }, pending))
}

/// Reads the losses and the norm, `[1]` each, from the device, all at once.
fn read(mut losses: Vec<Tensor<1>>, norm: Tensor<1>, characters: u64) -> Result<Step, DeviceFault> {
    losses.push(norm);
    let numbers = Tensor::cat(losses, 0).try_into_data().map_err(DeviceFault::new)?;
    let mut numbers: Vec<f64> = numbers.iter::<f64>().collect();
    let gradient_norm = numbers.pop().expect("the norm is the last");
    Ok(Step { loss: Loss { sum: numbers.iter().sum(), characters }, gradient_norm })
}

/// The initial state of a batch: the state after the last one, with the marked rows set to zero.
pub(crate) fn starting_state(
    model: &CharLm,
    carried: Option<ModelState>,
    batch: &Batch,
) -> ModelState {
    match carried {
        Some(state) if batch.resets.contains(&false) => state.reset_rows(&batch.resets),
        _ => ModelState::zeros(model.architecture(), batch.rows, &model.device()),
    }
}
