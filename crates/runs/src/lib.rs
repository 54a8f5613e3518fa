//! Run folders: one per training, written by one process, read by any number.
//!
//! ```text
//! runs/NAME/
//!   config.toml         every key; trains the same run again
//!   vocab.json          the symbols in id order
//!   run.json            the id of the run
//!   metrics.jsonl       a row per training step and evaluation
//!   samples.jsonl       a row per sample
//!   sessions.jsonl      a row per process that trained the run
//!   tensorboard/        event files, if `log.tensorboard` asks for them
//!   checkpoints/        see the module `checkpoint`
//!   labels.json         tags and a note, if someone wrote them
//!   .lock               locked by the process that writes
//! ```
//!
//! Owns: the folder and its lock, checkpoints as bytes, the rows of metrics and samples, and the list of all
//! runs with their labels. Links no burn. The folder of a run may be moved or renamed during training: the writer follows a folder that was
//! renamed in place. If it cannot find the folder, it saves the run in a temporary folder at the end; if
//! another folder has taken the name, it does so at once.

mod builtin;
mod catalog;
mod checkpoint;
mod compare;
mod disk;
mod error;
mod exported;
mod folder;
mod network_file;
mod rows;
mod select;
mod tensorboard;
mod upkeep;
mod warning;
mod writer;

pub use builtin::BuiltinNetwork;
pub use catalog::{
    Column, Entry, Field, Filter, Labels, LabelsError, Measured, QueryError, State, Value, catalog,
    sort,
};
pub use checkpoint::{
    Best, CONFIG, Damage, Files, Hardware, LoadedCheckpoint, OPTIMIZER, PROGRESS, Plateau,
    Progress, STATE, VOCABULARY, WEIGHTS,
};
pub use compare::{Axis, Comparison, Cut, Group, Mean, Point, compare};
pub use disk::{Disk, free_space};
pub use error::RunError;
pub use exported::{begins_with, write_file, write_folder};
pub use folder::{CHECKPOINTS, NotARun, Owner, RunDir, RunId, sweep};
pub use network_file::{NetworkFileError, network_file, read_file, read_network};
pub use rows::{MetricRow, News, Rows, SCHEMA, SampleRow, SessionRow, Tail};
pub use select::CheckpointSelector;
pub use tensorboard::{TensorBoard, code_block};
pub use upkeep::{Garbage, Verified, folder_bytes, garbage};
pub use warning::RunWarning;
pub use writer::{Content, RunWriter};
