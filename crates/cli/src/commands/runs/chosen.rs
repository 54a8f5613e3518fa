//! Which runs a command is about.

use super::problem::Problem;
use crate::args::runs::SelectionArguments;
use crate::failure::Failure;
use charnn_runs::{Entry, Filter, RunDir, RunError, catalog};
use std::io::ErrorKind;
use std::path::Path;

/// Everything in the folder of all runs.
pub(super) fn all(root: &Path) -> Result<Vec<Entry>, Failure> {
    catalog(root).map_err(|error| match error {
        RunError::Read { source, .. } if source.kind() == ErrorKind::NotFound => {
            Problem::NoRuns { root: root.to_owned() }.into()
        }
        error => error.into(),
    })
}

/// Those that were asked for.
pub(super) fn selected(arguments: &SelectionArguments) -> Result<Vec<Entry>, Failure> {
    let filters: Vec<Filter> = arguments
        .conditions
        .iter()
        .map(|condition| Filter::parse(condition))
        .collect::<Result<_, _>>()
        .map_err(Problem::from)?;
    let mut entries = all(&arguments.runs)?;
    entries.retain(|entry| {
        filters.iter().all(|filter| filter.holds(entry))
            && arguments.tag.iter().all(|tag| entry.labels.tags.contains(tag))
    });
    Ok(entries)
}

/// The runs called `names`, each once.
pub(crate) fn found(names: &[String], root: &Path) -> Result<Vec<RunDir>, Failure> {
    let mut runs: Vec<RunDir> = Vec::new();
    for name in names {
        let run = RunDir::find(name, root)?;
        let place = |run: &RunDir| run.path().canonicalize().ok();
        if runs.iter().all(|known| place(known) != place(&run)) {
            runs.push(run);
        }
    }
    Ok(runs)
}
