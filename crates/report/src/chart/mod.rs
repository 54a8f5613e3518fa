//! Charts as static SVG.

mod ends;
mod line_chart;
mod path;

pub use line_chart::{Chart, Rule, Series};
