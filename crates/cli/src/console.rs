//! The observer that shows training to a person: a progress bar on a terminal, sparse plain
//! lines elsewhere.

use crate::args::ProgressStyle as Style;
use crate::output::{grouped, is_watched, note, warning};
use charnn_model::Nats;
use charnn_train::{Event, Observer};
use indicatif::{FormattedDuration, ProgressBar, ProgressStyle as BarStyle};
use std::time::{Duration, Instant};

/// Time between two plain lines, but for the first.
const LINES_APART: Duration = Duration::from_secs(30);
/// Time before the first plain line.
const FIRST_LINE: Duration = Duration::from_secs(5);
/// Time over which the bar's figures are means.
const BAR_WINDOW: Duration = Duration::from_secs(1);

pub(crate) struct Console {
    style: Style,
    bar: Option<ProgressBar>,
    started: Instant,
    /// Steps that were made before.
    done: u64,
    steps: u64,
    steps_per_epoch: u64,
    epochs: u64,
    valid: Option<f64>,
    window: Window,
    shown: bool,
}

/// What happened since the figures were last shown.
struct Window {
    since: Instant,
    loss: Nats,
    read: u64,
}

impl Window {
    fn new() -> Self {
        Self { since: Instant::now(), loss: Nats::default(), read: 0 }
    }

    fn figures(&self) -> String {
        let (nats, bits) = (self.loss.mean(), self.loss.bits_per_character());
        let speed = self.read as f64 / self.since.elapsed().as_secs_f64().max(1e-9);
        format!("loss={nats:.3} bpc={bits:.2} chars/s={:.1}k", speed / 1e3)
    }
}

impl Console {
    pub(crate) fn new(style: Style) -> Self {
        Self {
            style,
            bar: None,
            started: Instant::now(),
            done: 0,
            steps: 0,
            steps_per_epoch: 1,
            epochs: 0,
            valid: None,
            window: Window::new(),
            shown: false,
        }
    }

    /// Says something among the progress, above the bar where there is one.
    fn among(&self, say: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    fn say(&self, line: &str) {
        self.among(|| note(line));
    }

    fn epoch(&self, step: u64) -> String {
        format!("epoch={}/{}", (step - 1) / self.steps_per_epoch + 1, self.epochs)
    }

    /// How long the remaining steps may take.
    fn left(&self, step: u64) -> Duration {
        let made = step.saturating_sub(self.done).max(1) as f64;
        let seconds = self.started.elapsed().as_secs_f64() * (self.steps - step) as f64 / made;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    fn step(&mut self, step: u64, loss: Nats, read: u64) {
        self.window.loss += loss;
        self.window.read += read;
        let valid = self.valid.map_or(String::new(), |nats| format!(" valid={nats:.3}"));
        let elapsed = self.window.since.elapsed();
        if self.style == Style::None {
            return;
        }
        if let Some(bar) = &self.bar {
            bar.set_position(step);
            if elapsed >= BAR_WINDOW || !self.shown || step == self.steps {
                bar.set_message(format!("{} {}{valid}", self.epoch(step), self.window.figures()));
                self.window = Window::new();
                self.shown = true;
            }
            return;
        }
        let due = if self.shown { LINES_APART } else { FIRST_LINE };
        if elapsed >= due || step == self.steps {
            let percent = 100.0 * step as f64 / self.steps as f64;
            let left = self.left(step);
            note(&format!(
                "step={step}/{} {percent:.1}% {} {}{valid} eta={}",
                self.steps,
                self.epoch(step),
                self.window.figures(),
                FormattedDuration(left),
            ));
            self.window = Window::new();
            self.shown = true;
        }
    }
}

impl Observer for Console {
    fn on(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { plan, done } => {
                self.done = done;
                self.steps = plan.steps;
                self.steps_per_epoch = plan.steps_per_epoch;
                self.epochs = plan.steps.div_ceil(plan.steps_per_epoch);
                self.started = Instant::now();
                self.window = Window::new();
                if self.style == Style::Bar || self.style == Style::Auto && is_watched() {
                    let style = "{bar:24} {pos}/{len} {msg} eta={eta}";
                    let style = BarStyle::with_template(style).expect("a constant template");
                    self.bar =
                        Some(ProgressBar::new(plan.steps).with_style(style).with_position(done));
                }
            }
            Event::StepDone { step, loss, read, .. } => self.step(step, loss, read),
            Event::Evaluated { step, valid } => {
                self.valid = Some(valid.mean());
                self.say(&format!(
                    "step {}: {:.3} nats ({:.2} bits) per character on {} held-out characters",
                    grouped(step),
                    valid.mean(),
                    valid.bits_per_character(),
                    grouped(valid.characters),
                ));
            }
            Event::Sampled { step, prompt, text } => {
                self.say(&format!(
                    "--- sample after {} steps ---\n{}{text}\n---",
                    grouped(step),
                    prompt.trim_start_matches('\n'),
                ));
            }
            Event::Finished { step } => {
                if let Some(bar) = &self.bar {
                    bar.finish_and_clear();
                }
                let took = FormattedDuration(self.started.elapsed());
                self.say(&format!("{} steps in {took}", grouped(step - self.done)));
            }
            Event::Warning { ref message } => self.among(|| warning(message)),
            Event::Saved { .. } => {}
        }
    }
}
