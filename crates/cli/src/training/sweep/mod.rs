//! `charnn sweep`: a training for each combination of settings, each in a process of its own.

mod child;
mod cost;
mod plan;
mod point;
mod problem;
mod queue;
mod request;
mod say;
mod slurm;
mod tasks;

pub(crate) use problem::SweepProblem;

use crate::args::sweep::SweepArguments;
use crate::events::line;
use crate::failure::Failure;
use crate::output::data;
use crate::terminal::Terminal;
use crate::training;
use crate::training::report::Signals;
use charnn_runs::State;
use charnn_sweep::{Ledger, Outcome};
use child::Child;
use plan::Sweep;
use point::Point;
use queue::{Queue, Task};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How often to look whether another process still trains a run.
const BUSY: Duration = Duration::from_millis(200);
/// The exit code of a training whose result cannot be used.
const DIVERGED: i32 = 7;

pub(crate) fn run(arguments: &SweepArguments, terminal: &Terminal) -> Result<(), Failure> {
    let sweep = Sweep::new(arguments, terminal)?;
    if arguments.slurm {
        return tasks::script(&sweep);
    }
    if let Some(task) = arguments.task {
        return tasks::make(&sweep, task, terminal);
    }
    terminal.note(&say::plan(&sweep.trials, sweep.request.jobs));
    if arguments.dry_run {
        sweep.show(arguments.json)?;
        let cost = sweep.cost()?;
        let total = if arguments.json {
            line(cost.json())
        } else {
            format!("{}\n", terminal.text(&say::cost(&cost)))
        };
        return Ok(data(&total)?);
    }
    let ledger = sweep.root.join(".sweeps").join(format!("{}.json", sweep.request.name));
    let mut ledger =
        Ledger::open(&ledger, &sweep.request.sources, &sweep.trials, sweep.request.halving)
            .map_err(SweepProblem::from)?;
    if sweep.request.collects {
        return tasks::collect(&sweep, &mut ledger, arguments.json);
    }
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
    sweep.show(arguments.json)?;
    if ledger.outcomes().iter().all(|it| matches!(it, Some(Outcome::Failed(_)))) {
        return Err(SweepProblem::AllFailed.into());
    }
    Ok(())
}

impl Sweep {
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
        let mut queue = Queue::new(self, ledger, left);
        let (sender, came_back) = mpsc::channel();
        let (began, mut running, mut done) = (Instant::now(), 0, 0);
        std::thread::scope(|scope| {
            loop {
                while running < self.request.jobs
                    && !signals.has_come()
                    && let Some(task) = queue.next()
                {
                    if let Some(comparison) = task.comparison {
                        ledger.send(task.trial, comparison).map_err(SweepProblem::from)?;
                    }
                    let (sender, signals, terminal) = (sender.clone(), &signals, terminal.clone());
                    scope.spawn(move || {
                        // The receiver ends first only when the sweep fails.
                        let _ = sender.send((task, self.make(task, signals, &terminal)));
                    });
                    running += 1;
                }
                if running == 0 {
                    return Ok::<(), Failure>(());
                }
                let Ok((task, end)) = came_back.recv() else { return Ok(()) };
                running -= 1;
                self.record(task, end, ledger, terminal)?;
                let run = self.run(&self.trials[task.trial]);
                queue.came_back(task.trial, run.as_ref(), ledger.outcomes()[task.trial]);
                done += 1;
                if self.request.halving.is_none() && done < left.len() {
                    let each = began.elapsed().as_secs_f64() / done as f64;
                    let rest = Duration::from_secs_f64((each * (left.len() - done) as f64).floor());
                    terminal.note(&say::remaining(done, left.len(), rest));
                }
            }
        })?;
        if signals.has_come() {
            return Err(training::Failure::Interrupted(signals.exit_code()).into());
        }
        Ok(())
    }

    /// Makes one training, in a process of its own. One that a killed sweep has left behind comes to its end first.
    fn make(
        &self,
        task: Task,
        signals: &Signals,
        terminal: &Terminal,
    ) -> Result<child::End, std::io::Error> {
        let trial = &self.trials[task.trial];
        let is_busy = || self.entry(trial).is_some_and(|it| it.state == State::Training);
        if is_busy() {
            terminal.note(&say::waiting(&self.name(trial)));
        }
        while is_busy() && !signals.has_come() {
            std::thread::sleep(BUSY);
        }
        Child::of(self, trial, self.pause_at(task), terminal.language).run(signals)
    }

    /// The step at whose evaluation the training of `task` pauses.
    fn pause_at(&self, task: Task) -> Option<u64> {
        let (halving, comparison) = self.request.halving.zip(task.comparison)?;
        Some(halving.step(comparison))
    }

    fn record(
        &self,
        task: Task,
        end: Result<child::End, std::io::Error>,
        ledger: &mut Ledger,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let trial = task.trial;
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
            child::End::Paused => {
                let step = self.pause_at(task).unwrap_or(0);
                let entry = self.entry(&self.trials[trial]);
                terminal.note(&say::paused(&name, step, entry.as_ref()));
                return Ok(());
            }
            child::End::Stopped => return Ok(()),
        };
        Ok(ledger.record(trial, outcome).map_err(SweepProblem::from)?)
    }

    /// The points with what their runs have achieved, the best first.
    fn show(&self, json: bool) -> Result<(), Failure> {
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
                    steps: 0,
                });
            }
            let Some(point) = points.last_mut() else { continue };
            point.runs.push(name);
            if let Some(entry) = entry {
                point.losses.extend(entry.measured.best.map(|best| best.loss));
                point.seconds += entry.measured.seconds;
                point.steps = point.steps.max(entry.measured.step);
            }
        }
        points
            .sort_by(|a, b| a.mean().unwrap_or(f64::MAX).total_cmp(&b.mean().unwrap_or(f64::MAX)));
        if json {
            let lines: String = points.iter().map(|point| line(point.json())).collect();
            return Ok(data(&lines)?);
        }
        Ok(data(&say::table(&points, self.request.halving.is_some()))?)
    }
}
