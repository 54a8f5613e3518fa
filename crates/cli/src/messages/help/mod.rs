//! The words of every help page, English and Chinese side by side. Flags are keyed by the ids of their
//! clap arguments; `crate::help` puts these pages and clap's arguments together.

mod config;
mod data;
mod exchange;
mod explain;
mod generate;
mod machine;
mod measure;
mod page;
mod play;
mod program;
mod report;
mod runs;
mod serve;
mod train;

pub(crate) use page::{Both, Group, Page};

/// Flags of every command, listed once on the page of the program.
pub(crate) const GLOBAL: &[&str] = &["color", "lang", "quiet", "help", "version"];

/// Every page, the program first.
pub(crate) const PAGES: &[&Page] = &[
    &program::PROGRAM,
    &train::TRAIN,
    &train::RESUME,
    &train::SWEEP,
    &generate::GENERATE,
    &generate::DEMO,
    &play::PLAY,
    &measure::EVALUATE,
    &measure::SCORE,
    &report::REPORT,
    &report::NEURONS,
    &explain::EXPLAIN,
    &serve::SERVE,
    &exchange::EXPORT,
    &exchange::IMPORT,
    &config::INIT,
    &config::CONFIG,
    &config::SHOW,
    &config::CHECK,
    &config::EXPLAIN,
    &config::SCHEMA,
    &data::DATA,
    &data::INSPECT,
    &data::CONVERT,
    &runs::RUNS_PAGE,
    &runs::LIST,
    &runs::COMPARE,
    &report::PLOT,
    &runs::BEST,
    &runs::TAG_PAGE,
    &runs::NOTE,
    &runs::VERIFY,
    &runs::RM,
    &runs::GC,
    &machine::DEVICES,
    &machine::DOCTOR,
    &machine::BENCH,
    &machine::COMPLETIONS,
    &machine::MAN,
];
