//! Training: from a configuration and a text to a run folder with a network in it.
//!
//! Owns: the training loop, the optimizers and their schedule,
//! evaluation, and the run folder. Prints nothing and reads no environment variables: it reports
//! [`Event`]s to [`Observer`]s.
//!
//! One step: batch → forward → loss → backward → clip → update → event (module `step`).

mod adapter;
mod baselines;
mod benchmark;
mod clip;
mod evaluate;
mod event;
mod from_config;
mod optimizer;
mod plan;
mod plateau;
mod ranks;
mod run;
mod sample;
mod schedule;
mod snapshot;
mod step;
mod train_error;
mod trainer;
mod warning;
mod xz;

pub use adapter::{seconds_per_step, tune, use_tiling, warm_up};
pub use baselines::Baselines;
pub use benchmark::{Benchmark, Measurement, Workload, benchmark, overfit};
pub use charnn_config::{
    CheckpointConfig, ConfigError, ConfigVersion, DataConfig, EvalConfig, Key, OnNonfinite,
    OptimizerKind, Predict, RunConfig, RunDirConfig, SampleConfig, Schedule, Settings, TrainConfig,
};
pub use charnn_runs::{
    Best, CheckpointSelector, Disk, Hardware, LoadedCheckpoint, MetricRow, NotARun, Plateau,
    Progress, RunDir, RunError, RunWarning, SampleRow, free_space,
};
pub use clip::{clip_scale, global_norm};
pub use evaluate::{batches, batches_of_step, evaluate};
pub use event::{Event, Observer};
use from_config::dropout_rates;
pub use from_config::{device_choice, sampling, vocabulary_limits};
pub use optimizer::{Optimizer, StateError};
pub use plan::{
    Advice, BadPrompt, Fitting, Footprint, OtherText, Plan, PlanError, Texts, other_text,
    training_text,
};
pub use plateau::next_plateau;
pub use ranks::{Interconnect, Leader, RanksError, StepOnRanks, follow};
pub use run::{Run, SaveError, validation_row};
pub use schedule::learning_rate;
pub use snapshot::Snapshot;
pub use step::{NotFinite, Pending, Step, TrainState, start_step, step};
pub use train_error::TrainError;
pub use trainer::{Outcome, start, start_from, train, train_on_ranks};
pub use warning::{TextPart, Warning};
