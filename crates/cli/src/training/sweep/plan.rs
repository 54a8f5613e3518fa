//! What a sweep trains.

use super::problem::SweepProblem;
use crate::args::sweep::SweepArguments;
use crate::commands::config::settings;
use crate::failure::Failure;
use crate::terminal::Terminal;
use charnn_bundle::Seed;
use charnn_runs::{Entry, RunDir};
use charnn_sweep::{Axis, Trial, trials};
use std::path::PathBuf;

/// The key that repetitions of a point differ in.
pub(super) const SEED: &str = "train.seed";

/// What is trained.
pub(super) struct Sweep<'a> {
    pub(super) arguments: &'a SweepArguments,
    pub(super) trials: Vec<Trial>,
    /// The folder of the runs.
    pub(super) root: PathBuf,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(arguments: &'a SweepArguments, terminal: &Terminal) -> Result<Self, Failure> {
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
    pub(super) fn name(&self, trial: &Trial) -> String {
        let SweepArguments { name, seeds, .. } = self.arguments;
        let width = self.trials.len().to_string().len();
        let point = trial.point + 1;
        match seeds {
            1 => format!("{name}-{point:0width$}"),
            _ => format!("{name}-{point:0width$}-seed{}", trial.seed),
        }
    }

    /// The run of a trial, if there is one.
    pub(super) fn run(&self, trial: &Trial) -> Option<RunDir> {
        let path = self.root.join(self.name(trial));
        RunDir::is_run(&path).then(|| RunDir::find(&path.to_string_lossy(), &self.root).ok())?
    }

    pub(super) fn entry(&self, trial: &Trial) -> Option<Entry> {
        Some(self.run(trial)?.entry())
    }
}

/// What a trial sets, as `--set` takes it.
pub(super) fn assignments(trial: &Trial) -> Vec<String> {
    trial.settings.iter().map(|(key, value)| format!("{key}={value}")).collect()
}
