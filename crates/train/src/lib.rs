//! Training: from a configuration and a text to a run directory with a network in it.
//!
//! Owns: the configuration and its checks, the training loop, the optimisers and their schedule,
//! evaluation, and the run directory. Prints nothing and reads no environment: what happens is
//! told to [`Observer`]s as [`Event`]s.
//!
//! One step: batch → forward → loss → backward → clip → update → event ([`mod@step`]).

mod advice;
mod cadence;
mod check;
mod checkpoint;
mod clip;
mod config;
mod config_error;
mod config_file;
mod evaluate;
mod event;
mod optimizer;
mod plan;
mod plateau;
mod run;
mod schedule;
mod step;
mod trainer;
mod workload;

pub use checkpoint::{Best, Disk, Progress, Snapshot};
pub use clip::{clip_scale, global_norm};
pub use config::{
    CheckpointConfig, DataConfig, EvalConfig, Objective, OnNonfinite, OptimizerKind, RunConfig,
    RunDirConfig, SampleConfig, Schedule, TrainConfig,
};
pub use config_error::ConfigError;
pub use config_file::ConfigFile;
pub use evaluate::{batches, batches_of_step, evaluate};
pub use event::{Event, Observer};
pub use optimizer::{Optimizer, StateError};
pub use plan::{Plan, PlanError};
pub use plateau::Plateau;
pub use run::{Choice, Run, RunDir, RunError, SaveError, Saved, Trained};
pub use schedule::learning_rate;
pub use step::{NotFinite, Step, TrainState, step};
pub use trainer::{Outcome, TrainError, start, start_from, train};
pub use workload::{Measurement, Workload};
