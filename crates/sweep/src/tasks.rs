//! Outcomes of trainings that other programs start, such as the jobs of an array: a file for each, because several
//! machines may write at the same time.

use crate::{LedgerError, Outcome, Trial};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The folder of the outcomes of one sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tasks {
    folder: PathBuf,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    trial: Trial,
    outcome: Outcome,
}

impl Tasks {
    /// The outcomes in `folder`, which need not exist.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Records how training `number` ended, in place of an earlier outcome.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn record(
        &self,
        number: usize,
        trial: &Trial,
        outcome: Outcome,
    ) -> Result<(), LedgerError> {
        let path = self.path(number);
        let failed = |source| LedgerError::File { path: path.clone(), source };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(failed)?;
        let record = Record { trial: trial.clone(), outcome };
        let text = serde_json::to_string_pretty(&record).map_err(|it| failed(it.into()))?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        file.persist(&path).map(drop).map_err(|error| failed(error.error))
    }

    /// How training `number` ended, if that is recorded for this `trial`.
    pub fn outcome(&self, number: usize, trial: &Trial) -> Option<Outcome> {
        let bytes = std::fs::read(self.path(number)).ok()?;
        let record: Record = serde_json::from_slice(&bytes).ok()?;
        (record.trial == *trial).then_some(record.outcome)
    }

    fn path(&self, number: usize) -> PathBuf {
        Path::new(&self.folder).join(format!("{number}.json"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    #[test]
    fn an_outcome_is_that_of_its_trial_only() {
        let folder = tempfile::tempdir().unwrap();
        let tasks = Tasks::new(folder.path().join("sub"));
        let trial = |seed| Trial { point: 0, seed, settings: vec![("a".into(), "1".into())] };
        assert_eq!(tasks.outcome(3, &trial(1)), None);
        tasks.record(3, &trial(1), Outcome::Failed(7)).unwrap();
        tasks.record(3, &trial(1), Outcome::Completed).unwrap();
        assert_eq!(tasks.outcome(3, &trial(1)), Some(Outcome::Completed));
        assert_eq!(tasks.outcome(3, &trial(2)), None);
        assert_eq!(tasks.outcome(4, &trial(1)), None);
        std::fs::write(folder.path().join("sub/3.json"), "{").unwrap();
        assert_eq!(tasks.outcome(3, &trial(1)), None);
    }
}
