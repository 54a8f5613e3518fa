//! A key of the configuration.

use super::kind::Kind;
use charnn_message::Text;
use toml::Value;

/// One key of the configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Its table, such as `train`.
    pub table: String,
    /// Its name there, such as `batch_size`.
    pub name: String,
    /// What it takes.
    pub kind: Kind,
    /// What it does, in a sentence or two.
    pub about: Text,
    /// Its default value.
    pub default: Value,
    /// Whether a resumed run may change it.
    pub changeable: bool,
}

/// One table of the configuration.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What its keys are about.
    pub about: Text,
}

impl Key {
    /// Table and name: `train.batch_size`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// The environment variable that sets it: `CHARNN_TRAIN__BATCH_SIZE`.
    pub fn variable(&self) -> String {
        format!("CHARNN_{}__{}", self.table, self.name).to_uppercase()
    }

    /// Whether it takes `text`, written without quotes as in an environment variable.
    pub fn accepts(&self, text: &str) -> bool {
        self.kind.accepts(&self.kind.read(text))
    }
}
