//! `charnn runs`: list, compare, plot, label and clean up runs.

mod chosen;
mod cleanup;
mod compare;
mod labels;
mod list;
mod plot;
mod problem;
mod verify;

pub(crate) use chosen::found;
pub(crate) use problem::Problem;

use crate::args::runs::RunsCommand;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(crate) fn run(command: &RunsCommand, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        RunsCommand::List(arguments) => list::list(arguments, terminal),
        RunsCommand::Compare(arguments) => compare::run(arguments, terminal),
        RunsCommand::Plot(arguments) => plot::run(arguments, terminal),
        RunsCommand::Best(arguments) => list::best(arguments),
        RunsCommand::Tag(arguments) => labels::tag(arguments, terminal),
        RunsCommand::Note(arguments) => labels::note(arguments, terminal),
        RunsCommand::Verify(arguments) => verify::run(arguments, terminal),
        RunsCommand::Rm(arguments) => cleanup::rm(arguments, terminal),
        RunsCommand::Gc(arguments) => cleanup::gc(arguments, terminal),
    }
}
