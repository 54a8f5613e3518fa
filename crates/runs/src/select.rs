//! Which checkpoint of a run is used, and what is wrong with those that are not.

use crate::checkpoint::{self, CONFIG, Damage};
use crate::{LoadedCheckpoint, RunDir, RunError, RunId, RunWarning};
use charnn_bundle::Bundle;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Which of a run's checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointSelector {
    /// The one with the lowest validation loss. The newest where nothing was evaluated, or where the loss
    /// was still falling and the newest has not been evaluated yet.
    Best,
    /// The newest.
    Last,
    /// The one of this step.
    Step(u64),
}

impl RunDir {
    /// A checkpoint with its network. One that is damaged is reported to `tell`, and another one is used:
    /// for [`CheckpointSelector::Best`] the best of the others, else the newest. A trainer may prune
    /// checkpoints at the same time.
    ///
    /// # Errors
    /// When the checkpoint does not exist, or none can be used.
    pub fn load(
        &self,
        selector: CheckpointSelector,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<(LoadedCheckpoint, Bundle), RunError> {
        let with_bundle = |loaded: LoadedCheckpoint| loaded.bundle().map(|bundle| (loaded, bundle));
        self.load_with(selector, with_bundle, tell)
    }

    /// What `parse` makes of a checkpoint; one that it refuses counts as damaged. See [`RunDir::load`].
    ///
    /// # Errors
    /// As [`RunDir::load`].
    pub fn load_with<T>(
        &self,
        selector: CheckpointSelector,
        parse: impl Fn(LoadedCheckpoint) -> Result<T, Damage>,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<T, RunError> {
        self.search(tell, |search| {
            search.report_edits();
            match selector {
                CheckpointSelector::Last => search.newest(u64::MAX, &parse),
                CheckpointSelector::Best => search.best(&parse),
                CheckpointSelector::Step(step) => search.step(step, &parse),
            }
        })
    }

    /// [`RunDir::load_with`] for the newest checkpoint before `step`.
    pub(crate) fn load_before<T>(
        &self,
        step: u64,
        parse: impl Fn(LoadedCheckpoint) -> Result<T, Damage>,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<T, RunError> {
        self.search(tell, |search| search.newest(step, &parse))
    }

    /// The step of the best network that is there; `None` where nothing was evaluated.
    pub(crate) fn best_step(&self) -> Option<u64> {
        let found = self.search(&mut |_| (), |search| {
            let Some(newest) = search.newest_whole()? else { return Ok(None) };
            let Some(best) = newest.progress.best else { return Ok(None) };
            match search.open(best.step)? {
                Some(_) => Ok(Some(best.step)),
                None => search.stand_in(),
            }
        });
        found.ok().flatten()
    }

    /// Runs `look` on the list of checkpoints, again with a new list if one of them has been pruned.
    fn search<T>(
        &self,
        tell: &mut dyn FnMut(RunWarning),
        look: impl Fn(&mut Search<'_>) -> Result<T, Miss>,
    ) -> Result<T, RunError> {
        const MOST_ATTEMPTS: u32 = 100;
        let mut told = BTreeSet::new();
        for attempt in 1.. {
            let folder = self.checkpoints();
            let all = checkpoint::list(&folder).map_err(|error| RunError::read(&folder, error))?;
            let mut search = Search {
                run: self,
                id: RunId::of_folder(self.path()),
                all,
                rejected: BTreeSet::new(),
                problem: None,
                held: None,
                may_vanish: attempt < MOST_ATTEMPTS,
                told: &mut told,
                tell,
            };
            match look(&mut search) {
                Ok(found) => return Ok(found),
                Err(Miss::Vanished) => {}
                Err(Miss::Failed(error)) => return Err(error),
            }
        }
        unreachable!("the last attempt does not look again")
    }
}

/// Why a search ended without a result.
enum Miss {
    /// A checkpoint has been pruned since the list was made.
    Vanished,
    Failed(RunError),
}

/// One look at the checkpoints of a run.
struct Search<'a> {
    run: &'a RunDir,
    id: Option<RunId>,
    /// With their steps, oldest first.
    all: Vec<(u64, PathBuf)>,
    /// Steps of checkpoints that cannot be used.
    rejected: BTreeSet<u64>,
    /// What is wrong with the first of them.
    problem: Option<RunError>,
    /// The checkpoint that was read last.
    held: Option<LoadedCheckpoint>,
    /// Whether a checkpoint that is gone leads to another look.
    may_vanish: bool,
    /// What has been reported.
    told: &'a mut BTreeSet<PathBuf>,
    tell: &'a mut dyn FnMut(RunWarning),
}

impl Search<'_> {
    fn newest<T>(
        &mut self,
        before: u64,
        parse: &dyn Fn(LoadedCheckpoint) -> Result<T, Damage>,
    ) -> Result<T, Miss> {
        for step in self.steps().filter(|step| *step < before).collect::<Vec<_>>() {
            if let Some(found) = self.attempt(step, parse)? {
                return Ok(found);
            }
        }
        Err(self.nothing())
    }

    fn step<T>(
        &mut self,
        step: u64,
        parse: &dyn Fn(LoadedCheckpoint) -> Result<T, Damage>,
    ) -> Result<T, Miss> {
        if !self.all.iter().any(|(known, _)| *known == step) {
            let known = self.all.iter().map(|(step, _)| *step).collect();
            let path = self.run.path().to_owned();
            return Err(Miss::Failed(RunError::NoSuchStep { path, step, known }));
        }
        match self.attempt(step, parse)? {
            Some(found) => Ok(found),
            None => Err(self.nothing()),
        }
    }

    fn best<T>(
        &mut self,
        parse: &dyn Fn(LoadedCheckpoint) -> Result<T, Damage>,
    ) -> Result<T, Miss> {
        // Every checkpoint knows the best one so far.
        let best = match self.newest_whole()? {
            // While the loss falls, a network that has not been evaluated yet is likely to be better.
            Some(newest) if newest.progress.may_be_best() => None,
            Some(newest) => newest.progress.best.map(|best| best.step),
            None => return Err(self.nothing()),
        };
        let Some(best) = best else { return self.newest(u64::MAX, parse) };
        if let Some(found) = self.attempt(best, parse)? {
            return Ok(found);
        }
        let stand_in = self.stand_in()?;
        let steps: Vec<u64> = stand_in.into_iter().chain(self.steps()).collect();
        for step in steps {
            if let Some(found) = self.attempt(step, parse)? {
                (self.tell)(RunWarning::BestLost { step: best, instead: step });
                return Ok(found);
            }
        }
        Err(self.nothing())
    }

    /// The newest checkpoint that can be read.
    fn newest_whole(&mut self) -> Result<Option<LoadedCheckpoint>, Miss> {
        for step in self.steps().collect::<Vec<_>>() {
            if let Some(found) = self.open(step)? {
                self.held = Some(found.clone());
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The step of the best among the checkpoints that were the best when they were written.
    fn stand_in(&mut self) -> Result<Option<u64>, Miss> {
        let mut least: Option<(u64, f64)> = None;
        for step in self.steps().collect::<Vec<_>>() {
            let best = self.open(step)?.and_then(|found| found.progress.best);
            if let Some(best) = best.filter(|best| best.step == step)
                && least.is_none_or(|(_, loss)| best.loss < loss)
            {
                least = Some((step, best.loss));
            }
        }
        Ok(least.map(|(step, _)| step))
    }

    /// All steps, newest first.
    fn steps(&self) -> impl Iterator<Item = u64> + use<> {
        let steps: Vec<u64> = self.all.iter().rev().map(|(step, _)| *step).collect();
        steps.into_iter()
    }

    /// What `parse` makes of the checkpoint of `step`, if it can be used.
    fn attempt<T>(
        &mut self,
        step: u64,
        parse: &dyn Fn(LoadedCheckpoint) -> Result<T, Damage>,
    ) -> Result<Option<T>, Miss> {
        let Some(found) = self.open(step)? else { return Ok(None) };
        let path = found.path.clone();
        match parse(found) {
            Ok(parsed) => Ok(Some(parsed)),
            Err(damage) => self.reject(step, path, damage).map(|()| None),
        }
    }

    /// Reads the checkpoint of `step`, if there is one that can be used.
    fn open(&mut self, step: u64) -> Result<Option<LoadedCheckpoint>, Miss> {
        if let Some(held) = self.held.take_if(|held| held.progress.step == step) {
            return Ok(Some(held));
        }
        if self.rejected.contains(&step) {
            return Ok(None);
        }
        let entry = self.all.iter().find(|(known, _)| *known == step);
        let Some((_, path)) = entry.cloned() else { return Ok(None) };
        let read = || checkpoint::read(&path, self.id.as_ref(), step);
        let damage = match read() {
            Ok(found) => return Ok(Some(found)),
            Err(damage) => damage,
        };
        // A trainer may have removed or replaced it in between.
        if self.may_vanish && !self.is_listed(&path) {
            return Err(Miss::Vanished);
        }
        match read() {
            Ok(found) => Ok(Some(found)),
            Err(_) => self.reject(step, path, damage).map(|()| None),
        }
    }

    fn is_listed(&self, path: &Path) -> bool {
        let all = checkpoint::list(&self.run.checkpoints()).unwrap_or_default();
        all.iter().any(|(_, listed)| listed == path)
    }

    /// Reports a checkpoint that cannot be used, once.
    fn reject(&mut self, step: u64, path: PathBuf, damage: Damage) -> Result<(), Miss> {
        if let Damage::Newer { format } = damage {
            return Err(Miss::Failed(RunError::Newer { path, format }));
        }
        self.rejected.insert(step);
        if self.told.insert(path.clone()) {
            (self.tell)(RunWarning::BadCheckpoint { path: path.clone(), damage: damage.clone() });
        }
        self.problem.get_or_insert(RunError::Damaged { path, damage });
        Ok(())
    }

    /// Why the search has no result.
    fn nothing(&mut self) -> Miss {
        let path = self.run.checkpoints();
        Miss::Failed(self.problem.take().unwrap_or(RunError::NoCheckpoint { path }))
    }

    /// Reports a `config.toml` of the run that is neither that of its newest checkpoint nor, as after a
    /// process that died while it saved, that of an older one.
    fn report_edits(&mut self) {
        let path = self.run.path().join(CONFIG);
        if !path.is_file() || self.told.contains(&path) {
            return;
        }
        let Ok(own) = std::fs::read(&path) else { return };
        let written = self.all.iter().rev().map(|(_, path)| path.join(CONFIG));
        let written = written.filter(|path| path.is_file()).filter_map(|it| std::fs::read(it).ok());
        let written: Vec<Vec<u8>> = written.collect();
        if written.is_empty() || written.contains(&own) {
            return;
        }
        self.told.insert(path.clone());
        let keys = differences(&own, &written[0]);
        (self.tell)(RunWarning::EditedConfig { path, keys });
    }
}

/// The keys in which two configurations differ.
fn differences(a: &[u8], b: &[u8]) -> Vec<String> {
    let parsed = |bytes| toml::from_str::<toml::Table>(str::from_utf8(bytes).ok()?).ok();
    let (Some(a), Some(b)) = (parsed(a), parsed(b)) else { return Vec::new() };
    let mut keys = BTreeSet::new();
    collect_differences("", &a, &b, &mut keys);
    collect_differences("", &b, &a, &mut keys);
    keys.into_iter().collect()
}

fn collect_differences(at: &str, a: &toml::Table, b: &toml::Table, keys: &mut BTreeSet<String>) {
    for (key, value) in a {
        match (value.as_table(), b.get(key).and_then(toml::Value::as_table)) {
            (Some(a), Some(b)) => collect_differences(&format!("{at}{key}."), a, b, keys),
            _ if b.get(key) == Some(value) => {}
            _ => _ = keys.insert(format!("{at}{key}")),
        }
    }
}
