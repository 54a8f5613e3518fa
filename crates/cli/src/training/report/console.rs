//! The observer that shows training to a person: a bar on a terminal, a line now and then elsewhere.

use super::pace::Pace;
use super::progress::Progress;
use crate::args::ProgressStyle as Style;
use crate::terminal::Terminal;
use crate::training::messages::run;
use anstream::adapter::strip_str;
use charnn_infer::Loss;
use charnn_message::Text;
use charnn_train::{Baselines, Event, Observer};
use indicatif::{ProgressBar, ProgressStyle as BarStyle};
use std::time::{Duration, Instant};

/// The time between two log lines.
const LINES_APART: Duration = Duration::from_secs(30);
/// The time before the first log line.
const FIRST_LINE: Duration = Duration::from_secs(5);
/// The time between two updates of the bar.
const BAR_WINDOW: Duration = Duration::from_millis(500);
/// The time between two evaluations or samples at the ends of epochs.
const EPOCHS_APART: Duration = Duration::from_secs(5);

pub(crate) struct Console {
    terminal: Terminal,
    style: Style,
    bar: Option<ProgressBar>,
    started: Instant,
    /// Steps of this process, with those before a rollback.
    made: u64,
    steps: u64,
    steps_per_epoch: u64,
    epochs: u64,
    baselines: Option<Baselines>,
    val_loss: Option<f64>,
    window: Window,
    shown: bool,
    evaluations: Pace,
    samples: Pace,
}

/// The steps since the numbers were last shown.
struct Window {
    since: Instant,
    loss: Loss,
    characters: u64,
}

impl Window {
    fn new() -> Self {
        Self { since: Instant::now(), loss: Loss::default(), characters: 0 }
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
            baselines: None,
            val_loss: None,
            window: Window::new(),
            shown: false,
            evaluations: Pace::steady(Duration::ZERO),
            samples: Pace::steady(Duration::ZERO),
        }
    }

    /// Runs `show` above the bar, if there is one.
    fn above_bar(&self, show: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(show),
            None => show(),
        }
    }

    /// Shows a line, with the elapsed time unless a bar is shown.
    fn note(&self, line: &Text) {
        if self.bar.is_some() {
            self.above_bar(|| self.terminal.note(line));
        } else {
            self.terminal.note(&run::at(self.started.elapsed(), line));
        }
    }

    fn progress(&self, step: u64) -> Progress {
        let Window { since, loss, characters } = self.window;
        Progress {
            elapsed: self.started.elapsed(),
            step,
            steps: self.steps,
            epoch: (step - 1) / self.steps_per_epoch + 1,
            epochs: self.epochs,
            train_loss: loss.mean(),
            val_loss: self.val_loss,
            speed: characters as f64 / since.elapsed().as_secs_f64().max(1e-9),
            left: self.left(step),
        }
    }

    /// The estimated time of the remaining steps.
    fn left(&self, step: u64) -> Duration {
        let made = self.made.max(1) as f64;
        let seconds = self.started.elapsed().as_secs_f64() * (self.steps - step) as f64 / made;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    fn step(&mut self, step: u64, loss: Loss, characters: u64) {
        self.made += 1;
        self.window.loss += loss;
        self.window.characters += characters;
        if self.style == Style::None {
            return;
        }
        let due = match (&self.bar, self.shown) {
            (Some(_), _) => BAR_WINDOW,
            (None, true) => LINES_APART,
            (None, false) => FIRST_LINE,
        };
        let is_first_of_bar = self.bar.is_some() && !self.shown;
        if self.window.since.elapsed() < due && step != self.steps && !is_first_of_bar {
            return;
        }
        let progress = self.progress(step);
        match &self.bar {
            Some(bar) => self.draw(bar, &progress),
            None => self.note(&progress.line()),
        }
        self.window = Window::new();
        self.shown = true;
    }

    fn begin_bar(&mut self) {
        if self.style == Style::Bar || self.style == Style::Auto && self.terminal.watched {
            let style = BarStyle::with_template("{wide_msg}").expect("a constant template");
            self.bar = Some(ProgressBar::new(self.steps).with_style(style));
        }
    }

    /// Draws a row of progress, in color if colors are wanted.
    fn draw(&self, bar: &ProgressBar, progress: &Progress) {
        let (_, width) = console::Term::stderr().size();
        let row = progress.row(self.terminal.language, width.into());
        let choice = anstream::AutoStream::choice(&std::io::stderr());
        let plain = choice == anstream::ColorChoice::Never;
        bar.set_message(if plain { strip_str(&row).to_string() } else { row });
    }
}

impl Observer for Console {
    fn on(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { plan, done: _, baselines } => {
                self.made = 0;
                self.steps = plan.steps;
                self.steps_per_epoch = plan.steps_per_epoch;
                self.epochs = plan.steps.div_ceil(plan.steps_per_epoch);
                self.started = Instant::now();
                self.window = Window::new();
                self.baselines = Some(baselines);
                // Those of an epoch come often in small texts; those that the user asked for are all shown.
                self.evaluations = Pace::steady(match plan.config.eval.every_steps {
                    0 => EPOCHS_APART,
                    _ => Duration::ZERO,
                });
                self.samples = match plan.config.sample.every_steps {
                    0 => Pace::growing(EPOCHS_APART),
                    _ => Pace::steady(Duration::ZERO),
                };
                self.note(&run::baselines(None, &baselines));
                self.begin_bar();
            }
            Event::StepDone { step, loss, characters, .. } => self.step(step, loss, characters),
            Event::Evaluated { step, loss, bits } => {
                self.val_loss = Some(loss.mean());
                let evaluated = run::evaluated(step, loss, bits);
                if let Some(evaluated) = self.evaluations.offer(self.started.elapsed(), evaluated) {
                    self.note(&evaluated);
                }
            }
            Event::Previewed { step, prompt, text } => {
                let elapsed = self.started.elapsed();
                self.samples.shown(elapsed);
                let sample = run::sampled(step, elapsed, prompt, text);
                self.above_bar(|| self.terminal.note(&sample));
            }
            Event::Sampled { step, prompt, text } => {
                let elapsed = self.started.elapsed();
                let sample = run::sampled(step, elapsed, prompt, text);
                if let Some(sample) = self.samples.offer(elapsed, sample) {
                    self.above_bar(|| self.terminal.note(&sample));
                }
            }
            Event::Finished { .. } => {
                let held = [self.evaluations.end(), self.samples.end()];
                held.iter().flatten().for_each(|text| self.above_bar(|| self.terminal.note(text)));
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
                let took = self.started.elapsed();
                self.terminal.note(&run::finished(self.made, took));
                if let (Some(baselines), Some(_)) = (self.baselines, self.val_loss) {
                    self.terminal.note(&run::baselines(self.val_loss, &baselines));
                }
            }
            Event::Warning(warning) => {
                self.above_bar(|| self.terminal.warning(&run::train_warning(warning)));
            }
            Event::Saved { .. } => {}
        }
    }
}
