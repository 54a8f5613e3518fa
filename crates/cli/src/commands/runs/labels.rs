//! `charnn runs tag` and `charnn runs note`.

use crate::args::runs::{NoteArguments, TagArguments};
use crate::failure::Failure;
use crate::messages::runs;
use crate::output::data;
use crate::terminal::Terminal;
use charnn_runs::RunDir;

pub(super) fn tag(arguments: &TagArguments, terminal: &Terminal) -> Result<(), Failure> {
    let run = RunDir::find(&arguments.run, &arguments.runs)?;
    let mut labels = run.labels()?;
    if arguments.remove {
        labels.tags.retain(|tag| !arguments.tags.contains(tag));
    } else {
        labels.tags.extend(arguments.tags.iter().cloned());
    }
    run.set_labels(&labels)?;
    terminal.note(&runs::tags(&run.name(), &labels));
    Ok(())
}

pub(super) fn note(arguments: &NoteArguments, terminal: &Terminal) -> Result<(), Failure> {
    let run = RunDir::find(&arguments.run, &arguments.runs)?;
    let mut labels = run.labels()?;
    let Some(note) = &arguments.note else {
        if !labels.note.is_empty() {
            data(&format!("{}\n", labels.note))?;
        }
        return Ok(());
    };
    labels.note.clone_from(note);
    run.set_labels(&labels)?;
    terminal.note(&runs::noted(&run.name(), note.is_empty()));
    Ok(())
}
