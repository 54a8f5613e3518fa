//! `charnn runs`: list, compare, label and clean up runs.

mod cleanup;
mod compare;
mod labels;
mod list;
mod problem;
mod verify;

pub(crate) use problem::Problem;

use crate::args::runs::{RunsCommand, SelectionArguments};
use crate::failure::Failure;
use crate::terminal::Terminal;
use charnn_runs::{Entry, Filter, RunDir, RunError, catalog};
use std::io::ErrorKind;
use std::path::Path;

pub(crate) fn run(command: &RunsCommand, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        RunsCommand::List(arguments) => list::list(arguments, terminal),
        RunsCommand::Compare(arguments) => compare::run(arguments, terminal),
        RunsCommand::Best(arguments) => list::best(arguments),
        RunsCommand::Tag(arguments) => labels::tag(arguments, terminal),
        RunsCommand::Note(arguments) => labels::note(arguments, terminal),
        RunsCommand::Verify(arguments) => verify::run(arguments, terminal),
        RunsCommand::Rm(arguments) => cleanup::rm(arguments, terminal),
        RunsCommand::Gc(arguments) => cleanup::gc(arguments, terminal),
    }
}

/// Everything in the folder of all runs.
fn all(root: &Path) -> Result<Vec<Entry>, Failure> {
    catalog(root).map_err(|error| match error {
        RunError::Read { source, .. } if source.kind() == ErrorKind::NotFound => {
            Problem::NoRuns { root: root.to_owned() }.into()
        }
        error => error.into(),
    })
}

/// Those that were asked for.
fn selected(arguments: &SelectionArguments) -> Result<Vec<Entry>, Failure> {
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
fn found(names: &[String], root: &Path) -> Result<Vec<RunDir>, Failure> {
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
