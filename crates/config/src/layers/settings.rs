//! The layers of a configuration: a file, the environment, and the command line.
//!
//! Later layers win, and every value of every layer is checked. Nothing is opened here
//! ([`crate::read_config`] does that).

use super::document;
use super::lookalikes;
use super::origin::{Origin, Span};
use super::rules::{self, Finding};
use super::setting::{Base, Setting, at};
use crate::error::MOST_PROBLEMS;
use crate::keys::{KEYS, Key, Kind};
use crate::values::Sources;
use crate::{ConfigError, RunConfig};
use charnn_message::{Message, Text, shown, text};
use charnn_text::Source;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::{Table, Value};

/// Layers of values on their way to a [`RunConfig`], each with its place.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name for runs: that of the file, without its extension.
    pub name: String,
    pub(super) values: Vec<Setting>,
    problems: Vec<Message>,
}

impl Settings {
    /// Reads a TOML file called `file`. Paths in it are relative to `folder`. Problems with keys and
    /// values are reported by [`Settings::resolve`].
    ///
    /// # Errors
    /// When it is not TOML, or of a newer version.
    pub fn parse(name: &str, file: &str, bytes: &[u8], folder: &Path) -> Result<Self, ConfigError> {
        Self::read(name, file, bytes, &Base::Folder(folder.to_owned()))
    }

    pub(crate) fn read(
        name: &str,
        file: &str,
        bytes: &[u8],
        base: &Base,
    ) -> Result<Self, ConfigError> {
        let mut values = document::read(file, bytes).map_err(ConfigError::Problems)?;
        for setting in &mut values {
            setting.base = base.clone();
        }
        Ok(Self { name: name.to_owned(), values, problems: Vec::new() })
    }

    /// All defaults, on the text in `sources`, which were named on the command line. Relative paths
    /// start from the working directory.
    pub fn for_text(sources: &[Source]) -> Self {
        let mut settings =
            Self { name: name_for(sources), values: Vec::new(), problems: Vec::new() };
        let text = Sources(sources.to_vec()).to_string();
        let origin = Arc::new(Origin::Argument { flag: String::new(), text: text.clone() });
        let span = Span::new(&origin, 0..text.len());
        match Value::try_from(Sources(sources.to_vec())) {
            Ok(value) => settings.push("data.path", value, None, span),
            Err(_) => settings.problems.push(not_utf8("data.path", &text, Some(&span))),
        }
        settings
    }

    /// A complete configuration, to be changed by further layers.
    ///
    /// # Errors
    /// When TOML cannot hold one of its values.
    pub fn of(name: &str, config: &RunConfig) -> Result<Self, ConfigError> {
        let table = Table::try_from(config).map_err(|error| internal(&error.to_string()))?;
        let mut values = Vec::new();
        for (table, keys) in table {
            for (key, value) in keys.as_table().cloned().unwrap_or_default() {
                values.push(Setting::in_table(&table, &key, value));
            }
        }
        Ok(Self { name: name.to_owned(), values, problems: Vec::new() })
    }

    /// Adds every variable that begins with `CHARNN_`. Each must be named after a key:
    /// `CHARNN_TRAIN__BATCH_SIZE`.
    pub fn environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix("CHARNN_") else { continue };
            let path = rest.to_lowercase().replace('.', "_").replacen("__", ".", 1);
            let origin = Arc::new(Origin::Variable(format!("{name}={value}")));
            self.assign(&origin, &path, 0..name.len(), &value, name.len() + 1);
        }
    }

    /// Adds `assignment`, a `key=value` that was given to `flag`. The value is TOML, and quotes are
    /// optional.
    pub fn set(&mut self, flag: &str, assignment: &str) {
        let start = flag.len() + 1;
        let origin = Arc::new(Origin::Argument {
            flag: flag.to_owned(),
            text: format!("{flag} {assignment}"),
        });
        if let Some((key, value)) = assignment.split_once('=') {
            let end = start + key.len();
            self.assign(&origin, key.trim(), start..end, value, end + 1);
        } else if let Some(found) =
            lookalikes::find(assignment).filter(|found| found.meant.contains('='))
        {
            let character = start + found.at..start + found.at + found.character.len_utf8();
            let span = Span::new(&origin, character);
            self.problems.push(lookalike(&found, &span));
            self.set(flag, &found.meant);
        } else {
            let span = Span::new(&origin, start..start + assignment.len());
            let message = text!(
                en: "{assignment:?} is not an assignment",
                zh: "{assignment:?} 不是“配置项=值”的形式"
            );
            let problem = Message::new("config/no-assignment", message).at(span.place());
            self.problems.push(problem.hint(text!(
                en: "write KEY=VALUE, such as train.learning_rate=0.001",
                zh: "请写成 配置项=值，例如 train.learning_rate=0.001"
            )));
        }
    }

    /// Adds a value for the key at `path` that `flag` stands for. `value` is what was typed there.
    pub fn flag(&mut self, flag: &str, path: &str, value: impl Into<Value>) {
        let value = value.into();
        let typed = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let text = format!("{flag} {typed}");
        let range = flag.len() + 1..text.len();
        let origin = Arc::new(Origin::Argument { flag: flag.to_owned(), text });
        self.push(path, value, None, Span::new(&origin, range));
    }

    /// Gives `path`, written at `key` in `origin`, the value that is written as `text` at `text_at`.
    fn assign(
        &mut self,
        origin: &Arc<Origin>,
        path: &str,
        key: Range<usize>,
        text: &str,
        text_at: usize,
    ) {
        let span = Span::new(origin, text_at..text_at + text.len());
        let known = Key::find(path);
        let found = known.and_then(|key| typed_lookalike(key, text.trim()));
        let text = found.as_ref().map_or(text.trim(), |found| &found.meant);
        let value = known.map_or_else(|| Kind::Flag.read(text), |key| key.kind.read(text));
        self.problems.extend(found.as_ref().map(|found| lookalike(found, &span)));
        self.push(path, value, Some(Span::new(origin, key)), span);
    }

    fn push(&mut self, path: &str, value: Value, key_span: Option<Span>, span: Span) {
        let mut setting = Setting::whole(path, value);
        (setting.key_span, setting.span) = (key_span, Some(span));
        setting.base = Base::Folder(PathBuf::new());
        self.values.push(setting);
    }

    /// The configuration, with defaults filled in and everything checked that needs no text.
    ///
    /// # Errors
    /// Lists everything that is wrong in any layer.
    pub fn resolve(&self) -> Result<RunConfig, ConfigError> {
        let (config, mut problems, wrong) = self.read_values()?;
        for finding in rules::findings(&config) {
            // A default in place of a wrong or misspelt value contradicts nothing.
            if !finding.keys.iter().any(|key| wrong.iter().any(|wrong| wrong == key)) {
                problems.push(self.located(finding));
            }
        }
        problems.truncate(MOST_PROBLEMS);
        if problems.is_empty() { Ok(config) } else { Err(ConfigError::Problems(problems)) }
    }

    /// The valid values, with defaults elsewhere: for what is needed before everything can be resolved.
    pub fn preview(&self) -> RunConfig {
        self.read_values().map(|(config, ..)| config).unwrap_or_default()
    }

    /// The valid values, what is wrong with the others, and the keys that these are about.
    fn read_values(&self) -> Result<(RunConfig, Vec<Message>, Vec<String>), ConfigError> {
        let mut problems = self.problems.clone();
        let mut table = Table::new();
        let mut wrong = Vec::new();
        for setting in &self.values {
            if problems.len() >= MOST_PROBLEMS {
                break;
            }
            match (setting.key(), setting.problem()) {
                (Some(key), None) => setting.insert(&mut table, key),
                (_, problem) => {
                    wrong.extend(setting.about().into_iter().map(Key::path));
                    problems.extend(problem);
                }
            }
        }
        let mut config =
            RunConfig::deserialize(table).map_err(|error| internal(error.message()))?;
        problems.extend(self.locate_paths(&mut config));
        Ok((config, problems, wrong))
    }

    /// Makes the paths of `config` mean the same in every folder.
    fn locate_paths(&self, config: &mut RunConfig) -> Vec<Message> {
        let mut problems = Vec::new();
        let data = &mut config.data;
        for (key, sources) in [
            ("data.path", &mut data.path),
            ("data.valid_path", &mut data.valid_path),
            ("data.test_path", &mut data.test_path),
        ] {
            let Some(setting) = self.last(key) else { continue };
            for source in &mut sources.0 {
                let Source::File(path) = source else { continue };
                match absolute(&setting.base, path) {
                    Some(absolute) => *path = absolute.into(),
                    None => problems.push(not_utf8(key, &shown(path), setting.span.as_ref())),
                }
            }
        }
        if let Some(setting) = self.last("run.root").filter(|_| !config.run.root.is_empty()) {
            match absolute(&setting.base, Path::new(&config.run.root)) {
                Some(absolute) => config.run.root = absolute,
                None => {
                    problems.push(not_utf8("run.root", &config.run.root, setting.span.as_ref()));
                }
            }
        }
        problems
    }

    /// Where each value comes from that is not a default, in a word or two, by the path of its key.
    pub fn origins(&self) -> BTreeMap<String, Text> {
        KEYS.iter().filter_map(|key| Some((key.path(), self.origin(key)?))).collect()
    }

    /// Where the value of `key` comes from, in a word or two; `None` for a default.
    pub(crate) fn origin(&self, key: &Key) -> Option<Text> {
        self.last(&key.path()).and_then(|setting| setting.span.as_ref()).map(Span::short)
    }

    /// The last value for the key at `path`.
    pub(super) fn last(&self, path: &str) -> Option<&Setting> {
        let of_key = |setting: &&Setting| setting.key().is_some_and(|key| key.path() == path);
        self.values.iter().rev().find(of_key)
    }

    /// A finding with the place of the first of its keys that has one.
    fn located(&self, finding: Finding) -> Message {
        let Finding { code, keys, message, hint } = finding;
        let span = keys.iter().find_map(|path| self.last(path)?.span.as_ref());
        at(Message::new(code, message), span, Some(hint))
    }
}

/// A configuration that serde refuses although every value was checked.
pub(super) fn internal(why: &str) -> ConfigError {
    ConfigError::Problems(vec![Message::new("config/unreadable", Text::verbatim(why))])
}

/// The name for a run on these sources.
fn name_for(sources: &[Source]) -> String {
    let [source] = sources else { return "texts".to_owned() };
    let path = match source {
        Source::Stdin => return "stdin".to_owned(),
        Source::Builtin(name) => return name.clone(),
        Source::File(path) => path,
    };
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone()); // also of "."
    let stem = path.file_stem().or(whole.file_stem()).unwrap_or_default().to_string_lossy();
    if stem.contains(['*', '?', '{']) { "texts".to_owned() } else { stem.into_owned() }
}

/// `path` from the root, or from the working directory if only that is UTF-8; `None` if neither is.
fn absolute(base: &Base, path: &Path) -> Option<String> {
    let joined = match base {
        Base::Unchanged => return path.to_str().map(str::to_owned),
        Base::Folder(folder) => folder.join(path),
        Base::Shipped => path.strip_prefix("..").unwrap_or(path).to_owned(),
    };
    let absolute = std::path::absolute(&joined).ok();
    absolute.as_deref().and_then(Path::to_str).or(joined.to_str()).map(str::to_owned)
}

fn not_utf8(key: &str, path: &str, span: Option<&Span>) -> Message {
    let message = text!(
        en: "{key} = {path} is in a folder whose name is not UTF-8",
        zh: "{key} = {path} 所在的文件夹名不是 UTF-8"
    );
    let hint = text!(
        en: "rename the folder, or start the program inside it",
        zh: "请重命名该文件夹，或在该文件夹中运行程序"
    );
    at(Message::new("config/path-not-utf8", message), span, Some(hint))
}

fn lookalike(found: &lookalikes::Lookalike, span: &Span) -> Message {
    let problem = Message::new("config/lookalike", found.message());
    let meant = &found.meant;
    at(problem, Some(span), Some(text!(en: "write {meant}", zh: "请写成 {meant}")))
}

/// Lookalikes in `text` for a key that takes what they look like. A prompt or a file name may hold any
/// character, except as quotes around it.
fn typed_lookalike(key: &Key, text: &str) -> Option<lookalikes::Lookalike> {
    let found = lookalikes::find(text)?;
    let is_text = matches!(key.kind, Kind::Text | Kind::Sources);
    let is_quoted = text.starts_with(['“', '‘', '"', '\'']) && found.meant.len() > 1;
    let fits = if is_text { is_quoted && key.path() != "sample.prompt" } else { true };
    (fits && key.accepts(&found.meant)).then_some(found)
}
