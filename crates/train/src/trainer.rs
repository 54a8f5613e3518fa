//! The training loop: batches → steps → events, with pauses to measure, write and save.

use crate::{
    ConfigError, Event, NotFinite, Observer, Plan, RunDir, RunError, TrainState, batches,
    batches_of_step, evaluate, learning_rate, step,
};
use burn::module::Module;
use charnn_data::{Purpose, Seed};
use charnn_kernels::device::Device;
use charnn_model::{CharLm, Generator};

/// How training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All steps were made.
    Completed,
    /// It was asked to stop; what was learned is saved.
    Stopped,
}

/// What can end training early.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The run folder.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The loss or its gradient is NaN or infinite.
    #[error(
        "{what} is not finite at step {step} (the loss is {loss}); the weights saved last, if any, are \
         kept. Try a lower train.learning_rate (it was {rate:.2e}) or train.grad_clip=1"
    )]
    Diverged {
        /// Which of them.
        what: NotFinite,
        /// The step that was not made.
        step: u64,
        /// Its loss.
        loss: f64,
        /// Its learning rate.
        rate: f64,
    },
}

/// Trains the network of `plan` on `device` and leaves it in `run`.
///
/// `stop` is asked after every step; when it says so, the weights are saved and training ends.
///
/// # Errors
/// When the loss is no longer finite or the run folder cannot be written.
pub fn train(
    plan: &Plan,
    device: Device,
    run: &RunDir,
    observers: &mut [&mut dyn Observer],
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    let mut tell = |event: Event<'_>| observers.iter_mut().try_for_each(|o| o.on(&event));
    let config = &plan.config;
    let seed = Seed(config.train.seed);
    let model = CharLm::init(&config.model, plan.vocabulary.len(), seed, &device.autodiff());
    let mut state = TrainState::new(model, &config.train);
    let mut batches = batches(&config.train, plan.split().train);
    tell(Event::Started { plan })?;

    for done in 0..plan.steps {
        let (epoch, index) = (done / plan.steps_per_epoch, done % plan.steps_per_epoch);
        let batch = batches_of_step(&mut *batches, &config.train, epoch, index);
        let rate = learning_rate(&config.train, done, plan.steps) * state.plateau.scale;
        let (after, made) = step(state, &batch, rate, config);
        state = after;
        let (step, loss) = (done + 1, made.loss);
        if let Some(what) = made.not_finite() {
            return Err(TrainError::Diverged { what, step, loss: loss.mean(), rate });
        }
        let read = batch.iter().map(|batch| batch.inputs.len() as u64).sum();
        tell(Event::StepDone { step, epoch, loss, read, rate })?;

        let stopping = stop();
        let last = stopping || step == plan.steps;
        let due = |every: u64| {
            last || step.is_multiple_of(if every == 0 { plan.steps_per_epoch } else { every })
        };
        if due(config.eval.every_steps) {
            run.save_weights(&state.model)?;
        }
        if due(config.eval.every_steps) && !stopping && config.data.valid_fraction > 0.0 {
            let valid = evaluate(&state.model.valid(), &config.train, plan.split().valid);
            state.plateau = state.plateau.after(valid.mean(), &config.train);
            tell(Event::Evaluated { step, valid })?;
        }
        if due(config.sample.every_steps) && !stopping {
            let (prompt, text) = sample(plan, &state.model.valid(), step);
            tell(Event::Sampled { step, prompt: &prompt, text: &text })?;
        }
        if last {
            tell(Event::Finished { step })?;
        }
        if stopping {
            return Ok(Outcome::Stopped);
        }
    }
    Ok(Outcome::Completed)
}

/// What the network writes now: the prompt and the text after it.
fn sample(plan: &Plan, model: &CharLm, step: u64) -> (String, String) {
    let sample = &plan.config.sample;
    let prompt = Plan::prompt(&plan.vocabulary, &sample.prompt).expect("checked by the plan");
    let ids = plan.vocabulary.encode(&prompt).expect("checked by the plan");
    let rng = Seed(plan.config.train.seed).rng(Purpose::Sample, step);
    let written = Generator::new(model, &ids, sample.window, sample.sampling(), [rng])
        .write(sample.length)
        .concat();
    let text = written.into_iter().map(|id| plan.vocabulary.character(id)).collect();
    (prompt, text)
}
