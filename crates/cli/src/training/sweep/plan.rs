//! What a sweep trains.

use super::problem::SweepProblem;
use super::request::Request;
use crate::args::sweep::SweepArguments;
use crate::commands::config::settings;
use crate::failure::Failure;
use crate::terminal::Terminal;
use charnn_config::RunConfig;
use charnn_runs::{Entry, RunDir};
use charnn_sweep::{Trial, trials};
use std::path::PathBuf;

/// The key that repetitions of a point differ in.
pub(super) const SEED: &str = "train.seed";
/// The key that makes evaluations where trials are compared.
pub(super) const EVALUATE: &str = "eval.every_steps";

/// What is trained.
pub(super) struct Sweep {
    pub(super) request: Request,
    pub(super) trials: Vec<Trial>,
    /// Of each trial.
    configs: Vec<RunConfig>,
    /// The folder of the runs.
    pub(super) root: PathBuf,
}

impl Sweep {
    pub(super) fn new(arguments: &SweepArguments, terminal: &Terminal) -> Result<Self, Failure> {
        let request = Request::new(arguments)?;
        let Request { sources, axes, points, seeds, seed, halving, name, device, sampling, .. } =
            &request;
        if *seeds > 1 && axes.iter().any(|axis| axis.key == SEED) {
            return Err(SweepProblem::TwoSeeds.into());
        }
        if halving.is_some() && *seeds > 1 {
            return Err(SweepProblem::HalvedSeeds.into());
        }
        if halving.is_some() && axes.iter().any(|axis| axis.key == EVALUATE) {
            return Err(SweepProblem::TwoIntervals.into());
        }
        let trials =
            trials(axes, *points, *seeds, *seed, *sampling).ok_or(SweepProblem::NoPoints)?;
        // Every configuration is checked before the first training.
        let config = |trial: &Trial| {
            let mut config = settings(sources, &assignments(trial), terminal.language)?;
            config.flag("--name", "run.name", name.as_str());
            if trial.settings.iter().all(|(key, _)| key != SEED) {
                config.flag("--seeds", SEED, i64::try_from(trial.seed).unwrap_or(i64::MAX));
            }
            if let Some(device) = device {
                config.flag("--device", "train.device", device.to_string());
            }
            if let Some(halving) = halving {
                config.flag(
                    "--halving",
                    EVALUATE,
                    i64::try_from(halving.steps).unwrap_or(i64::MAX),
                );
            }
            Ok::<RunConfig, Failure>(config.resolve()?)
        };
        let configs = trials.iter().map(config).collect::<Result<Vec<_>, _>>()?;
        if halving.is_some() && configs.iter().any(|config| !config.data.has_validation()) {
            return Err(SweepProblem::NoValidation.into());
        }
        let root = configs.first().map_or_else(PathBuf::new, |it| PathBuf::from(&it.run.root));
        Ok(Self { request, trials, configs, root })
    }

    /// Refuses to resume a run that was trained with other settings than its trial.
    pub(super) fn check_runs(&self, trials: &[usize]) -> Result<(), SweepProblem> {
        for &trial in trials {
            let Some(Entry { name, config: Some(found), .. }) = self.entry(&self.trials[trial])
            else {
                continue;
            };
            let wanted = &self.configs[trial];
            let mut same = found.clone();
            (same.run, same.data.path) = (wanted.run.clone(), wanted.data.path.clone());
            if same != *wanted {
                return Err(SweepProblem::OtherRun { name });
            }
        }
        Ok(())
    }

    /// The name of a run: that of the sweep, the number of the point, and the seed if there are several.
    pub(super) fn name(&self, trial: &Trial) -> String {
        let Request { name, seeds, .. } = &self.request;
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
