//! `charnn sweep`: a training for each combination of settings, each in a process of its own.

mod child;
mod problem;
mod say;

pub(crate) use problem::SweepProblem;

use crate::args::sweep::SweepArguments;
use crate::commands::config::settings;
use crate::events::line;
use crate::failure::Failure;
use crate::output::data;
use crate::terminal::Terminal;
use crate::training;
use crate::training::report::Signals;
use charnn_bundle::Seed;
use charnn_runs::{Entry, RunDir};
use charnn_sweep::{Axis, Ledger, Outcome, Trial, trials};
use child::Child;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The key that repetitions of a point differ in.
const SEED: &str = "train.seed";

pub(crate) fn run(arguments: &SweepArguments, terminal: &Terminal) -> Result<(), Failure> {
    let sweep = Sweep::new(arguments, terminal)?;
    terminal.note(&say::plan(&sweep.trials, arguments.jobs));
    if arguments.dry_run {
        return sweep.show();
    }
    let ledger = sweep.root.join(".sweeps").join(format!("{}.json", arguments.name));
    let mut ledger =
        Ledger::open(&ledger, &arguments.sources, &sweep.trials).map_err(SweepProblem::from)?;
    let left: Vec<usize> =
        (0..sweep.trials.len()).filter(|&trial| ledger.outcomes()[trial].is_none()).collect();
    if left.len() < sweep.trials.len() {
        terminal.note(&say::ended_before(sweep.trials.len() - left.len()));
    }
    sweep.train(&left, &mut ledger, terminal)?;
    sweep.show()?;
    if ledger.outcomes().iter().all(|it| matches!(it, Some(Outcome::Failed(_)))) {
        return Err(SweepProblem::AllFailed.into());
    }
    Ok(())
}

/// What is trained.
struct Sweep<'a> {
    arguments: &'a SweepArguments,
    trials: Vec<Trial>,
    /// The folder of the runs.
    root: PathBuf,
}

impl<'a> Sweep<'a> {
    fn new(arguments: &'a SweepArguments, terminal: &Terminal) -> Result<Self, Failure> {
        let SweepArguments { sources, set, points, seeds, seed, .. } = arguments;
        let axes: Result<Vec<Axis>, _> = set.iter().map(|it| Axis::parse(it)).collect();
        let axes = axes.map_err(SweepProblem::from)?;
        if *seeds > 1 && axes.iter().any(|axis| axis.key == SEED) {
            return Err(SweepProblem::TwoSeeds.into());
        }
        let trials = trials(&axes, *points, *seeds, Seed(*seed)).ok_or(SweepProblem::NoPoints)?;
        // Every configuration is checked before the first training.
        let mut root = PathBuf::new();
        for trial in trials.iter().filter(|trial| trial.seed == 1) {
            let mut config = settings(sources, &assignments(trial), terminal.language)?;
            config.flag("--name", "run.name", arguments.name.as_str());
            let config = config.resolve()?;
            root = PathBuf::from(config.run.root);
        }
        Ok(Self { arguments, trials, root })
    }

    /// The name of a run: that of the sweep, the number of the point, and the seed if there are several.
    fn name(&self, trial: &Trial) -> String {
        let SweepArguments { name, seeds, .. } = self.arguments;
        let width = self.trials.len().to_string().len();
        let point = trial.point + 1;
        match seeds {
            1 => format!("{name}-{point:0width$}"),
            _ => format!("{name}-{point:0width$}-seed{}", trial.seed),
        }
    }

    /// The run of a trial, if there is one.
    fn run(&self, trial: &Trial) -> Option<RunDir> {
        let path = self.root.join(self.name(trial));
        RunDir::is_run(&path).then(|| RunDir::find(&path.to_string_lossy(), &self.root).ok())?
    }

    fn entry(&self, trial: &Trial) -> Option<Entry> {
        Some(self.run(trial)?.entry())
    }

    /// Makes these trainings, several side by side, and records how each ended.
    fn train(
        &self,
        left: &[usize],
        ledger: &mut Ledger,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let signals = Signals::new(terminal);
        if let Err(why) = signals.listen() {
            terminal.warning(&training::messages::run::no_signals(&why));
        }
        let waiting = Mutex::new(left.iter().copied());
        let next = || waiting.lock().ok().and_then(|mut left| left.next());
        let (sender, ended) = mpsc::channel();
        let began = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..self.arguments.jobs.min(left.len()) {
                let (sender, signals, next) = (sender.clone(), &signals, &next);
                scope.spawn(move || {
                    while !signals.has_come()
                        && let Some(trial) = next()
                    {
                        let child = Child::of(self, &self.trials[trial], terminal.language);
                        if sender.send((trial, child.run(signals))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            for (done, (trial, end)) in (1_u32..).zip(&ended) {
                self.record(trial, end, ledger, terminal)?;
                let share = began.elapsed().div_f64(f64::from(done));
                let more = left.len() - done as usize;
                if more > 0 {
                    let rest = Duration::from_secs(share.mul_f64(more as f64).as_secs());
                    terminal.note(&say::remaining(done as usize, left.len(), rest));
                }
            }
            Ok::<(), Failure>(())
        })?;
        if signals.has_come() {
            return Err(training::Failure::Interrupted(signals.exit_code()).into());
        }
        Ok(())
    }

    fn record(
        &self,
        trial: usize,
        end: Result<child::End, std::io::Error>,
        ledger: &mut Ledger,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let name = self.name(&self.trials[trial]);
        let outcome = match end.map_err(|source| SweepProblem::Start { source })? {
            child::End::Completed => {
                let entry = self.entry(&self.trials[trial]);
                terminal.note(&say::completed(&name, entry.as_ref()));
                Outcome::Completed
            }
            child::End::Failed { code, messages } => {
                terminal.warning(&say::Failed { name, code, messages });
                Outcome::Failed(code)
            }
            child::End::Stopped => return Ok(()),
        };
        Ok(ledger.record(trial, outcome).map_err(SweepProblem::from)?)
    }

    /// The points with what their runs have achieved, the best first.
    fn show(&self) -> Result<(), Failure> {
        let mut points: Vec<Point<'_>> = Vec::new();
        for trial in &self.trials {
            let (name, entry) = (self.name(trial), self.entry(trial));
            if points.last().is_none_or(|last| last.number != trial.point) {
                let settings = &trial.settings[..];
                points.push(Point {
                    number: trial.point,
                    settings,
                    runs: vec![],
                    losses: vec![],
                    seconds: 0.0,
                });
            }
            let Some(point) = points.last_mut() else { continue };
            point.runs.push(name);
            if let Some(entry) = entry {
                point.losses.extend(entry.measured.best.map(|best| best.loss));
                point.seconds += entry.measured.seconds;
            }
        }
        points
            .sort_by(|a, b| a.mean().unwrap_or(f64::MAX).total_cmp(&b.mean().unwrap_or(f64::MAX)));
        if self.arguments.json {
            let lines: String = points.iter().map(|point| line(point.json())).collect();
            return Ok(data(&lines)?);
        }
        Ok(data(&say::table(&points))?)
    }
}

/// A combination of settings and its runs.
struct Point<'a> {
    number: usize,
    settings: &'a [(String, String)],
    runs: Vec<String>,
    /// The lowest validation loss of each run that has one.
    losses: Vec<f64>,
    seconds: f64,
}

impl Point<'_> {
    fn mean(&self) -> Option<f64> {
        let count = self.losses.len() as f64;
        (count > 0.0).then(|| self.losses.iter().sum::<f64>() / count)
    }

    /// Of the mean, from two runs on.
    fn standard_error(&self) -> Option<f64> {
        let (mean, count) = (self.mean()?, self.losses.len() as f64);
        let squares: f64 = self.losses.iter().map(|loss| (loss - mean).powi(2)).sum();
        (count > 1.0).then(|| (squares / (count - 1.0) / count).sqrt())
    }

    fn json(&self) -> serde_json::Value {
        let settings: serde_json::Map<String, serde_json::Value> =
            self.settings.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        json!({
            "point": self.number + 1, "settings": settings, "runs": self.runs,
            "val_loss": self.mean(), "standard_error": self.standard_error(), "seconds": self.seconds,
        })
    }
}

/// What a trial sets, as `--set` takes it.
fn assignments(trial: &Trial) -> Vec<String> {
    trial.settings.iter().map(|(key, value)| format!("{key}={value}")).collect()
}
