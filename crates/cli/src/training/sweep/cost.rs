//! What a sweep costs before it begins: some of its trainings make a dry run.

use super::plan::{SEED, Sweep, assignments};
use super::problem::SweepProblem;
use crate::environment::{LAUNCH, program};
use serde_json::{Value, json};
use std::process::{Command, Stdio};

/// The most points that make a dry run; the others cost as much on average.
const MOST: usize = 8;

/// What all trainings of a sweep cost together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) trainings: usize,
    pub(super) steps: u64,
    pub(super) seconds: f64,
    pub(super) disk: f64,
    /// Points that made a dry run.
    pub(super) measured: usize,
    pub(super) points: usize,
}

impl Cost {
    pub(super) fn json(&self) -> Value {
        json!({
            "trainings": self.trainings, "total_steps": self.steps, "total_seconds": self.seconds,
            "disk_bytes": self.disk.round(), "measured_points": self.measured,
        })
    }
}

impl Sweep {
    /// Estimates the cost of all trainings.
    ///
    /// # Errors
    /// When no dry run can be started or none succeeds.
    pub(super) fn cost(&self) -> Result<Cost, SweepProblem> {
        let trainings = self.trials.len();
        let points = self.trials.last().map_or(0, |trial| trial.point + 1);
        let each = trainings / points.max(1);
        let chosen = points.min(MOST);
        let (mut steps, mut seconds, mut disk, mut measured) = (0.0, 0.0, 0.0, 0);
        for number in 0..chosen {
            let trial = number * points / chosen * each;
            let Some(event) = self.dry_run(trial)? else { continue };
            let value = |key: &str| event[key].as_f64().unwrap_or(0.0);
            measured += 1;
            steps += value("steps");
            seconds += value("total_seconds");
            disk += value("checkpoint_bytes") * value("checkpoints");
        }
        if measured == 0 {
            return Err(SweepProblem::AllFailed);
        }
        let all = trainings as f64 / f64::from(measured);
        let mut cost = Cost {
            trainings,
            steps: whole(steps * all),
            seconds: seconds * all,
            disk: disk * all,
            measured: chosen,
            points,
        };
        if let Some(halving) = self.request.halving {
            let longest = whole(steps / f64::from(measured));
            let halved = halving.expected_steps(trainings as u64, longest);
            cost.seconds *= halved as f64 / cost.steps.max(1) as f64;
            cost.steps = halved;
        }
        Ok(cost)
    }

    /// What a dry run of a training says; `None` if it fails.
    fn dry_run(&self, trial: usize) -> Result<Option<Value>, SweepProblem> {
        let start = |source| SweepProblem::Start { source };
        let trial = &self.trials[trial];
        let mut command = Command::new(program().map_err(start)?);
        command.arg("train").args(&self.request.sources).args(["--dry-run", "--json", "--quiet"]);
        for assignment in assignments(trial) {
            command.args(["--set", &assignment]);
        }
        if trial.settings.iter().all(|(key, _)| key != SEED) {
            command.args(["--set", &format!("{SEED}={}", trial.seed)]);
        }
        if let Some(device) = self.request.device {
            command.args(["--device", &device.to_string()]);
        }
        for (rank, size) in LAUNCH {
            command.env_remove(rank).env_remove(size);
        }
        let output = command.stdin(Stdio::null()).output().map_err(start)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let event = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
        Ok(event.filter(|_| output.status.success()))
    }
}

/// A number of steps.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
fn whole(steps: f64) -> u64 {
    steps.round() as u64
}
