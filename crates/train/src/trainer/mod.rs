//! The training loop: batches → steps → events, with pauses to evaluate, sample and save.

mod preview;
mod quality;
mod saving;

use crate::plateau::next_plateau;
use crate::sample::sample;
use crate::snapshot::config_file;
use crate::step::start_step_on;
use crate::{
    Baselines, Event, Fitting, Leader, NotFinite, Observer, OnNonfinite, OtherText, Pending, Plan,
    Run, Snapshot, TrainError, TrainState, Warning, batches, batches_of_step, evaluate,
    learning_rate,
};
use burn::module::Module;
use charnn_config::{Interval, OutputBias};
use charnn_data::{Batches, Seed};
use charnn_kernels::DeviceFault;
use charnn_kernels::device::Device;
use charnn_model::CharLm;
use charnn_runs::{Best, Progress};
use preview::Previews;
use quality::RecentLosses;
use std::time::{Duration, Instant};

/// How training ended. A checkpoint was written in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All steps were made.
    Completed,
    /// `train.max_time` was reached.
    TimeLimit,
    /// The validation loss did not improve in `train.early_stop_patience` evaluations.
    EarlyStopped,
    /// The caller asked to stop.
    Stopped,
}

/// The least time between two warnings about lines that cannot be written.
const SILENCE: Duration = Duration::from_mins(1);

/// The most rollbacks of a run.
const MOST_ROLLBACKS: u32 = 3;

/// The state of `plan` before its first step, on `device`, with initial weights.
pub fn start(plan: &Plan, device: &Device) -> Snapshot {
    let seed = Seed(plan.config.train.seed);
    let learning = device.clone().autodiff();
    let architecture = plan.config.model.architecture();
    let vocabulary_size = plan.vocabulary.len();
    let model = CharLm::init(architecture, vocabulary_size, seed, &learning);
    let model = match plan.config.model.output_bias {
        OutputBias::Zeros => model,
        OutputBias::Unigram => {
            model.with_output_bias(log_frequencies(plan.split().train.ids(), vocabulary_size))
        }
    };
    start_from(plan, model)
}

/// The logarithm of the frequency of each id, with one more occurrence of each, minus their mean; `[V]`.
fn log_frequencies(ids: &[u16], vocabulary_size: usize) -> Vec<f32> {
    let mut counts = vec![1_u64; vocabulary_size];
    for &id in ids {
        counts[usize::from(id)] += 1;
    }
    let logarithms = counts.iter().map(|&count| (count as f64).ln());
    let mean = logarithms.clone().sum::<f64>() / vocabulary_size as f64;
    #[expect(clippy::cast_possible_truncation, reason = "a weight is an f32")]
    logarithms.map(|logarithm| (logarithm - mean) as f32).collect()
}

/// The state of `plan` before its first step, with the weights of `model`.
pub fn start_from(plan: &Plan, model: CharLm) -> Snapshot {
    let text = |other: &Option<OtherText>| other.as_ref().map(|it| it.fingerprint.clone());
    Snapshot {
        state: TrainState::new(model, &plan.config.train),
        progress: Progress {
            valid_text: text(&plan.valid),
            test_text: text(&plan.test),
            ..Progress::start(plan.fingerprint.clone())
        },
    }
}

/// Trains on `device` from `snapshot` to the end of `plan`, and writes metrics, samples and checkpoints
/// to `run`.
///
/// `stop` is called after every step, during evaluations and during samples. When it returns true,
/// a checkpoint is written and training ends.
///
/// # Errors
/// When the loss is not finite, the device fails, the last checkpoint cannot be written, or the
/// network ends up far worse than uniform guessing.
pub fn train(
    plan: &Plan,
    device: &Device,
    run: &mut Run,
    snapshot: Snapshot,
    observers: &mut [&mut dyn Observer],
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    train_on_ranks(None, plan, device, run, snapshot, observers, stop)
}

/// [`train`] together with the ranks of `leader`, which have started from `snapshot`.
///
/// # Errors
/// As [`train`].
pub fn train_on_ranks(
    leader: Option<&Leader<'_>>,
    plan: &Plan,
    device: &Device,
    run: &mut Run,
    snapshot: Snapshot,
    observers: &mut [&mut dyn Observer],
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    let now = Instant::now();
    let Snapshot { state, progress } = snapshot;
    let trainer = Trainer {
        leader,
        plan,
        device,
        run,
        before: progress.seconds,
        saved: progress.step,
        on_disk: progress.clone(),
        progress,
        started: None,
        observers,
        stop,
        every: plan.config.checkpoint.every,
        best: None,
        recent: RecentLosses::default(),
        val_loss: None,
        previews: Previews::new(),
        unigram_loss: f64::INFINITY,
        complained: None,
        has_warned: false,
        began: now,
        last_save: now,
    };
    trainer.run(state)
}

/// A step whose measurements have not been read.
struct Started {
    pending: Pending,
    epoch: u64,
    characters: u64,
    learning_rate: f64,
}

/// How a step ended, with the state to continue from.
enum Finished {
    /// As usual.
    Made(TrainState),
    /// It was not finite, and training continues from an older checkpoint.
    Abandoned(TrainState),
}

struct Trainer<'a, 'o> {
    /// The other ranks, if there are any.
    leader: Option<&'a Leader<'a>>,
    plan: &'a Plan,
    device: &'a Device,
    run: &'a mut Run,
    progress: Progress,
    /// The step after `progress.step`, if the device is still at it.
    started: Option<Started>,
    observers: &'a mut [&'o mut (dyn Observer + 'o)],
    stop: &'a dyn Fn() -> bool,
    /// The best network so far, until it is saved.
    best: Option<Snapshot>,
    recent: RecentLosses,
    /// The newest validation loss of this process, in nats per character.
    val_loss: Option<f64>,
    previews: Previews,
    /// The loss of character frequencies.
    unigram_loss: f64,
    every: Interval,
    began: Instant,
    /// Seconds of training before this process.
    before: f64,
    last_save: Instant,
    /// The step of the newest checkpoint.
    saved: u64,
    /// Its progress.
    on_disk: Progress,
    /// The last warning about lines that cannot be written.
    complained: Option<Instant>,
    /// Whether a warning said that the loss is worse than uniform guessing.
    has_warned: bool,
}

impl Trainer<'_, '_> {
    fn run(mut self, mut state: TrainState) -> Result<Outcome, TrainError> {
        let mut batches = batches(&self.plan.config.train, self.plan.split().train);
        let baselines = Baselines::of(&self.plan.vocabulary, self.plan.split());
        self.began = Instant::now();
        self.unigram_loss = baselines.unigram;
        self.tell(&Event::Started { plan: self.plan, done: self.progress.step, baselines });
        if !self.run.writer.has_config(&config_file(&self.plan.config)) {
            self.save_or_warn(&state)?; // the changed configuration survives a crash
        }
        let outcome = loop {
            if self.started.is_some() {
                state = self.step(&mut *batches, state)?; // nothing is due before it
                self.judge_training();
                continue;
            }
            // What is due after the last step; after an interruption, what remained of it.
            let ending = self.ending();
            if ending == Some(Outcome::Stopped) || !self.measure(&state, ending.is_some())? {
                break Outcome::Stopped;
            }
            // The evaluation decides whether training stops early.
            if let Some(outcome) = ending.or_else(|| self.ending()) {
                let measured = outcome == Outcome::Stopped || self.measure(&state, true)?;
                break if measured { outcome } else { Outcome::Stopped };
            }
            self.save_if_due(&state)?;
            self.preview_if_due(&state)?;
            state = self.step(&mut *batches, state)?;
            self.judge_training();
        };
        self.save_at_end(&state)?;
        self.tell(&Event::Finished { step: self.progress.step });
        self.failure(outcome).map_or(Ok(outcome), Err)
    }

    /// Why training ends now; `None` if it continues.
    fn ending(&self) -> Option<Outcome> {
        let Progress { step, without_gain, .. } = self.progress;
        let train = &self.plan.config.train;
        let most_time = train.max_time.0;
        if step >= self.plan.steps {
            Some(Outcome::Completed)
        } else if train.early_stop_patience > 0 && without_gain >= train.early_stop_patience {
            Some(Outcome::EarlyStopped)
        } else if most_time.is_some_and(|most| self.seconds() >= most.as_secs_f64()) {
            Some(Outcome::TimeLimit)
        } else if (self.stop)() {
            Some(Outcome::Stopped)
        } else {
            None
        }
    }

    /// Starts one update, and reads what there is to know about the one before. On return the new one has
    /// been read too, unless the device is still at it and nothing is due after it.
    fn step(
        &mut self,
        batches: &mut dyn Batches,
        state: TrainState,
    ) -> Result<TrainState, TrainError> {
        let Plan { config, steps_per_epoch, steps, .. } = self.plan;
        let done = self.progress.step + u64::from(self.started.is_some());
        let (epoch, index) = (done / steps_per_epoch, done % steps_per_epoch);
        let batches = batches_of_step(batches, &config.train, epoch, index);
        let scale = self.progress.rate_scale * self.progress.plateau.scale;
        let learning_rate = scale * learning_rate(&config.train, done, *steps);
        let before = self.started.take();
        let previous = before.as_ref().map(|before| &before.pending);
        let ranks = self.leader.map(|leader| leader.step(done, learning_rate));
        let started = start_step_on(ranks, state, &batches, learning_rate, config, previous);
        let (state, pending) = started.map_err(|fault| self.failed(fault, done + 1))?;
        let characters = batches.iter().map(|batch| batch.inputs.len() as u64).sum();
        let started = Started { pending, epoch, characters, learning_rate };
        let state = match before {
            Some(before) => match self.finish(before, state)? {
                Finished::Made(state) => state,
                // The device has skipped the new step too.
                Finished::Abandoned(state) => return Ok(state),
            },
            None => state,
        };
        if started.pending.is_on_device() && !self.is_due_after(done + 1) {
            self.started = Some(started);
            return Ok(state);
        }
        let (Finished::Made(state) | Finished::Abandoned(state)) = self.finish(started, state)?;
        Ok(state)
    }

    /// Reads the measurements of the step after `progress.step`, which has been started; `state` is the
    /// state after it or after one more.
    fn finish(&mut self, started: Started, state: TrainState) -> Result<Finished, TrainError> {
        let Started { pending, epoch, characters, learning_rate } = started;
        let step = self.progress.step + 1;
        let found = pending.read().map_err(|fault| self.failed(fault, step))?;
        let loss = found.loss;
        if let Some(what) = found.not_finite() {
            let state = pending.undo(state);
            let error = self.divergence(what, loss.mean(), learning_rate);
            return self.diverged(&state, error).map(Finished::Abandoned);
        }
        self.progress.step = step;
        self.recent.push(loss);
        let gradient_norm = found.gradient_norm;
        let done = Event::StepDone { step, epoch, loss, gradient_norm, characters, learning_rate };
        self.tell(&done);
        Ok(Finished::Made(state))
    }

    /// Whether something is due after `step`, or training may end there, so that its measurements must be
    /// known before the next step.
    fn is_due_after(&self, step: u64) -> bool {
        let Plan { config, steps_per_epoch, steps, .. } = self.plan;
        let on_time =
            |every: u64| step.is_multiple_of(if every == 0 { *steps_per_epoch } else { every });
        let most_time = config.train.max_time.0;
        step >= *steps
            || on_time(config.eval.every_steps)
            || on_time(config.sample.every_steps)
            || self.every.is_due(step, self.last_save.elapsed())
            || self.previews.is_due(self.began.elapsed())
            || most_time.is_some_and(|most| self.seconds() >= most.as_secs_f64())
            || (self.stop)()
    }

    /// The error of the next step, whose `loss` or gradient is not finite.
    fn divergence(&self, what: NotFinite, loss: f64, learning_rate: f64) -> TrainError {
        let Progress { step, rollbacks, .. } = self.progress;
        let train = &self.plan.config.train;
        TrainError::Diverged {
            what,
            step: step + 1,
            loss,
            learning_rate,
            clips: train.grad_clip > 0.0,
            can_go_back: train.on_nonfinite == OnNonfinite::Stop
                && step > 0
                && rollbacks < MOST_ROLLBACKS,
            run: self.run.folder().path().to_owned(),
        }
    }

    /// Handles a step that failed with `error`: returns the state of an older checkpoint if the
    /// configuration allows a rollback and there is one.
    fn diverged(
        &mut self,
        state: &TrainState,
        error: TrainError,
    ) -> Result<TrainState, TrainError> {
        let Progress { step, rollbacks, rate_scale, .. } = self.progress;
        let again = self.plan.config.train.on_nonfinite == OnNonfinite::Rollback;
        let mut warnings = Vec::new();
        let back = if again && rollbacks < MOST_ROLLBACKS {
            let saved = self.save_best_before(step + 1);
            saved.map_err(|source| self.unsaved(state, source))?;
            self.run.go_back(step, self.device, &mut |warning| warnings.push(warning))?
        } else {
            None
        };
        if let (Some(leader), Some(back)) = (self.leader, &back) {
            leader.load(self.plan, back).map_err(|source| self.unsaved(state, source))?;
        }
        let Some(Snapshot { state, progress }) = back else {
            if let Err(unsaved) = self.save_at_end(state) {
                self.tell(&Event::Warning(&Warning::NotSavedAtEnd(unsaved)));
            }
            return Err(error);
        };
        self.best = None; // it belongs to the abandoned branch
        self.recent = RecentLosses::default();
        let (rollbacks, rate_scale) = (rollbacks + 1, rate_scale / 2.0);
        self.progress = Progress { rate_scale, rollbacks, ..progress };
        let back = self.progress.step;
        self.saved = back;
        warnings.push(Warning::WentBack { error, back });
        for warning in &warnings {
            self.tell(&Event::Warning(warning));
        }
        self.save_or_warn(&state)?; // the number of rollbacks survives a crash
        Ok(state)
    }

    /// Evaluates and samples where that is due after the last step and not done yet. Returns false
    /// when `stop` interrupted it.
    fn measure(&mut self, state: &TrainState, last: bool) -> Result<bool, TrainError> {
        let Plan { config, steps_per_epoch, .. } = self.plan;
        let step = self.progress.step;
        let on_time =
            |every: u64| step.is_multiple_of(if every == 0 { *steps_per_epoch } else { every });
        let due = |every: u64, done: u64| step > done && (last || on_time(every));
        let evaluate_now = due(config.eval.every_steps, self.progress.evaluated);
        let sample_now =
            config.sample.length > 0 && due(config.sample.every_steps, self.progress.sampled);
        if evaluate_now && config.data.has_validation() {
            let model = state.model.valid();
            let loss = evaluate(&model, &config.train, self.plan.split().valid, self.stop)
                .map_err(|fault| self.failed(fault, step))?;
            let Some(loss) = loss else { return Ok(false) };
            let progress = &mut self.progress;
            progress.evaluated = step;
            let nats = loss.mean();
            let best = progress.best.is_none_or(|best| nats < best.loss);
            if nats.is_finite() && best {
                (progress.best, progress.without_gain) = (Some(Best { step, loss: nats }), 0);
            } else if on_time(config.eval.every_steps) {
                progress.without_gain += 1;
            }
            // An early evaluation at the end of training does not count for the plateau.
            if on_time(config.eval.every_steps) {
                progress.plateau = next_plateau(progress.plateau, nats, &config.train);
            }
            let bits = self.plan.valid_lengths().map(|lengths| loss.bits(lengths));
            self.tell(&Event::Evaluated { step, loss, bits });
            self.judge_validation(nats);
        }
        if sample_now {
            let length = config.sample.length;
            let began = Instant::now();
            let written = sample(self.plan, &state.model.valid(), step, length, self.stop)
                .map_err(|fault| self.failed(fault, step))?;
            let Some((prompt, text)) = written else { return Ok(false) };
            self.progress.sampled = step;
            self.tell(&Event::Sampled { step, prompt: &prompt, text: &text });
            self.previews.written(self.began.elapsed(), began.elapsed());
        }
        Ok(true)
    }

    /// The error of a `step` that ended in a device fault.
    fn failed(&self, fault: DeviceFault, step: u64) -> TrainError {
        let run = self.run.folder().path().to_owned();
        let fitting = Fitting::of(self.plan, self.device);
        TrainError::Device { fault, step, saved: self.saved, run, fitting }
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
        // A full disk fails at every line: one warning a minute is enough.
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
