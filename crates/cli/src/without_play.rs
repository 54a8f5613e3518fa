//! What stands in the place of `commands::play` in a build without it.

use crate::args::play::PlayArguments;
use crate::failure::Failure;
use crate::messages::play::PlayProblem;
use crate::terminal::Terminal;

pub(crate) fn run(_: &PlayArguments, _: &Terminal) -> Result<(), Failure> {
    Err(PlayProblem::NotBuilt.into())
}
