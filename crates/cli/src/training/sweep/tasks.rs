//! A sweep whose trainings other programs start: Slurm, GNU parallel, Kubernetes.

use super::child::End;
use super::plan::Sweep;
use super::queue::Task;
use super::{SweepProblem, slurm};
use crate::environment;
use crate::failure::Failure;
use crate::output::data;
use crate::terminal::Terminal;
use crate::training;
use crate::training::report::Signals;
use charnn_sweep::{Ledger, Outcome, Tasks};

/// Prints a script that makes each training of `sweep` as a job of an array.
pub(super) fn script(sweep: &Sweep) -> Result<(), Failure> {
    if sweep.request.halving.is_some() {
        return Err(SweepProblem::HalvedTasks.into());
    }
    let start = |source| SweepProblem::Start { source };
    let program = environment::program().map_err(start)?;
    let folder = environment::folder().map_err(start)?;
    Ok(data(&slurm::script(sweep, &program, &folder))?)
}

/// Makes the training of number `task`, counted from 1, or resumes it. Other processes make the others, so the
/// record of the sweep is left alone.
pub(super) fn make(sweep: &Sweep, task: usize, terminal: &Terminal) -> Result<(), Failure> {
    if sweep.request.halving.is_some() {
        return Err(SweepProblem::HalvedTasks.into());
    }
    let count = sweep.trials.len();
    let trial = task.checked_sub(1).filter(|&trial| trial < count);
    let trial = trial.ok_or(SweepProblem::NoTask { task, count })?;
    sweep.check_runs(&[trial])?;
    let signals = Signals::new(terminal);
    if let Err(why) = signals.listen() {
        terminal.warning(&training::messages::run::no_signals(&why));
    }
    let name = sweep.name(&sweep.trials[trial]);
    let record = |outcome| {
        let recorded = tasks(sweep).record(task, &sweep.trials[trial], outcome);
        recorded.map_err(SweepProblem::from)
    };
    let end = sweep.make(Task { trial, comparison: None }, &signals, terminal);
    match end.map_err(|source| SweepProblem::Start { source })? {
        End::Completed => {
            record(Outcome::Completed)?;
            let path = sweep.root.join(name);
            Ok(data(&format!("{}\n", path.display()))?)
        }
        End::Failed { code, messages } => {
            record(Outcome::Failed(code))?;
            Err(SweepProblem::Task { name, code, messages }.into())
        }
        End::Stopped | End::Paused => {
            Err(training::Failure::Interrupted(signals.exit_code()).into())
        }
    }
}

/// Records what the trainings have achieved in `ledger`, and shows it, the best first. Fails if some have not come to
/// their end.
pub(super) fn collect(sweep: &Sweep, ledger: &mut Ledger, json: bool) -> Result<(), Failure> {
    let of = sweep.trials.len();
    let mut left = 0;
    for (trial, number) in sweep.trials.iter().zip(1..) {
        match tasks(sweep).outcome(number, trial) {
            Some(outcome) => ledger.record(number - 1, outcome).map_err(SweepProblem::from)?,
            None if ledger.outcomes()[number - 1].is_none() => left += 1,
            None => {}
        }
    }
    sweep.show(json)?;
    if left > 0 { Err(SweepProblem::Incomplete { left, of }.into()) } else { Ok(()) }
}

fn tasks(sweep: &Sweep) -> Tasks {
    Tasks::new(sweep.root.join(".sweeps").join(format!("{}.tasks", sweep.request.name)))
}
