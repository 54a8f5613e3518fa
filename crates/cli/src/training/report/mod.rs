//! Who learns of the events of a run: a person, a program, the run folder, and the handler of signals.

mod console;
mod events;
mod progress;
mod session;
mod signals;

pub(crate) use console::Console;
pub(crate) use events::{Events, device};
pub(crate) use session::Session;
pub(crate) use signals::Signals;
