//! The training loop: batches → steps → events, with pauses to measure, write and save.

mod saving;

use crate::cadence::{Cadence, duration};
use crate::checkpoint::{Best, Progress, Snapshot};
use crate::sample::sample;
use crate::{
    Event, NotFinite, Observer, OnNonfinite, Plan, Run, TrainError, TrainState, Warning, batches,
    batches_of_step, evaluate, learning_rate, step,
};
use burn::module::Module;
use charnn_data::{Batches, Seed};
use charnn_kernels::DeviceFault;
use charnn_kernels::device::Device;
use charnn_model::CharLm;
use std::time::{Duration, Instant};

/// How training ended. What was learned is saved in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All steps were made.
    Completed,
    /// `train.max_time` is over.
    OutOfTime,
    /// The held-out text was no better predicted for `train.early_stop_patience` evaluations.
    NoGain,
    /// It was asked to stop.
    Stopped,
}

/// What cannot be written is said at most this often.
const SILENCE: Duration = Duration::from_mins(1);

/// A network has learned the wrong thing whose loss is this many times that of one that knows nothing.
const EXPLODED: f64 = 2.0;

/// How often a run may go back to its last checkpoint because the loss was not finite.
const MOST_ROLLBACKS: u32 = 3;

/// The run of `plan` before its first step, on `device`.
pub fn start(plan: &Plan, device: &Device) -> Snapshot {
    let seed = Seed(plan.config.train.seed);
    let learning = device.clone().autodiff();
    let model = CharLm::init(&plan.config.model, plan.vocabulary.len(), seed, &learning);
    start_from(plan, model)
}

/// The run of `plan` before its first step, from a network that has learned something already.
pub fn start_from(plan: &Plan, model: CharLm) -> Snapshot {
    Snapshot {
        state: TrainState::new(model, &plan.config.train),
        progress: Progress::start(plan.fingerprint.clone()),
    }
}

/// Trains from `snapshot` on, on `device`, to the end of `plan`, and leaves all in `run`.
///
/// `stop` is asked after every step and during evaluations; when it says so, a checkpoint is
/// written and training ends.
///
/// # Errors
/// When the loss is no longer finite, or the end of training cannot be saved.
pub fn train(
    plan: &Plan,
    device: &Device,
    run: &mut Run,
    snapshot: Snapshot,
    observers: &mut [&mut dyn Observer],
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    let every = Cadence::parse(&plan.config.checkpoint.every).expect("checked by the plan");
    let now = Instant::now();
    let Snapshot { state, progress } = snapshot;
    let trainer = Trainer {
        plan,
        device,
        run,
        before: progress.seconds,
        saved: progress.step,
        on_disk: progress.clone(),
        progress,
        observers,
        stop,
        every,
        best: None,
        complained: None,
        has_exploded: false,
        began: now,
        last_save: now,
    };
    trainer.run(state)
}

struct Trainer<'a, 'o> {
    plan: &'a Plan,
    device: &'a Device,
    run: &'a mut Run,
    progress: Progress,
    observers: &'a mut [&'o mut (dyn Observer + 'o)],
    stop: &'a dyn Fn() -> bool,
    /// The best network so far, where it is not saved yet.
    best: Option<Snapshot>,
    every: Cadence,
    began: Instant,
    /// Seconds of training before this process.
    before: f64,
    last_save: Instant,
    /// The step of the newest checkpoint.
    saved: u64,
    /// What it says.
    on_disk: Progress,
    /// When it was said last that lines cannot be written.
    complained: Option<Instant>,
    /// Whether it was said that the loss is that of no knowledge, or worse.
    has_exploded: bool,
}

impl Trainer<'_, '_> {
    fn run(mut self, mut state: TrainState) -> Result<Outcome, TrainError> {
        let mut batches = batches(&self.plan.config.train, self.plan.split().train);
        self.tell(&Event::Started { plan: self.plan, done: self.progress.step });
        if !self.run.is_trained_by(&self.plan.config) {
            self.save_or_warn(&state); // what it is to do is not forgotten if it dies
        }
        let outcome = loop {
            // What is due after the step made last; after an interruption, what was left of it.
            let ending = self.ending();
            if ending == Some(Outcome::Stopped) || !self.measure(&state, ending.is_some())? {
                break Outcome::Stopped;
            }
            // Only now is it known whether the measurement brought something.
            if let Some(outcome) = ending.or_else(|| self.ending()) {
                let measured = outcome == Outcome::Stopped || self.measure(&state, true)?;
                break if measured { outcome } else { Outcome::Stopped };
            }
            self.save_if_due(&state);
            state = self.step(&mut *batches, state)?;
        };
        self.save_at_end(&state)?;
        self.tell(&Event::Finished { step: self.progress.step });
        Ok(outcome)
    }

    /// Why training is over, if it is.
    fn ending(&self) -> Option<Outcome> {
        let Progress { step, without_gain, .. } = self.progress;
        let train = &self.plan.config.train;
        let most_time = duration(&train.max_time).expect("checked by the plan");
        if step >= self.plan.steps {
            Some(Outcome::Completed)
        } else if train.early_stop_patience > 0 && without_gain >= train.early_stop_patience {
            Some(Outcome::NoGain)
        } else if most_time.is_some_and(|most| self.seconds() >= most.as_secs_f64()) {
            Some(Outcome::OutOfTime)
        } else if (self.stop)() {
            Some(Outcome::Stopped)
        } else {
            None
        }
    }

    /// One update.
    fn step(
        &mut self,
        batches: &mut dyn Batches,
        state: TrainState,
    ) -> Result<TrainState, TrainError> {
        let Plan { config, steps_per_epoch, steps, .. } = self.plan;
        let done = self.progress.step;
        let (epoch, index) = (done / steps_per_epoch, done % steps_per_epoch);
        let batches = batches_of_step(batches, &config.train, epoch, index);
        let scale = self.progress.rate_scale * self.progress.plateau.scale;
        let rate = scale * learning_rate(&config.train, done, *steps);
        let (state, found) =
            step(state, &batches, rate, config).map_err(|fault| self.failed(fault, done + 1))?;
        let (step, loss) = (done + 1, found.loss);
        if let Some(what) = found.not_finite() {
            return self.diverged(&state, self.divergence(what, loss.mean(), rate));
        }
        self.progress.step = step;
        let read = batches.iter().map(|batch| batch.inputs.len() as u64).sum();
        let gradient_norm = found.gradient_norm;
        self.tell(&Event::StepDone { step, epoch, loss, gradient_norm, read, rate });
        Ok(state)
    }

    /// The error of the next step, which cannot be made at this `loss` and learning `rate`.
    fn divergence(&self, what: NotFinite, loss: f64, rate: f64) -> TrainError {
        let Progress { step, rollbacks, .. } = self.progress;
        let train = &self.plan.config.train;
        TrainError::Diverged {
            what,
            step: step + 1,
            loss,
            rate,
            clips: train.grad_clip > 0.0,
            can_go_back: train.on_nonfinite == OnNonfinite::Stop
                && step > 0
                && rollbacks < MOST_ROLLBACKS,
            run: self.run.folder().path().to_owned(),
        }
    }

    /// A step was not made, because of `error`. Gives the state to go on from, if that is wanted.
    fn diverged(
        &mut self,
        state: &TrainState,
        error: TrainError,
    ) -> Result<TrainState, TrainError> {
        let Progress { step, rollbacks, rate_scale, .. } = self.progress;
        let again = self.plan.config.train.on_nonfinite == OnNonfinite::Rollback;
        let mut warnings = Vec::new();
        let back = if again && rollbacks < MOST_ROLLBACKS {
            self.save_best_before(step + 1);
            self.run.go_back(step, self.device, &mut |warning| warnings.push(warning))?
        } else {
            None
        };
        let Some(Snapshot { state, progress }) = back else {
            if let Err(unsaved) = self.save_at_end(state) {
                self.tell(&Event::Warning(&Warning::NotSavedAtEnd(unsaved)));
            }
            return Err(error);
        };
        self.best = None; // of the turn that is given up, if it could not be saved
        let (rollbacks, rate_scale) = (rollbacks + 1, rate_scale / 2.0);
        self.progress = Progress { rate_scale, rollbacks, ..progress };
        let back = self.progress.step;
        self.saved = back;
        warnings.push(Warning::WentBack { error, back });
        for warning in &warnings {
            self.tell(&Event::Warning(warning));
        }
        self.save_or_warn(&state); // that it was sent back, and how often, is not forgotten either
        Ok(state)
    }

    /// Measures the network and lets it write, where that is due after the step made last and not
    /// done yet. Whether it came to an end before it was asked to stop.
    fn measure(&mut self, state: &TrainState, last: bool) -> Result<bool, TrainError> {
        let Plan { config, steps_per_epoch, .. } = self.plan;
        let step = self.progress.step;
        let on_time =
            |every: u64| step.is_multiple_of(if every == 0 { *steps_per_epoch } else { every });
        let due = |every: u64, done: u64| step > done && (last || on_time(every));
        let evaluate_now = due(config.eval.every_steps, self.progress.evaluated);
        let sample_now = due(config.sample.every_steps, self.progress.sampled);
        if evaluate_now && config.data.valid_fraction > 0.0 {
            let model = state.model.valid();
            let valid = evaluate(&model, &config.train, self.plan.split().valid, self.stop)
                .map_err(|fault| self.failed(fault, step))?;
            let Some(valid) = valid else { return Ok(false) };
            let progress = &mut self.progress;
            progress.evaluated = step;
            let nats = valid.mean();
            let best = progress.best.is_none_or(|best| nats < best.nats);
            if nats.is_finite() && best {
                (progress.best, progress.without_gain) = (Some(Best { step, nats }), 0);
            } else if on_time(config.eval.every_steps) {
                progress.without_gain += 1;
            }
            // One that came early because training ended is no measure of how long nothing was gained.
            if on_time(config.eval.every_steps) {
                progress.plateau = progress.plateau.after(nats, &config.train);
            }
            self.tell(&Event::Evaluated { step, valid });
            let blind = (self.plan.vocabulary.len() as f64).ln();
            if !nats.is_finite() {
                self.tell(&Event::Warning(&Warning::NotFinite { nats, step }));
            } else if nats > EXPLODED * blind && !self.has_exploded {
                self.has_exploded = true;
                let clips = config.train.grad_clip > 0.0;
                self.tell(&Event::Warning(&Warning::Exploded { nats, blind, step, clips }));
            }
        }
        if sample_now {
            let written = sample(self.plan, &state.model.valid(), step, self.stop)
                .map_err(|fault| self.failed(fault, step))?;
            let Some((prompt, text)) = written else { return Ok(false) };
            self.progress.sampled = step;
            self.tell(&Event::Sampled { step, prompt: &prompt, text: &text });
        }
        Ok(true)
    }

    /// What is left when the device fails.
    fn failed(&self, fault: DeviceFault, step: u64) -> TrainError {
        let run = self.run.folder().path().to_owned();
        TrainError::Device { fault, step, saved: self.saved, run }
    }

    fn seconds(&self) -> f64 {
        self.before + self.began.elapsed().as_secs_f64()
    }

    fn tell(&mut self, event: &Event<'_>) {
        let seconds = self.seconds();
        let noted = self.run.note(event, seconds);
        for observer in &mut *self.observers {
            observer.on(event);
        }
        // A disk that stays full is no news at every line.
        if let Err(error) = noted
            && self.complained.is_none_or(|at| at.elapsed() >= SILENCE)
        {
            self.complained = Some(Instant::now());
            let warning = Warning::NotNoted(error);
            for observer in &mut *self.observers {
                observer.on(&Event::Warning(&warning));
            }
        }
    }
}
