//! Exit codes of the errors of libraries; docs/cli.md lists them.

use charnn_config::ConfigError;
use charnn_data::DataError;
use charnn_runs::RunError;

/// The exit code of an error about a configuration.
pub(crate) fn of_config(error: &ConfigError) -> u8 {
    match error {
        ConfigError::Write { .. } => 8,
        ConfigError::Exists { .. } => 9,
        _ => 3,
    }
}

/// The exit code of an error about a text.
pub(crate) fn of_data(error: &DataError) -> u8 {
    match error {
        DataError::Cache { .. } | DataError::NoRoom { .. } | DataError::Output { .. } => 8,
        DataError::OutputExists { .. } => 9,
        _ => 4,
    }
}

/// The exit code of an error about a run folder.
pub(crate) fn of_run(error: &RunError) -> u8 {
    match error {
        RunError::OtherText { .. } => 4,
        RunError::NotFound { .. }
        | RunError::Damaged { .. }
        | RunError::Newer { .. }
        | RunError::NoCheckpoint { .. }
        | RunError::Read { .. }
        | RunError::NoSuchStep { .. } => 5,
        RunError::Create { .. }
        | RunError::Write { .. }
        | RunError::NoLocks { .. }
        | RunError::Replaced { .. } => 8,
        RunError::Exists { .. } | RunError::Locked { .. } => 9,
    }
}
