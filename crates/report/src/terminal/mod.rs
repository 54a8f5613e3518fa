//! Curves as text.

mod canvas;
mod plot;

pub use plot::{Look, Metric, terminal_plot};
