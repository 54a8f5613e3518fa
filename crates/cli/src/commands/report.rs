//! `charnn report`: a page about runs.

mod novelty;

use crate::args::report::ReportArguments;
use crate::commands::runs::found;
use crate::failure::Failure;
use crate::messages::{report as say, word};
use crate::output::data;
use crate::terminal::Terminal;
use charnn_data::DataError;
use charnn_report::{MARK, ReportedRun, Reproduction, report};
use charnn_runs::{RunDir, begins_with, write_file};
use std::io::ErrorKind;
use std::path::Path;

pub(crate) fn run(arguments: &ReportArguments, terminal: &Terminal) -> Result<(), Failure> {
    let ReportArguments { names, output, force, novelty, runs } = arguments;
    let chosen = found(names, runs)?;
    let mut read = read(&chosen, terminal);
    novelty::compare(&mut read, &chosen, *novelty, terminal);
    let how: Vec<Reproduction> = read.iter().map(reproduction).collect();
    let page = report(&read, &how, terminal.language);
    write(&page, output, *force, terminal)
}

/// The runs as a report shows them. Damaged parts are reported and left out.
pub(crate) fn read(chosen: &[RunDir], terminal: &Terminal) -> Vec<ReportedRun> {
    // Reading a run is parsing: each core takes its share.
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = chosen.len().div_ceil(threads).max(1);
    let read: Vec<ReportedRun> = std::thread::scope(|scope| {
        let parts: Vec<_> = chosen
            .chunks(share)
            .map(|part| scope.spawn(|| part.iter().map(ReportedRun::read).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("reading does not panic")).collect()
    });
    read.iter().flat_map(|run| &run.problems).for_each(|problem| terminal.warning(problem));
    read
}

/// Writes a page to a file, or for `-` to standard output. A file that is not a page of charnn is replaced
/// only with `force`.
pub(crate) fn write(
    page: &str,
    output: &Path,
    force: bool,
    terminal: &Terminal,
) -> Result<(), Failure> {
    if output == Path::new("-") {
        return Ok(data(page)?);
    }
    let is_ours = || begins_with(output, MARK.as_bytes()).unwrap_or(false);
    let replace = force || (output.exists() && is_ours());
    write_file(output, page.as_bytes(), replace).map_err(|source| {
        let path = output.to_owned();
        match source.kind() {
            ErrorKind::AlreadyExists => Failure::NotAPage { path },
            _ => DataError::Output { path, source }.into(),
        }
    })?;
    terminal.note(&say::written(page.len()));
    Ok(data(&format!("{}\n", output.display()))?)
}

/// What to type to train a run again.
fn reproduction(run: &ReportedRun) -> Reproduction {
    let config = run.entry.path.join("config.toml");
    let name = word(&format!("{}-again", run.name));
    let line = |config: &str| format!("charnn train {} --name {name}", word(config));
    // The first word is where the program was.
    let words = |command: &Vec<String>| -> String {
        let rest = command.iter().skip(1).map(|it| format!(" {}", word(it)));
        std::iter::once("charnn".to_owned()).chain(rest).collect()
    };
    Reproduction {
        command: line(&config.to_string_lossy()),
        command_of_copy: line("config.toml"),
        recorded: run
            .sessions
            .iter()
            .filter(|it| !it.command.is_empty())
            .map(|it| words(&it.command))
            .collect(),
        config: run.entry.config.as_ref().map(charnn_config::RunConfig::to_run_file),
    }
}
