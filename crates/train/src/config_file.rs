//! From TOML text and `--set key=value` to a [`RunConfig`].
//!
//! Precedence: defaults, then the file, then `--set` in the order given.

use crate::{ConfigError, RunConfig};
use charnn_data::Source;
use serde::Deserialize;
use std::path::Path;
use toml::{Table, Value};

/// A configuration on its way to becoming a [`RunConfig`].
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// The name runs get: the file's without its extension.
    pub name: String,
    table: Table,
}

impl ConfigFile {
    /// Reads a TOML file. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML, or holds an unknown key or a wrong type.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::parse(&name, &path.display().to_string(), &text, &folder)
    }

    /// Reads TOML `text` that came from `place`; its paths are relative to `folder`.
    ///
    /// # Errors
    /// When it is not TOML, or holds an unknown key or a wrong type.
    pub fn parse(name: &str, place: &str, text: &str, folder: &Path) -> Result<Self, ConfigError> {
        let invalid = |error: &toml::de::Error| ConfigError::Invalid {
            place: place.to_owned(),
            message: explain(&error.to_string(), error.message()),
        };
        let config: RunConfig = toml::from_str(text).map_err(|error| invalid(&error))?;
        let mut file =
            Self { name: name.to_owned(), table: toml::from_str(text).map_err(|e| invalid(&e))? };
        if !config.data.path.is_empty() {
            file.insert("data.path", Value::String(absolute(&config.data.path, folder)));
        }
        Ok(file)
    }

    /// All defaults, on the text at `path`, which is relative to the working directory.
    pub fn for_text(path: &Path) -> Self {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut file = Self { name, table: Table::new() };
        let path = absolute(&path.to_string_lossy(), Path::new(""));
        file.insert("data.path", Value::String(path));
        file
    }

    /// A configuration that is complete, to be changed.
    pub fn of(name: &str, config: &RunConfig) -> Self {
        let table = Table::try_from(config).expect("a configuration is plain TOML");
        Self { name: name.to_owned(), table }
    }

    /// Applies one `key=value`. The value is TOML; a word that is not is a string.
    ///
    /// # Errors
    /// When there is no `=`, no such key, or the value has the wrong type.
    pub fn set(&mut self, assignment: &str) -> Result<(), ConfigError> {
        let Some((key, text)) = assignment.split_once('=') else {
            return Err(ConfigError::NoEquals(assignment.to_owned()));
        };
        let (key, text) = (key.trim(), text.trim());
        if key == "data.path" {
            let path = absolute(text.trim_matches(['"', '\'']), Path::new(""));
            return self.set_text(key, &path);
        }
        let parsed = toml::from_str::<Table>(&format!("value = {text}"));
        let parsed = parsed.ok().filter(|table| table.len() == 1);
        let Some(value) = parsed.and_then(|mut table| table.remove("value")) else {
            return self.set_text(key, text);
        };
        let mut changed = self.clone();
        changed.insert(key, value);
        match changed.resolve() {
            Ok(_) => *self = changed,
            // A number may be meant as text: run.name=1984.
            Err(error) if self.set_text(key, text).is_err() => {
                return Err(at_flag(error, assignment));
            }
            Err(_) => {}
        }
        Ok(())
    }

    /// Gives `key` a text, whatever it looks like.
    ///
    /// # Errors
    /// When there is no such key, or it takes no text.
    pub fn set_text(&mut self, key: &str, text: &str) -> Result<(), ConfigError> {
        let mut changed = self.clone();
        changed.insert(key, Value::String(text.to_owned()));
        changed.resolve().map_err(|error| at_flag(error, &format!("{key}={text}")))?;
        *self = changed;
        Ok(())
    }

    /// The configuration, defaults filled in.
    ///
    /// # Errors
    /// When a key is unknown or a value has the wrong type.
    pub fn resolve(&self) -> Result<RunConfig, ConfigError> {
        RunConfig::deserialize(self.table.clone()).map_err(|error| ConfigError::Invalid {
            place: self.name.clone(),
            message: explain(error.to_string().trim_end(), error.message()),
        })
    }

    fn insert(&mut self, key: &str, value: Value) {
        let mut table = &mut self.table;
        let mut path: Vec<&str> = key.split('.').collect();
        let last = path.pop().expect("a split has at least one part");
        for parent in path {
            let entry = table.entry(parent).or_insert_with(|| Value::Table(Table::new()));
            if !entry.is_table() {
                *entry = Value::Table(Table::new());
            }
            table = entry.as_table_mut().expect("made a table above");
        }
        table.insert(last.to_owned(), value);
    }
}

/// `error`, said of the flag that caused it.
fn at_flag(error: ConfigError, assignment: &str) -> ConfigError {
    match error {
        ConfigError::Invalid { message, .. } => {
            ConfigError::Invalid { place: format!("--set {assignment}"), message }
        }
        other => other,
    }
}

/// A data path that means the same from any folder.
fn absolute(path: &str, folder: &Path) -> String {
    match Source::parse(path).relative_to(folder) {
        Source::File(path) => std::path::absolute(&path).unwrap_or(path).display().to_string(),
        Source::Builtin(name) => format!("builtin:{name}"),
        Source::Stdin => "-".into(),
    }
}

/// `rendered` with a suggestion when `message` is serde's about an unknown field or variant.
fn explain(rendered: &str, message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown ");
    let written = quoted.next().unwrap_or_default();
    let nearest = quoted
        .map(|known| (strsim::jaro_winkler(written, known), known))
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    let rendered = rendered.trim_end();
    match nearest {
        Some((likeness, known)) if unknown && likeness > 0.75 => {
            format!("{rendered}; did you mean `{known}`?")
        }
        _ => rendered.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RunConfig, String> {
        ConfigFile::parse("test", "test.toml", text, Path::new("/texts"))
            .and_then(|file| file.resolve())
            .map_err(|error| error.to_string())
    }

    fn set(assignment: &str) -> Result<RunConfig, String> {
        let mut file = ConfigFile::for_text(Path::new("novel.txt"));
        file.set(assignment).and_then(|()| file.resolve()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_file_is_all_defaults() {
        assert_eq!(parse("").unwrap(), RunConfig::default());
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_key() {
        let error = parse("[model]\ncell = \"gru\"\nhiden_size = 3\n").unwrap_err();
        for part in ["test.toml", "line 3", "`hiden_size`", "did you mean `hidden_size`?"] {
            assert!(error.contains(part), "{part:?} in {error}");
        }
    }

    #[test]
    fn an_unknown_value_of_a_choice_is_named() {
        let error = parse("[model]\ncell = \"lstn\"\n").unwrap_err();
        assert!(error.contains("`lstn`") && error.contains("did you mean `lstm`?"), "{error}");
    }

    #[test]
    fn a_wrong_type_is_named_with_its_line() {
        let error = parse("[train]\nepochs = \"ten\"\n").unwrap_err();
        assert!(error.contains("line 2") && error.contains("epochs"), "{error}");
    }

    #[test]
    fn set_takes_toml_values_and_bare_words() {
        assert_eq!(set("train.max_steps=200").unwrap().train.max_steps, 200);
        assert_eq!(set("model.cell=lstm").unwrap().model.cell, charnn_model::CellKind::Lstm);
        assert_eq!(set("sample.prompt=\"a b\"").unwrap().sample.prompt, "a b");
        assert_eq!(set("sample.prompt=Once upon").unwrap().sample.prompt, "Once upon");
        assert_eq!(set("run.name=1984").unwrap().run.name, "1984");
    }

    #[test]
    fn a_bad_set_names_itself() {
        let error = set("train.lerning_rate=1").unwrap_err();
        assert!(error.contains("--set train.lerning_rate=1"), "{error}");
        assert!(error.contains("did you mean `learning_rate`?"), "{error}");
        assert!(set("train.epochs").unwrap_err().contains("no `=`"));
        assert!(set("train=3").unwrap_err().contains("--set train=3"));
    }

    #[cfg(unix)]
    #[test]
    fn paths_in_a_file_are_relative_to_the_file() {
        let path = |text: &str| parse(text).unwrap().data.path;
        assert_eq!(path("data.path = \"novel.txt\""), "/texts/novel.txt");
        assert_eq!(path("data.path = \"builtin:tales\""), "builtin:tales");
    }
}
