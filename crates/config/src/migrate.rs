//! The configuration in a run folder, in the current format or in version 1.

use crate::keys::RENAMED;
use crate::layers::Settings;
use crate::tables::version;
use crate::{ConfigError, RunConfig};
use charnn_message::{Message, text};
use serde::Deserialize;
use toml::{Table, Value};

impl RunConfig {
    /// Reads the `config.toml` of a run folder or checkpoint and checks it. Keys of version 1 get their
    /// new names; a file of a person is read with [`crate::read_config`], which reports them instead.
    ///
    /// # Errors
    /// When it is not such a file.
    pub fn from_run_file(bytes: &[u8]) -> Result<Self, ConfigError> {
        let broken = |why: String| {
            let message = text!(en: "not a configuration: {why}", zh: "不是配置文件：{why}");
            ConfigError::Problems(vec![Message::new("config/unreadable", message)])
        };
        let text = str::from_utf8(bytes).map_err(|error| broken(error.to_string()))?;
        let table: Table =
            text.parse().map_err(|error: toml::de::Error| broken(error.message().to_owned()))?;
        let config = Self::deserialize(to_current(table))
            .map_err(|error| broken(error.message().to_owned()))?;
        config.check()?;
        Ok(config)
    }

    /// Checks everything that needs no text.
    ///
    /// # Errors
    /// Lists everything that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        Settings::of("", self)?.resolve().map(drop)
    }
}

/// A table of version 1 or of the current version, in the current version.
fn to_current(mut table: Table) -> Table {
    let number = table.get(version::NAME).and_then(Value::as_integer);
    if number.unwrap_or(1) != 1 {
        return table;
    }
    for (old, new) in RENAMED {
        let (Some((group, old)), Some((_, new))) = (old.split_once('.'), new.split_once('.'))
        else {
            continue;
        };
        let Some(Value::Table(group)) = table.get_mut(group) else { continue };
        if let Some(value) = group.remove(old) {
            group.insert(new.to_owned(), of_version_1(new, value));
        }
    }
    if let Some(Value::Table(model)) = table.get_mut("model") {
        model.entry("output_bias").or_insert_with(|| Value::String("zeros".to_owned()));
    }
    table.insert(version::NAME.to_owned(), Value::Integer(version::CURRENT));
    table
}

/// A value of version 1 for the key that is now called `name`.
fn of_version_1(name: &str, value: Value) -> Value {
    match (name, value.as_str()) {
        ("predict", Some("every")) => Value::String("all".to_owned()),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OutputBias, Predict};

    #[test]
    fn version_1_is_read_with_its_names_and_words() {
        let old = "config_version = 1\n[data]\npath = \"/a.txt\"\nvalid_fraction = 0.2\n[model]\n\
            embedding_size = 32\nhidden_size = 32\ntie_embedding = true\n[train]\naccumulate = 3\n\
            objective = \"every\"\nmax_time = \"90s\"\n[checkpoint]\nevery = \"7 steps\"\n";
        let config = RunConfig::from_run_file(old.as_bytes()).expect("version 1");
        assert!((config.data.val_fraction - 0.2).abs() < 1e-12);
        assert_eq!((config.model.embedding_dim, config.model.tie_weights), (32, true));
        assert_eq!((config.train.gradient_accumulation, config.train.predict), (3, Predict::All));
        assert_eq!(config.model.output_bias, OutputBias::Zeros); // version 1 knew no other
        let last = old.replace("every\"\n", "last\"\n");
        let config = RunConfig::from_run_file(last.as_bytes()).expect("version 1");
        assert_eq!(config.train.predict, Predict::Last);
        // Version 2 has no such names.
        let new = old.replace("config_version = 1", "config_version = 2");
        let error = RunConfig::from_run_file(new.as_bytes()).expect_err("old names");
        assert!(error.to_string().contains("unknown field"), "{error}");
    }

    #[test]
    fn what_a_run_folder_holds_is_checked() {
        for bad in [
            "config_version = 3\n[data]\npath = \"/a.txt\"",
            "[data]\npath = \"/a.txt\"\n[train]\nlearning_rate = -1.0",
            "[data]\npath = \"/a.txt\"\n[train]\nmax_time = \"soon\"",
            "[data]\npath = ",
            "",
        ] {
            assert!(RunConfig::from_run_file(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(RunConfig::from_run_file(b"\xff").is_err());
    }
}
