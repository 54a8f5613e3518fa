//! The observer that shows training to a person: a progress bar on a terminal, sparse plain
//! lines elsewhere.

use crate::args::ProgressStyle as Style;
use crate::messages::{legacy, run};
use crate::progress::{Progress, bar};
use crate::terminal::Terminal;
use charnn_message::Text;
use charnn_model::Nats;
use charnn_train::{Event, Observer};
use indicatif::{ProgressBar, ProgressStyle as BarStyle};
use std::time::{Duration, Instant};

/// Time between two plain lines, but for the first.
const LINES_APART: Duration = Duration::from_secs(30);
/// Time before the first plain line.
const FIRST_LINE: Duration = Duration::from_secs(5);
/// Time over which the bar's figures are means.
const BAR_WINDOW: Duration = Duration::from_secs(1);

pub(crate) struct Console {
    terminal: Terminal,
    style: Style,
    bar: Option<ProgressBar>,
    started: Instant,
    /// Steps made since it began, those of a turn that was given up too.
    made: u64,
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
}

impl Console {
    pub(crate) fn new(style: Style, terminal: &Terminal) -> Self {
        Self {
            terminal: terminal.clone(),
            style,
            bar: None,
            started: Instant::now(),
            made: 0,
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

    fn say(&self, line: &Text) {
        self.among(|| self.terminal.note(line));
    }

    fn progress(&self, step: u64) -> Progress {
        let Window { since, loss, read } = self.window;
        Progress {
            step,
            steps: self.steps,
            epoch: (step - 1) / self.steps_per_epoch + 1,
            epochs: self.epochs,
            loss,
            speed: read as f64 / since.elapsed().as_secs_f64().max(1e-9),
            valid: self.valid,
            left: self.left(step),
        }
    }

    /// How long the remaining steps may take.
    fn left(&self, step: u64) -> Duration {
        let made = self.made.max(1) as f64;
        let seconds = self.started.elapsed().as_secs_f64() * (self.steps - step) as f64 / made;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    fn step(&mut self, step: u64, loss: Nats, read: u64) {
        self.made += 1;
        self.window.loss += loss;
        self.window.read += read;
        let elapsed = self.window.since.elapsed();
        if self.style == Style::None {
            return;
        }
        if let Some(bar) = &self.bar {
            bar.set_position(step);
            if elapsed >= BAR_WINDOW || !self.shown || step == self.steps {
                let beside = self.progress(step).beside();
                bar.set_message(self.terminal.text(&beside).to_owned());
                self.window = Window::new();
                self.shown = true;
            }
            return;
        }
        let due = if self.shown { LINES_APART } else { FIRST_LINE };
        if elapsed >= due || step == self.steps {
            self.terminal.note(&self.progress(step).line());
            self.window = Window::new();
            self.shown = true;
        }
    }
}

impl Observer for Console {
    fn on(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { plan, done } => {
                self.made = 0;
                self.steps = plan.steps;
                self.steps_per_epoch = plan.steps_per_epoch;
                self.epochs = plan.steps.div_ceil(plan.steps_per_epoch);
                self.started = Instant::now();
                self.window = Window::new();
                if self.style == Style::Bar || self.style == Style::Auto && self.terminal.watched {
                    let style = BarStyle::with_template(bar(self.terminal.language))
                        .expect("a constant template");
                    self.bar =
                        Some(ProgressBar::new(plan.steps).with_style(style).with_position(done));
                }
            }
            Event::StepDone { step, loss, read, .. } => self.step(step, loss, read),
            Event::Evaluated { step, valid } => {
                self.valid = Some(valid.mean());
                self.say(&run::evaluated(step, valid));
            }
            Event::Sampled { step, prompt, text } => {
                self.say(&run::sampled(step, prompt, text));
            }
            Event::Finished { .. } => {
                if let Some(bar) = &self.bar {
                    bar.finish_and_clear();
                }
                let took = self.started.elapsed();
                self.say(&run::finished(self.made, took));
            }
            Event::Warning(message) => {
                self.among(|| self.terminal.warning(&legacy::warning(message)))
            }
            Event::Saved { .. } => {}
        }
    }
}
