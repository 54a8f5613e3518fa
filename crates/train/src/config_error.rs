//! What can be wrong with a configuration.

use std::path::PathBuf;

/// A configuration that cannot be read or makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be opened or is no text.
    #[error("cannot read the configuration {}: {source}; check the path", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Not TOML, an unknown key or a value of the wrong type.
    #[error("in {place}: {message}")]
    Invalid {
        /// The file, or the flag.
        place: String,
        /// What is wrong, with line and caret where there is one.
        message: String,
    },
    /// `--set` without `=`.
    #[error("--set {0:?} has no `=`; write --set train.learning_rate=0.001")]
    NoEquals(String),
    /// Values out of range, all of them.
    #[error("{}", problems.join("\n       "))]
    Values {
        /// One line a problem, each naming its key.
        problems: Vec<String>,
    },
}
