//! The page about runs, a file for each section.

mod curves;
mod origin;
mod samples;
mod settings;
mod summary;
mod whole;

pub use origin::Reproduction;
pub use whole::report;
