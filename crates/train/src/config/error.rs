//! What can be wrong with a configuration as a whole.

use super::Problem;
use charnn_message::shown;
use std::fmt;
use std::path::PathBuf;

/// A configuration that cannot be read or makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {source}; {remedy}", shown(path))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
        /// What to do.
        remedy: String,
    },
    /// The file cannot be written.
    #[error("cannot write the configuration {}: {source}; {remedy}", shown(path))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
        /// What to do.
        remedy: &'static str,
    },
    /// A file is there already.
    #[error("{} exists; name another file, or add --force to replace it", shown(path))]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file is there and no configuration.
    #[error("{} is no configuration: {why}", shown(path))]
    NoConfig {
        /// The file.
        path: PathBuf,
        /// What it is instead, and what to do.
        why: String,
    },
    /// Everything that is wrong with what was said.
    #[error("{}", Listed(.0))]
    Problems(Vec<Problem>),
}

/// More problems than anybody reads at once.
pub(crate) const MOST_PROBLEMS: usize = 50;

struct Listed<'a>(&'a [Problem]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            // Whoever shows an error writes `error: ` before the first.
            let before = if at == 0 { "" } else { "\n\nerror: " };
            write!(out, "{before}{problem}")?;
        }
        match self.0.len() {
            0 | 1 => Ok(()),
            MOST_PROBLEMS.. => write!(out, "\n\n{MOST_PROBLEMS} problems, and perhaps more"),
            count => write!(out, "\n\n{count} problems"),
        }
    }
}
