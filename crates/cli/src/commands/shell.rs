//! `charnn completions` and `charnn man`: scripts for shells and manual pages, made from the flags.

use crate::args::Arguments;
use crate::failure::Failure;
use crate::help::{Look, translated};
use crate::output::{OutputError, data};
use crate::terminal::Terminal;
use charnn_data::DataError;
use charnn_message::{shown, text};
use clap::{Command, CommandFactory};
use std::path::Path;

/// Prints the script that completes commands and flags in `shell`.
pub(crate) fn completions(shell: clap_complete::Shell, terminal: &Terminal) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(terminal), "charnn", &mut script);
    Ok(data(&String::from_utf8_lossy(&script))?)
}

/// All commands with their help.
fn command(terminal: &Terminal) -> Command {
    let look = Look { language: terminal.language, width: None, long: true };
    translated(Arguments::command(), look)
}

/// Writes a page for every command into `folder`, or prints that of the program.
pub(crate) fn manual(folder: Option<&Path>, terminal: &Terminal) -> Result<(), Failure> {
    let command = command(terminal);
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).map_err(OutputError::from)?;
        return Ok(data(&String::from_utf8_lossy(&page))?);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .map_err(|source| DataError::Output { path: folder.to_owned(), source })?;
    let first = shown(&folder.join("charnn.1"));
    terminal.note(&text!(en: "Read it with: man -l {first}", zh: "查看：man -l {first}"));
    Ok(data(&format!("{}\n", folder.display()))?)
}
