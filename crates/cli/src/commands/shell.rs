//! `charnn completions` and `charnn man`: what shells and `man` want to know, made from the flags.

use crate::args::Arguments;
use crate::failure::Failure;
use crate::output::{OutputError, data};
use crate::terminal::Terminal;
use charnn_data::DataError;
use charnn_message::{shown, text};
use clap::CommandFactory;
use std::path::Path;

/// Prints the script that completes commands and flags in `shell`.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "charnn", &mut script);
    Ok(data(&String::from_utf8_lossy(&script))?)
}

/// Writes a page for every command into `folder`, or prints that of the program.
pub(crate) fn manual(folder: Option<&Path>, terminal: &Terminal) -> Result<(), Failure> {
    let command = Arguments::command();
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
