//! `charnn runs rm` and `charnn runs gc`.

use super::Problem;
use super::chosen::{all, found};
use crate::args::runs::{GcArguments, RmArguments};
use crate::failure::Failure;
use crate::messages::{run_folder, runs};
use crate::output::data;
use crate::terminal::Terminal;
use charnn_runs::{Disk, RunDir, RunError, folder_bytes, garbage};

pub(super) fn rm(arguments: &RmArguments, terminal: &Terminal) -> Result<(), Failure> {
    let chosen = found(&arguments.names, &arguments.runs)?;
    let bytes = chosen.iter().map(|run| folder_bytes(run.path())).sum();
    if !arguments.yes {
        let names: Vec<String> = chosen.iter().map(RunDir::name).collect();
        terminal.warning(&runs::confirm(&names, bytes));
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        if read.is_err() || !["y", "yes", "是"].contains(&answer.trim().to_lowercase().as_str()) {
            return Err(Problem::NotConfirmed.into());
        }
    }
    for run in chosen {
        let path = run.path().to_owned();
        run.remove(&Disk::default()).map_err(|error| match error {
            RunError::Locked { .. } => Problem::InUse(error).into(),
            error => Failure::Run(error),
        })?;
        terminal.note(&runs::deleted(&path));
    }
    Ok(())
}

pub(super) fn gc(arguments: &GcArguments, terminal: &Terminal) -> Result<(), Failure> {
    all(&arguments.runs)?; // the folder exists
    let GcArguments { keep_last, dry_run, runs: root } = arguments;
    let mut tell = |error: RunError| terminal.warning(&run_folder::left_alone(&error));
    let found = garbage(root, *keep_last, !dry_run, &Disk::default(), &mut tell);
    let lines = found.iter().map(|it| format!("{}\n", it.path.display()));
    data(&lines.collect::<String>())?;
    let bytes = found.iter().map(|it| it.bytes).sum();
    terminal.note(&runs::freed(bytes, *dry_run));
    Ok(())
}
