//! Who learns of the events of a run: a person, a program, the run folder, and the handler of signals.

mod console;
mod events;
mod pace;
mod pause;
mod progress;
mod session;
mod signals;
mod tensor_board;

pub(crate) use console::Console;
pub(crate) use events::{Ending, Events, PAUSED, device};
pub(crate) use pause::Pause;
pub(crate) use session::Session;
pub(crate) use signals::Signals;
pub(crate) use tensor_board::Board;
