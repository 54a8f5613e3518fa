//! The configuration: its keys, the layers of values, and what is wrong with them.
//!
//! Owns: [`RunConfig`] and its tables, the list of [`Key`]s that is read from them, [`Settings`] (a file,
//! the environment and the command line, each value with its place), and every message about them. Links
//! no burn and opens no files except in [`read_config`] and [`write_config`].
//!
//! A file becomes a run in this order: [`read_config`] → [`Settings`] → [`RunConfig`].

mod error;
mod file;
mod keys;
mod layers;
mod listing;
mod migrate;
mod presets;
mod shipped;
mod tables;
mod unused;
mod values;

pub use charnn_bundle::Cell;
pub use error::{ConfigError, NotAConfig};
pub use file::{read_config, write_config};
pub use keys::{Bounds, KEYS, Key, Kind, RENAMED, TABLES, Table, Word, nearest};
pub use layers::Settings;
pub use listing::{ShowOptions, explain, first_file, schema_text, show};
pub use presets::{DECIDED, Preset, first_config};
pub use shipped::shipped_names;
pub use tables::{
    CheckpointConfig, ConfigVersion, DataConfig, DropoutKind, EvalConfig, LogConfig, ModelConfig,
    OnNonfinite, OptimizerKind, OutputBias, Predict, RunConfig, RunDirConfig, SampleConfig,
    Schedule, SplitKind, TrainConfig,
};
pub use unused::{UnusedKey, unused_keys};
pub use values::{ByteSize, DeviceChoice, Interval, InvalidValue, Sources, TimeLimit};

impl RunConfig {
    /// Reads a complete configuration file and checks it.
    ///
    /// # Errors
    /// Lists everything that is wrong with it.
    pub fn from_toml(bytes: &[u8]) -> Result<Self, ConfigError> {
        Settings::parse("config", "config.toml", bytes, std::path::Path::new(""))?.resolve()
    }
}
