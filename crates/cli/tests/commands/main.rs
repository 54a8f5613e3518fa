//! The commands of the program, as people and scripts use them.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod bench;
mod chinese;
mod config;
mod convert;
mod dry_run;
mod endings;
mod everyday;
mod exchange;
mod generation;
mod inspect;
mod large;
mod matrix;
mod novel;
mod novelty;
mod old_run;
mod other_text;
#[cfg(all(target_os = "linux", feature = "play"))]
mod play;
#[path = "../program/mod.rs"]
mod program;
mod prompts;
mod ranks;
mod records;
mod report;
mod scoring;
#[cfg(feature = "serve")]
mod serve;
mod speech;
mod splits;
mod sweep;
mod units;
