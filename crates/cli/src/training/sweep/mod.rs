//! `charnn sweep`: a training for each combination of settings, each in a process of its own.

mod child;
mod plan;
mod point;
mod problem;
mod say;

pub(crate) use problem::SweepProblem;

use crate::args::sweep::SweepArguments;
use crate::events::line;
use crate::failure::Failure;
use crate::output::data;
use crate::terminal::Terminal;
use crate::training;
use crate::training::report::Signals;
use charnn_sweep::{Ledger, Outcome};
use child::Child;
use plan::Sweep;
use point::Point;
use std::sync::Mutex;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The exit code of a training whose result cannot be used.
const DIVERGED: i32 = 7;

pub(crate) fn run(arguments: &SweepArguments, terminal: &Terminal) -> Result<(), Failure> {
    let sweep = Sweep::new(arguments, terminal)?;
    terminal.note(&say::plan(&sweep.trials, arguments.jobs));
    if arguments.dry_run {
        return sweep.show();
    }
    let ledger = sweep.root.join(".sweeps").join(format!("{}.json", arguments.name));
    let mut ledger =
        Ledger::open(&ledger, &arguments.sources, &sweep.trials).map_err(SweepProblem::from)?;
    // A training that diverged would diverge again. The reason of another failure, such as a full disk, may be gone.
    let has_ended =
        |outcome| matches!(outcome, Some(Outcome::Completed | Outcome::Failed(DIVERGED)));
    let left: Vec<usize> =
        (0..sweep.trials.len()).filter(|&trial| !has_ended(ledger.outcomes()[trial])).collect();
    sweep.check_runs(&left)?;
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

impl Sweep<'_> {
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
            for (done, (trial, end)) in (1_u32..).zip(ended) {
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
