//! One folder of the list.

use super::{Labels, Measured};
use crate::checkpoint::{self, CONFIG, PROGRESS, Progress};
use crate::folder::{not_a_file, used};
use crate::{CHECKPOINTS, RunDir};
use charnn_config::RunConfig;
use charnn_message::{Describe, Text, text};
use std::fs::{File, TryLockError};
use std::io::{Error, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The most bytes of a configuration or a progress file.
const MOST_BYTES: u64 = 1 << 20;

/// A folder beside other runs.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The folder.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// What it is.
    pub state: State,
    /// The configuration, where it can be read.
    pub config: Option<RunConfig>,
    /// What the run has achieved.
    pub measured: Measured,
    /// Tags and note.
    pub labels: Labels,
    /// BLAKE3 of the text, as hexadecimal, where a checkpoint names it.
    pub text: Option<String>,
    /// When the run was last trained.
    pub modified: Option<SystemTime>,
    /// The configuration as tables.
    pub(super) values: toml::Table,
}

/// What a folder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// A run that no process writes to.
    Idle,
    /// A run that is being trained.
    Training,
    /// A run of which a part is missing or makes no sense.
    Damaged(Text),
    /// Not a run.
    Foreign,
}

impl State {
    /// The word for it in JSON, CSV and filters: `idle`, `training`, `damaged` or `foreign`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Training => "training",
            Self::Damaged(_) => "damaged",
            Self::Foreign => "foreign",
        }
    }
}

impl Entry {
    /// Reads the folder at `path`. Nothing that is wrong with it is an error.
    pub(crate) fn read(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut entry = Self {
            path: path.to_owned(),
            name,
            state: State::Idle,
            config: None,
            measured: Measured::default(),
            labels: Labels::default(),
            text: None,
            modified: used(path),
            values: toml::Table::new(),
        };
        if !path.join(CHECKPOINTS).exists() && !RunDir::is_run(path) {
            entry.state = State::Foreign;
            return entry;
        }
        if let Err(problem) = entry.fill() {
            entry.state = State::Damaged(problem);
        } else if is_locked(path) {
            entry.state = State::Training;
        }
        entry
    }

    /// Whether it is a run, damaged or not.
    pub fn is_run(&self) -> bool {
        self.state != State::Foreign
    }

    /// The run; `None` if it is not one.
    pub fn run(&self) -> Option<RunDir> {
        self.is_run().then(|| RunDir::at(self.path.clone()))
    }

    /// The date and time of the last training, in local time: `2026-05-04 18:30`.
    pub fn modified_locally(&self) -> Option<String> {
        let time = jiff::Timestamp::try_from(self.modified?).ok()?;
        let local = time.to_zoned(jiff::tz::TimeZone::system());
        Some(local.strftime("%Y-%m-%d %H:%M").to_string())
    }

    /// The same in UTC, as RFC 3339 writes it.
    pub(super) fn modified_in_utc(&self) -> Option<String> {
        let time = jiff::Timestamp::try_from(self.modified?).ok()?;
        Some(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    /// Characters that a training step reads, from the configuration. The last step of an epoch may read
    /// fewer.
    pub fn characters_per_step(&self) -> Option<u64> {
        let train = &self.config.as_ref()?.train;
        let row = train.seq_length as u64;
        let batch = row.saturating_mul(train.batch_size as u64);
        Some(batch.saturating_mul(train.gradient_accumulation))
    }

    /// Reads the parts. The first problem is returned when everything that can be read has been read.
    fn fill(&mut self) -> Result<(), Text> {
        let config = self.config();
        let progress = self.progress();
        let known = progress.as_ref().ok().and_then(Option::as_ref);
        let measured = Measured::read(&self.path, known);
        let labels = Labels::read(&self.path);
        self.text = known.map(|it| it.text.clone());
        if let Ok(measured) = &measured {
            self.measured = measured.clone();
        }
        if let Ok(labels) = &labels {
            self.labels = labels.clone();
        }
        config?;
        if progress?.is_none() {
            return Err(text!(en: "no checkpoint", zh: "没有检查点"));
        }
        measured?;
        labels.map(drop).map_err(|error| error.describe().message)
    }

    fn config(&mut self) -> Result<(), Text> {
        let bytes = small_file(&self.path.join(CONFIG), MOST_BYTES)
            .map_err(|error| of_file(CONFIG, &Text::from(&error)))?;
        let config = RunConfig::from_run_file(&bytes)
            .map_err(|error| of_file(CONFIG, &error.messages().swap_remove(0).message))?;
        self.values = toml::Table::try_from(&config).expect("a configuration is plain TOML");
        self.config = Some(config);
        Ok(())
    }

    /// That of the newest checkpoint; `None` if there is no checkpoint.
    fn progress(&self) -> Result<Option<Progress>, Text> {
        let all = checkpoint::list(&self.path.join(CHECKPOINTS))
            .map_err(|error| of_file(CHECKPOINTS, &Text::from(&error)))?;
        let Some((_, newest)) = all.last() else { return Ok(None) };
        let bytes = small_file(&newest.join(PROGRESS), MOST_BYTES)
            .map_err(|error| of_file(PROGRESS, &Text::from(&error)))?;
        let progress = toml::from_slice(&bytes);
        let why = |error: toml::de::Error| of_file(PROGRESS, &Text::verbatim(error.message()));
        progress.map(Some).map_err(why)
    }
}

/// What is wrong with a file.
pub(super) fn of_file(name: &str, why: &Text) -> Text {
    text!(en: ("{name}: {}", why.english), zh: ("{name}：{}", why.chinese))
}

/// The content of a regular file of at most `most` bytes.
pub(super) fn small_file(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let about = path.metadata()?;
    if !about.is_file() {
        return Err(not_a_file()); // a pipe would block
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether another process writes to the run.
fn is_locked(path: &Path) -> bool {
    let path = path.join(crate::folder::LOCK);
    let is_file = path.metadata().is_ok_and(|about| about.is_file());
    let Some(file) = is_file.then(|| File::open(path).ok()).flatten() else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}
