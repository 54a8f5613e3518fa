//! Run folders: one per training, written by one process, read by any number.
//!
//! ```text
//! runs/NAME/
//!   config.toml         every key; trains the same run again
//!   vocab.json          the symbols in id order
//!   run.json            the id of the run
//!   metrics.jsonl       a row per training step and evaluation
//!   samples.jsonl       a row per sample
//!   checkpoints/        see the module `checkpoint`
//!   .lock               locked by the process that writes
//! ```
//!
//! Owns: the folder and its lock, checkpoints as bytes, and the rows of metrics and samples. Links no
//! burn. Whoever moves or renames the folder of a run during training does no harm: the writer follows
//! a folder that was renamed in place. Where it cannot find the folder, it saves the run in a temporary
//! folder at the end; where another folder has taken the name, it does so at once.

mod checkpoint;
mod create;
mod disk;
mod error;
mod lines;
mod loaded;
mod lock;
mod log;
mod not_a_run;
mod progress;
mod rows;
mod run_dir;
mod run_id;
mod select;
mod space;
mod warning;
mod writer;

pub use checkpoint::{CONFIG, Damage, Files, OPTIMIZER, PROGRESS, STATE, VOCABULARY, WEIGHTS};
pub use disk::Disk;
pub use error::RunError;
pub use loaded::LoadedCheckpoint;
pub use lock::Owner;
pub use not_a_run::NotARun;
pub use progress::{Best, Plateau, Progress};
pub use rows::{MetricRow, SCHEMA, SampleRow};
pub use run_dir::{CHECKPOINTS, RunDir};
pub use run_id::RunId;
pub use select::CheckpointSelector;
use select::StoredCheckpoint;
pub use space::free_space;
pub use warning::RunWarning;
pub use writer::{Content, RunWriter};
