//! A run that this process alone writes to.

use crate::checkpoint::{self, CONFIG, Damage, PROGRESS, VOCABULARY};
use crate::folder::{Lock, Whereabouts, fill, open_to_others, place};
use crate::rows::Log;
use crate::{
    CheckpointSelector, Disk, LoadedCheckpoint, MetricRow, Progress, RunDir, RunError, RunId,
    RunWarning, SampleRow,
};
use std::path::{Path, PathBuf};

/// All of a run at a step, as bytes.
#[derive(Debug, Clone)]
pub struct Content {
    /// The configuration, as TOML.
    pub config: Vec<u8>,
    /// The vocabulary, as JSON.
    pub vocabulary: Vec<u8>,
    /// The tensor files, with their names.
    pub tensors: Vec<(&'static str, Vec<u8>)>,
    /// How far the run is.
    pub progress: Progress,
}

impl Content {
    /// How many bytes a checkpoint of it has, apart from the manifest.
    pub fn bytes(&self) -> u64 {
        self.files().iter().map(|(_, bytes)| bytes.len() as u64).sum()
    }

    /// The files of a checkpoint.
    pub(crate) fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        let texts = [
            (CONFIG, self.config.clone()),
            (VOCABULARY, self.vocabulary.clone()),
            (PROGRESS, self.progress.to_bytes()),
        ];
        self.tensors.iter().cloned().chain(texts).collect()
    }
}

/// A run that this process alone writes to.
#[derive(Debug)]
pub struct RunWriter {
    dir: RunDir,
    id: RunId,
    log: Log,
    disk: Disk,
    /// The step of the checkpoint that was written or read last. Checkpoints that are newer cannot be
    /// used.
    newest: u64,
    /// The step of the best network on the disk.
    best: Option<u64>,
    /// The configuration of that newest checkpoint; empty where it is not known.
    config: Vec<u8>,
    lock: Lock,
}

impl RunWriter {
    /// Makes the folder of a new run under `root`, with its first checkpoint. It appears as a whole or
    /// not at all, and locked. Without a `name` the run is called `base` with date and time. Takes the same
    /// time however many runs there are; [`crate::sweep`] removes what dead processes left.
    ///
    /// # Errors
    /// When the name is taken or the folder cannot be written.
    pub fn create(
        root: &Path,
        name: &str,
        base: &str,
        start: &Content,
        disk: Disk,
    ) -> Result<Self, RunError> {
        std::fs::create_dir_all(root).map_err(|error| RunError::create(root, error))?;
        if !name.is_empty() && root.join(name).exists() {
            return Err(RunError::Exists { path: root.join(name) });
        }
        let temporary = tempfile::Builder::new().prefix(".tmp-").tempdir_in(root);
        let temporary = temporary.map_err(|error| RunError::create_inside(root, &error))?;
        let inside = temporary.path();
        let failed = |error| RunError::create(root, error);
        open_to_others(inside).map_err(failed)?;
        let id = RunId::random();
        fill(&disk, inside, &id, start).and_then(|()| disk.sync_folder(inside)).map_err(failed)?;
        // No other process can lock it under its final name. On Windows a folder with open files cannot be
        // renamed.
        let lock = if cfg!(windows) { None } else { Some(Lock::take(&disk, inside)?) };
        let path = place(&disk, inside, root, name, base)?;
        let _ = temporary.keep(); // it has another name by now
        disk.sync_folder(root).map_err(failed)?;
        let lock = match lock {
            Some(lock) => lock,
            None => Lock::take(&disk, &path)?,
        };
        let mut log = Log::open(&path, disk.clone())?;
        log.cut(&start.progress, &mut |_| ())?;
        let (newest, config) = (start.progress.step, start.config.clone());
        Ok(Self { dir: RunDir::at(path), id, log, disk, newest, best: None, config, lock })
    }

    /// Opens a run to continue it from its newest checkpoint that can be used. Others are reported to
    /// `tell`. Nothing is changed before [`RunWriter::continue_from`].
    ///
    /// # Errors
    /// When another process writes to it, or no checkpoint can be used.
    pub fn resume(
        dir: RunDir,
        disk: Disk,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<(Self, LoadedCheckpoint), RunError> {
        let lock = Lock::take(&disk, dir.path())?;
        let loaded = dir.load_with(CheckpointSelector::Last, Ok, tell)?;
        let log = Log::open(dir.path(), disk.clone())?;
        let known = RunId::of_folder(dir.path()).or_else(|| loaded.run.clone());
        let id = known.unwrap_or_else(RunId::random);
        let newest = loaded.progress.step;
        let config = loaded.files.get(CONFIG).cloned().unwrap_or_default();
        Ok((Self { dir, id, log, disk, newest, best: None, config, lock }, loaded))
    }

    /// The folder.
    pub fn dir(&self) -> &RunDir {
        &self.dir
    }

    /// What `parse` makes of the newest checkpoint before `step`.
    ///
    /// # Errors
    /// When none can be used.
    pub fn older<T>(
        &self,
        step: u64,
        parse: impl Fn(LoadedCheckpoint) -> Result<T, Damage>,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<T, RunError> {
        self.dir.load_before(step, parse, tell)
    }

    /// Prepares the folder for training from `progress`, that of a checkpoint on the disk: rows written
    /// since are removed, and so is what writers that died have left.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn continue_from(
        &mut self,
        progress: &Progress,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<(), RunError> {
        if self.newest != progress.step {
            (self.newest, self.config) = (progress.step, Vec::new()); // it may differ in an older one
        }
        self.best = self.dir.best_step();
        self.log.cut(progress, tell)?;
        // Neither is needed for training.
        if RunId::of_folder(self.dir.path()).is_none() {
            let _ = self.id.write(&self.disk, self.dir.path());
        }
        let _ = checkpoint::sweep(&self.disk, &self.dir.checkpoints());
        Ok(())
    }

    /// Prepares the folder for another attempt from `progress`, that of an older checkpoint. The branch
    /// that is abandoned goes here: first its checkpoints, then its rows. A process that dies in between
    /// leaves either branch as it was. The best network of the abandoned branch no longer counts.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub fn roll_back(
        &mut self,
        progress: &mut Progress,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<(), RunError> {
        self.stay_home(tell)?;
        let folder = self.dir.checkpoints();
        checkpoint::remove_newer(&self.disk, &folder, progress.step)
            .and_then(|()| self.disk.sync_folder(&folder))
            .map_err(|error| RunError::write(&folder, error))?;
        self.newest = progress.step;
        self.best = self.dir.best_step();
        progress.best = progress.best.filter(|best| Some(best.step) == self.best);
        self.log.cut(progress, tell)
    }

    /// Appends a training step or an evaluation.
    ///
    /// # Errors
    /// When the disk does not take it; the row is kept and tried again.
    pub fn metric(&mut self, row: &MetricRow) -> Result<(), RunError> {
        self.log.metric(row)
    }

    /// Appends a sample.
    ///
    /// # Errors
    /// When the disk does not take it; the row is kept and tried again.
    pub fn sample(&mut self, row: &SampleRow) -> Result<(), RunError> {
        self.log.sample(row)
    }

    /// Notes in `progress` how long the files of rows are now, for a checkpoint of this moment.
    pub fn mark(&self, progress: &mut Progress) {
        self.log.mark(progress);
    }

    /// Whether the newest checkpoint has this configuration.
    pub fn has_config(&self, config: &[u8]) -> bool {
        self.config == config
    }

    /// Writes a checkpoint of a moment that was marked, and prunes older ones to `keep_last`. On a full
    /// disk other checkpoints make room, except the newest that can be used and the best. A folder that
    /// was renamed is followed.
    ///
    /// # Errors
    /// When the disk does not take it, or the folder was moved away and another has its name
    /// ([`RunError::Replaced`]); the other is not touched.
    pub fn save(
        &mut self,
        content: &Content,
        keep_last: usize,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<(), RunError> {
        self.stay_home(tell)?;
        let files = content.files();
        let step = content.progress.step;
        match self.write(step, &files) {
            Err(error) if error.is_full_disk() && self.make_room(&files)? => {
                self.write(step, &files)?;
            }
            written => written?,
        }
        self.newest = self.newest.max(step);
        let folder = self.dir.checkpoints();
        if let Some(best) = content.progress.best
            && checkpoint::list(&folder).is_ok_and(|all| all.iter().any(|it| it.0 == best.step))
        {
            self.best = Some(best.step);
        }
        // The checkpoint is there. What fails now is tried again the next time.
        if self.stay_home(tell).is_err() {
            return Ok(());
        }
        if self.config != content.config
            && self.disk.replace(&self.dir.path().join(CONFIG), &content.config).is_ok()
        {
            self.config.clone_from(&content.config);
        }
        let folder = self.dir.checkpoints();
        let _ = checkpoint::remove_newer(&self.disk, &folder, self.newest)
            .and_then(|()| self.prune_to(keep_last))
            .and_then(|()| checkpoint::sweep(&self.disk, &folder));
        Ok(())
    }

    /// Prunes checkpoints to the newest `keep_last` and the best, as [`RunWriter::save`] does.
    ///
    /// # Errors
    /// When one cannot be removed, or the folder is no longer this run's.
    pub fn prune(
        &mut self,
        keep_last: usize,
        tell: &mut dyn FnMut(RunWarning),
    ) -> Result<(), RunError> {
        self.stay_home(tell)?;
        self.prune_to(keep_last).map_err(|error| RunError::write(&self.dir.checkpoints(), error))
    }

    /// Writes a run that can be continued into a new folder for temporary files: the last resort.
    pub fn save_elsewhere(&self, content: &Content) -> Option<PathBuf> {
        let folder = tempfile::Builder::new().prefix("charnn-").tempdir().ok()?;
        let mut content = content.clone();
        self.log.copy(folder.path(), &mut content.progress);
        fill(&Disk::default(), folder.path(), &self.id, &content).ok()?;
        Some(folder.keep())
    }

    fn prune_to(&self, keep_last: usize) -> std::io::Result<()> {
        let folder = self.dir.checkpoints();
        checkpoint::prune(&self.disk, &folder, self.newest, keep_last, self.best.as_slice())
    }

    fn write(&mut self, step: u64, files: &[(&str, Vec<u8>)]) -> Result<(), RunError> {
        self.log.sync()?;
        let folder = self.dir.checkpoints();
        checkpoint::write(&self.disk, &folder, Some(&self.id), step, files)
            .map_err(|error| RunError::write(&folder, error))
    }

    /// Whether there may be enough space for a checkpoint now.
    fn make_room(&self, files: &[(&str, Vec<u8>)]) -> Result<bool, RunError> {
        let needed = checkpoint::needed_room(files);
        let mut keep = vec![self.newest];
        keep.extend(self.best);
        let folder = self.dir.checkpoints();
        checkpoint::make_room(&self.disk, &folder, needed, &keep)
            .map_err(|error| RunError::write(&folder, error))
    }

    /// Makes sure that the folder at the run's path is the one that this process has locked. Follows a
    /// folder that was renamed.
    fn stay_home(&mut self, tell: &mut dyn FnMut(RunWarning)) -> Result<(), RunError> {
        let path = self.dir.path();
        match self.lock.find(path).map_err(|error| RunError::write(path, error))? {
            // Without its folder, the operation that follows fails.
            Whereabouts::Same | Whereabouts::Gone => {}
            Whereabouts::Unlocked => self.lock = Lock::take(&self.disk, path)?,
            Whereabouts::Moved(to) => {
                let from = path.to_owned();
                self.log.follow(&to);
                self.dir = RunDir::at(to.clone());
                tell(RunWarning::Moved { from, to });
            }
            Whereabouts::Replaced => return Err(RunError::Replaced { path: path.to_owned() }),
        }
        Ok(())
    }
}
