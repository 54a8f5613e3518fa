//! The folder of a run, for readers: what is in it and how it is found again.

use super::{RunError, Stranger};
use crate::checkpoint::{
    self, CONFIG, Damage, Files, Progress, Snapshot, VOCABULARY, config, network, progress,
    vocabulary,
};
use crate::{RunConfig, Warning};
use charnn_data::Vocabulary;
use charnn_kernels::device::Device;
use charnn_model::CharLm;
use std::path::{Path, PathBuf};

/// What a run's checkpoints are in.
const CHECKPOINTS: &str = "checkpoints";

/// A run folder that exists.
#[derive(Debug, Clone)]
pub struct RunDir {
    path: PathBuf,
}

/// Which of a run's checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The one with the lowest loss on the held-out text; the newest where nothing was measured.
    Best,
    /// The newest.
    Last,
    /// The one of this step.
    Step(u64),
}

/// A trained network with what it was trained on.
#[derive(Debug)]
pub struct Trained {
    /// The step after which it was like this.
    pub step: u64,
    /// The resolved configuration.
    pub config: RunConfig,
    /// The characters it knows.
    pub vocabulary: Vocabulary,
    /// The network.
    pub model: CharLm,
    /// BLAKE3 of the text that it was trained on.
    pub text: String,
}

/// A checkpoint that is whole, on the host.
#[derive(Debug)]
pub struct Saved {
    /// The configuration that the run had.
    pub config: RunConfig,
    /// The characters that its network knows.
    pub vocabulary: Vocabulary,
    /// How far it was.
    pub progress: Progress,
    pub(super) path: PathBuf,
    files: Files,
}

impl Saved {
    /// The run as it was, on `device`.
    ///
    /// # Errors
    /// When its files do not fit each other.
    pub(super) fn restore(&self, device: &Device) -> Result<Snapshot, checkpoint::Damage> {
        Snapshot::from_files(&self.files, device)
    }
}

impl RunDir {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The run that `name` means: a run folder, the name of one under `root`, or `latest`.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(name: &str, root: &Path) -> Result<Self, RunError> {
        let candidates = [PathBuf::from(name), root.join(name)];
        if let Some(path) = candidates.iter().find(|path| Self::is_run(path)) {
            return Ok(Self { path: path.clone() });
        }
        let mut runs = runs(root);
        match runs.pop() {
            Some((_, path)) if name == "latest" => Ok(Self { path }),
            newest => {
                let runs = runs.into_iter().chain(newest).rev().take(10);
                let known = runs.map(|(_, path)| Self { path }.name()).collect();
                let instead = candidates.iter().find_map(|path| Stranger::at(path));
                let instead =
                    instead.unwrap_or_else(|| Stranger::Nothing { root: root.to_owned() });
                Err(RunError::NotFound { name: name.to_owned(), instead, known })
            }
        }
    }

    /// Whether the folder of a run is at `path`. A checkpoint has the same files, and a manifest; and as it
    /// has all that a run is, so has a folder of some.
    pub fn is_run(path: &Path) -> bool {
        let has = |name: &str| path.join(name).is_file();
        let is_whole = has(CONFIG) && has(VOCABULARY) && !has(checkpoint::MANIFEST);
        is_whole || !checkpoint::list(&path.join(CHECKPOINTS)).is_empty()
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder that it is in, with other runs.
    pub fn root(&self) -> PathBuf {
        match (self.path.file_name(), self.path.parent()) {
            (Some(_), Some(parent)) => parent.to_owned(),
            _ => self.path.join(".."), // of "." too
        }
    }

    /// The folder's name.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The folder of its checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        self.path.join(CHECKPOINTS)
    }

    /// Reads a network back, onto `device`. `tell` hears of checkpoints that could not be used.
    ///
    /// # Errors
    /// When there is no such checkpoint, or none that is whole.
    pub fn load(
        &self,
        choice: Choice,
        device: &Device,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<Trained, RunError> {
        let mut all = checkpoint::list(&self.checkpoints());
        let known = || all.iter().map(|(step, _)| *step);
        let (best, wanted) = match choice {
            Choice::Last => (None, None),
            Choice::Best => self.best(),
            Choice::Step(step) if known().any(|known| known == step) => (None, Some(step)),
            Choice::Step(step) => {
                let known = known().collect();
                return Err(RunError::NoSuchStep { path: self.path.clone(), step, known });
            }
        };
        // The best one is tried even where it is known to be damaged, as that is told then. Of the
        // others, the newest comes first.
        all.reverse();
        all.sort_by_key(|(step, _)| (Some(*step) != best, Some(*step) != wanted));
        if let Choice::Step(_) = choice {
            all.truncate(1);
        }
        let found = self.first_whole(all, tell, |_, step, files| {
            let checkpoint::Network { config, vocabulary, model } = network(&files, device)?;
            let text = progress(&files)?.text;
            Ok(Trained { step, config, vocabulary, model, text })
        })?;
        if let Some(step) = best.filter(|best| *best != found.step) {
            tell(Warning::BestLost { step, instead: found.step });
        }
        Ok(found)
    }

    /// The newest checkpoint that is whole.
    pub(super) fn newest(&self, tell: &mut dyn FnMut(Warning)) -> Result<Saved, RunError> {
        self.first_saved(checkpoint::list(&self.checkpoints()).into_iter().rev().collect(), tell)
    }

    fn first_saved(
        &self,
        candidates: Vec<(u64, PathBuf)>,
        tell: &mut dyn FnMut(Warning),
    ) -> Result<Saved, RunError> {
        self.first_whole(candidates, tell, |path, step, files| {
            let (config, progress) = (config(&files)?, progress(&files)?);
            if progress.step != step {
                return Err(format!("its progress is that of step {}", progress.step).into());
            }
            let vocabulary = vocabulary(&files)?;
            Ok(Saved { config, vocabulary, progress, path, files })
        })
    }

    /// The newest checkpoint that is whole and older than `step`.
    pub(super) fn newest_before(&self, step: u64, tell: &mut dyn FnMut(Warning)) -> Option<Saved> {
        let all = checkpoint::list(&self.checkpoints()).into_iter().rev();
        self.first_saved(all.filter(|(at, _)| *at < step).collect(), tell).ok()
    }

    /// What `parse` makes of the first of `candidates` that is whole.
    fn first_whole<T>(
        &self,
        candidates: Vec<(u64, PathBuf)>,
        tell: &mut dyn FnMut(Warning),
        parse: impl Fn(PathBuf, u64, Files) -> Result<T, Damage>,
    ) -> Result<T, RunError> {
        let mut problem = None;
        for (step, path) in candidates {
            let read = checkpoint::read(&path, step);
            match read.and_then(|files| parse(path.clone(), step, files)) {
                Ok(found) => return Ok(found),
                Err(Damage { newer: Some(wrote), .. }) => {
                    return Err(RunError::Newer { path, wrote });
                }
                Err(damage) => {
                    let message = damage.to_string();
                    tell(Warning::BadCheckpoint { path: path.clone(), message: message.clone() });
                    problem.get_or_insert(RunError::Damaged { path, message });
                }
            }
        }
        Err(problem.unwrap_or_else(|| RunError::Damaged {
            path: self.checkpoints(),
            message: "there is no checkpoint in it".into(),
        }))
    }

    /// The step of the best evaluation, as the newest checkpoint that is whole knows it; and that of
    /// the best network that is there.
    pub(super) fn best(&self) -> (Option<u64>, Option<u64>) {
        let all = checkpoint::list(&self.checkpoints());
        let progress = |(step, path): &(u64, PathBuf)| {
            Some((*step, checkpoint::progress(&checkpoint::read(path, *step).ok()?).ok()?.best?))
        };
        let Some((_, best)) = all.iter().rev().find_map(progress) else { return (None, None) };
        let is_there = |(step, path): &&(u64, PathBuf)| {
            *step == best.step && checkpoint::read(path, *step).is_ok()
        };
        if all.iter().any(|checkpoint| is_there(&checkpoint)) {
            return (Some(best.step), Some(best.step));
        }
        // Each knows the best so far, which may be itself.
        let bests = all.iter().filter_map(progress).filter(|(step, best)| *step == best.step);
        let least = bests.min_by(|(_, a), (_, b)| a.nats.total_cmp(&b.nats));
        (Some(best.step), least.map(|(step, _)| step))
    }
}

/// When the run at `path` was trained last: whoever does adds to its metrics, or has cut them.
fn used(path: &Path) -> Option<std::time::SystemTime> {
    let modified = |name: &str| path.join(name).metadata().ok()?.modified().ok();
    [CONFIG, super::files::METRICS].into_iter().filter_map(modified).max()
}

/// The run folders under `root`, the one that was trained last at the end.
fn runs(root: &Path) -> Vec<(std::time::SystemTime, PathBuf)> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut runs: Vec<_> = entries
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .filter(|path| path.join(CHECKPOINTS).is_dir() && RunDir::is_run(path))
        .filter_map(|path| used(&path).map(|used| (used, path)))
        .collect();
    runs.sort();
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_a_folder_of_texts_knows_a_run_by_its_files() {
        assert_eq!(charnn_data::RUN_FILES, [CONFIG, VOCABULARY, CHECKPOINTS]);
    }
}
