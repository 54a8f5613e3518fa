//! What a sweep consists of and which of its trainings have ended: a file that survives a kill.

use crate::{Halving, Trial};
use charnn_message::{Describe, Message, Text, display, shown, text};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Error, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// How a training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It came to its end.
    Completed,
    /// It failed with this exit code.
    Failed(i32),
}

/// The trainings of a sweep with their outcomes.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    content: Content,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// What is trained, as it was named.
    sources: Vec<PathBuf>,
    trials: Vec<Trial>,
    /// Of every trial, once it has ended.
    outcomes: Vec<Option<Outcome>>,
    /// Where trials are compared before their end, if at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    halving: Option<Halving>,
    /// The comparisons that each trial was sent to; empty without halving.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sent: Vec<usize>,
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system reported.
        source: Error,
    },
    /// It makes no sense.
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// It belongs to another sweep with the same name.
    Other {
        /// The file.
        path: PathBuf,
    },
}

display!(LedgerError);

impl Describe for LedgerError {
    fn describe(&self) -> Message {
        match self {
            Self::File { path, source } => {
                let (path, why) = (shown(path), Text::from(source));
                Message::new(
                    "sweep/file",
                    text!(
                        en: ("cannot use {path}: {}", why.english),
                        zh: ("无法使用 {path}：{}", why.chinese)
                    ),
                )
            }
            Self::Damaged { path } => {
                let path = shown(path);
                Message::new("sweep/damaged", text!(en: "{path} is damaged", zh: "{path} 已损坏"))
                    .hint(text!(
                        en: "delete it: finished runs are found again by their names",
                        zh: "请删除它：已完成的训练记录会按名称重新找到"
                    ))
            }
            Self::Other { path } => {
                let path = shown(path);
                Message::new(
                    "sweep/other",
                    text!(
                        en: "{path} records a sweep over other settings",
                        zh: "{path} 记录的是另一组设置的扫描"
                    ),
                )
                .hint(text!(
                    en: "give this sweep another name, or delete the file",
                    zh: "请给这次扫描换一个名称，或删除该文件"
                ))
            }
        }
    }
}

impl Ledger {
    /// The ledger at `path`: a new one, or the one that is there, if it is for the same trainings.
    ///
    /// # Errors
    /// When it cannot be read or written, or is for others.
    pub fn open(
        path: &Path,
        sources: &[PathBuf],
        trials: &[Trial],
        halving: Option<Halving>,
    ) -> Result<Self, LedgerError> {
        let wanted = Content {
            sources: sources.to_vec(),
            trials: trials.to_vec(),
            outcomes: vec![None; trials.len()],
            halving,
            sent: halving.map_or_else(Vec::new, |_| vec![0; trials.len()]),
        };
        let content = match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => wanted,
            Err(source) => return Err(LedgerError::File { path: path.to_owned(), source }),
            Ok(bytes) => {
                let damaged = || LedgerError::Damaged { path: path.to_owned() };
                let found: Content = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
                let is_same = (&found.sources, &found.trials) == (&wanted.sources, &wanted.trials);
                if !is_same || found.halving != wanted.halving {
                    return Err(LedgerError::Other { path: path.to_owned() });
                }
                let lengths = (found.outcomes.len(), found.sent.len());
                if lengths != (wanted.outcomes.len(), wanted.sent.len()) {
                    return Err(damaged());
                }
                found
            }
        };
        let ledger = Self { path: path.to_owned(), content };
        ledger.write()?;
        Ok(ledger)
    }

    /// How each training ended, `None` before.
    pub fn outcomes(&self) -> &[Option<Outcome>] {
        &self.content.outcomes
    }

    /// The comparisons that a training was sent to so far. 0 without halving.
    ///
    /// # Panics
    /// When there is no such training.
    pub fn sent(&self, trial: usize) -> usize {
        assert!(trial < self.content.trials.len(), "training {trial}");
        self.content.sent.get(trial).copied().unwrap_or(0)
    }

    /// Records that a training was sent to `comparison`, counted from 0. Without halving, does nothing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn send(&mut self, trial: usize, comparison: usize) -> Result<(), LedgerError> {
        match self.content.sent.get_mut(trial) {
            Some(sent) => *sent = comparison + 1,
            None => return Ok(()),
        }
        self.write()
    }

    /// Records how a training ended.
    ///
    /// # Errors
    /// When the file cannot be written.
    ///
    /// # Panics
    /// When there is no such training.
    pub fn record(&mut self, trial: usize, outcome: Outcome) -> Result<(), LedgerError> {
        self.content.outcomes[trial] = Some(outcome);
        self.write()
    }

    /// Replaces the file as a whole.
    fn write(&self) -> Result<(), LedgerError> {
        let failed = |source| LedgerError::File { path: self.path.clone(), source };
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let text = serde_json::to_string_pretty(&self.content).map_err(|it| failed(it.into()))?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        let file: Result<File, _> = file.persist(&self.path);
        file.map(drop).map_err(|error| failed(error.error))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    fn trial(value: &str) -> Trial {
        Trial { point: 0, seed: 1, settings: vec![("a".into(), value.into())] }
    }

    #[test]
    fn outcomes_outlive_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/x.json");
        let (sources, trials) = (["novel.txt".into()], [trial("1"), trial("2")]);
        let mut ledger = Ledger::open(&path, &sources, &trials, None).unwrap();
        assert_eq!(ledger.outcomes(), [None, None]);
        ledger.record(1, Outcome::Failed(7)).unwrap();
        let again = Ledger::open(&path, &sources, &trials, None).unwrap();
        assert_eq!(again.outcomes(), [None, Some(Outcome::Failed(7))]);
    }

    #[test]
    fn where_trainings_were_sent_outlives_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        let (trials, halving) = ([trial("1"), trial("2")], Halving { steps: 10, reduction: 3 });
        let mut ledger = Ledger::open(&path, &[], &trials, Some(halving)).unwrap();
        ledger.send(1, 0).unwrap();
        ledger.send(1, 1).unwrap();
        let again = Ledger::open(&path, &[], &trials, Some(halving)).unwrap();
        assert_eq!([again.sent(0), again.sent(1)], [0, 2]);
        let other = Some(Halving { steps: 20, ..halving });
        for other in [None, other] {
            let error = Ledger::open(&path, &[], &trials, other).unwrap_err();
            assert!(matches!(error, LedgerError::Other { .. }), "{error}");
        }
    }

    #[test]
    fn another_sweep_and_a_damaged_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        Ledger::open(&path, &[], &[trial("1")], None).unwrap();
        let other = Ledger::open(&path, &[], &[trial("2")], None).unwrap_err();
        assert!(matches!(other, LedgerError::Other { .. }), "{other}");
        std::fs::write(&path, "{").unwrap();
        let damaged = Ledger::open(&path, &[], &[trial("1")], None).unwrap_err();
        assert!(matches!(damaged, LedgerError::Damaged { .. }), "{damaged}");
        let folder = Ledger::open(folder.path(), &[], &[trial("1")], None).unwrap_err();
        assert!(matches!(folder, LedgerError::File { .. }), "{folder}");
    }
}
