//! What was said in all places, a layer upon the other: a file, the environment, `--set`, flags.
//!
//! Later layers win, and all that was ever said is checked. Reads text that it is handed and opens
//! nothing ([`crate::read_config`] does).

use super::error::MOST_PROBLEMS;
use super::keys::{Key, Kind, written};
use super::problem::{Origin, Place, Problem};
use super::rules::{self, Finding};
use super::setting::Setting;
use super::slips::{self, Slip};
use super::toml_text;
use crate::{ConfigError, RunConfig};
use charnn_message::shown;
use charnn_text::Source;
use serde::Deserialize;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::{Table, Value};

/// The folder of all runs. Where nobody names it, it is one in the working directory, and so no file
/// that is written may name it then: in a file it would lie beside that.
pub(super) const RUN_ROOT: &str = "run.root";

/// A configuration on its way to becoming a [`RunConfig`], with the place of every value.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name runs get: the file's without its extension.
    pub name: String,
    pub(super) said: Vec<Setting>,
    problems: Vec<Problem>,
}

impl Settings {
    /// Reads TOML that came from `place`; paths in it are relative to `folder`. What is wrong with
    /// its keys and values is kept for [`Settings::resolve`].
    ///
    /// # Errors
    /// When it is not TOML.
    pub fn parse(
        name: &str,
        place: &str,
        bytes: &[u8],
        folder: &Path,
    ) -> Result<Self, ConfigError> {
        let (mut said, mut problems) =
            toml_text::read(place, bytes).map_err(ConfigError::Problems)?;
        for setting in &mut said {
            problems.extend(path_from(setting, folder));
        }
        Ok(Self { name: name.to_owned(), said, problems })
    }

    /// All defaults, on the text at `path`, which is relative to the working directory.
    pub fn for_text(path: &Path) -> Self {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned()); // of "." too
        let stem = path.file_stem().or(whole.file_stem()).unwrap_or_default();
        let name = match stem.to_string_lossy() {
            name if name == "-" => "stdin".into(),
            name if name.contains(['*', '?', '{']) => "texts".into(),
            name => name.into_owned(),
        };
        let mut settings = Self { name, said: Vec::new(), problems: Vec::new() };
        let origin = Origin::CommandLine(path.to_string_lossy().into_owned());
        settings.assign(origin, "data.path", 0..0, 0);
        settings
    }

    /// A configuration that is complete, to be changed.
    ///
    /// # Errors
    /// When it holds a number that TOML cannot.
    pub fn of(name: &str, config: &RunConfig) -> Result<Self, ConfigError> {
        let table = Table::try_from(config).map_err(|error| {
            ConfigError::Problems(vec![Problem::at(None, error.to_string(), String::new())])
        })?;
        let mut said = Vec::new();
        for (table, keys) in table {
            for (key, value) in keys.as_table().cloned().unwrap_or_default() {
                said.push(Setting::plain(&table, &key, value));
            }
        }
        Ok(Self { name: name.to_owned(), said, problems: Vec::new() })
    }

    /// Takes every variable that begins with `CHARNN_`; each must be named like a key:
    /// `CHARNN_TRAIN__BATCH_SIZE`.
    pub fn environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix("CHARNN_") else { continue };
            let origin = Origin::Environment(format!("{name}={value}"));
            let path = rest.to_lowercase().replace('.', "_").replacen("__", ".", 1);
            self.assign(origin, &path, 0..name.len(), name.len() + 1);
        }
    }

    /// Applies one `--set key=value`. The value is TOML; a bare word is one where text is wanted.
    pub fn set(&mut self, assignment: &str) {
        const FLAG: usize = "--set ".len();
        let origin = Origin::CommandLine(format!("--set {assignment}"));
        if let Some((key, _)) = assignment.split_once('=') {
            let end = FLAG + key.len();
            self.assign(origin, key.trim(), FLAG..end, end + 1);
        } else if let Some((key, value)) = assignment.split_once('＝') {
            let (end, equals) = (FLAG + key.len(), '＝'.len_utf8());
            let place = Place::new(&Arc::new(origin), end..end + equals);
            let slip = Slip { character: '＝', at: 0, meant: format!("{key}={value}") };
            self.problems.push(slip.problem(&place));
            self.set(&slip.meant);
        } else {
            let place = Place::new(&Arc::new(origin), FLAG..FLAG + assignment.len());
            // A flag of one letter takes what stands behind it: `-set` is `--set et`.
            let label = match assignment {
                "et" => "write --set with two dashes, or -s",
                _ => "write KEY=VALUE, such as train.learning_rate=0.001",
            };
            let label = label.to_owned();
            let message = format!("--set {assignment:?} has no `=`");
            self.problems.push(Problem::at(Some(&place), message, label));
        }
    }

    /// Applies a flag that stands for `key`, with its value.
    pub fn flag(&mut self, flag: &str, key: &str, value: &str) {
        let origin = Origin::CommandLine(format!("{flag} {value}"));
        self.assign(origin, key, 0..0, flag.len() + 1);
    }

    /// Gives `path`, which stands at `key` in the text of `origin`, what stands there from
    /// `value_at` on.
    fn assign(&mut self, origin: Origin, path: &str, key: Range<usize>, value_at: usize) {
        let (Origin::Environment(text) | Origin::CommandLine(text) | Origin::File { text, .. }) =
            &origin;
        let wants_text = Key::find(path).is_some_and(|key| key.kind.is_text());
        let (span, text) = (value_at..text.len(), &text[value_at..]);
        // What a flag is given is text as it stands, where text is wanted.
        let exact = key.is_empty() && wants_text;
        let slip = Key::find(path).and_then(|key| slip(key, text.trim()));
        let value = match &slip {
            Some(slip) => value(&slip.meant, wants_text),
            None if exact => Value::String(text.to_owned()),
            None => value(text.trim(), wants_text),
        };
        let origin = Arc::new(origin);
        let mut setting = Setting::assigned(path, value);
        setting.key_place = Some(Place::new(&origin, key));
        let place = Place::new(&origin, span);
        self.problems.extend(slip.map(|slip| slip.problem(&place)));
        setting.place = Some(place);
        self.problems.extend(path_from(&mut setting, Path::new("")));
        self.said.push(setting);
    }

    /// The configuration, defaults filled in and everything checked that needs no text.
    ///
    /// # Errors
    /// Lists everything that is wrong in any layer.
    pub fn resolve(&self) -> Result<RunConfig, ConfigError> {
        let mut problems = self.problems.clone();
        let mut table = Table::new();
        let mut wrong = Vec::new();
        for setting in &self.said {
            if problems.len() >= MOST_PROBLEMS {
                break;
            }
            match setting.check() {
                Ok(key) => setting.insert(&mut table, key),
                Err(problem) => {
                    let meant = setting.key().map_or_else(|| setting.meant(), |key| vec![key]);
                    wrong.extend(meant.into_iter().map(Key::path));
                    problems.push(problem);
                }
            }
        }
        let config = RunConfig::deserialize(table).map_err(|error| {
            let message = error.message().to_owned();
            ConfigError::Problems(vec![Problem::at(None, message, String::new())])
        })?;
        for finding in rules::findings(&config) {
            // What is said of a default that stands in for what is wrong or misspelt helps nobody.
            if !finding.keys.iter().any(|key| wrong.iter().any(|wrong| wrong == key)) {
                problems.push(self.located(&finding));
            }
        }
        problems.truncate(MOST_PROBLEMS);
        if problems.is_empty() { Ok(config) } else { Err(ConfigError::Problems(problems)) }
    }

    /// What was said last of the key at `path`, which wants text; none for a default. For what has to be
    /// known before the rest can be resolved.
    pub fn text(&self, path: &str) -> Option<&str> {
        Key::find(path).and_then(|key| self.last(key)).and_then(|said| said.value.as_str())
    }

    /// Where the value of `key` comes from; none for a default.
    pub(crate) fn place(&self, key: &Key) -> Option<&Place> {
        self.last(key).and_then(|setting| setting.place.as_ref())
    }

    /// What was said of `key` last.
    pub(super) fn last(&self, key: &Key) -> Option<&Setting> {
        self.said.iter().rev().find(|setting| setting.key().is_some_and(|k| k.is(key)))
    }

    /// A finding with the places of its keys.
    fn located(&self, finding: &Finding) -> Problem {
        let mut problem = Problem::at(None, finding.message.clone(), String::new());
        for (at, path) in finding.keys.iter().enumerate() {
            let key = Key::find(path).expect("rules name keys that there are");
            let remedy = if at == 0 { finding.remedy.clone() } else { String::new() };
            if let Some(place) = self.place(key) {
                problem.marks.push((place.clone(), remedy));
                continue;
            }
            problem.notes.extend(Some(remedy).filter(|remedy| !remedy.is_empty()));
            if self.last(key).is_none() {
                problem.notes.push(format!("{path} = {} is the default", written(&key.default)));
            }
        }
        problem
    }
}

/// What was meant by `text`, where `key` takes that and not what was typed. A text to begin with may have
/// any characters, and so may the name of a file, but for quotes around it.
fn slip(key: &Key, text: &str) -> Option<Slip> {
    let slip = slips::typed(text).filter(|_| key.path() != "sample.prompt")?;
    let quoted = |text: &str| text.starts_with(['“', '‘', '"', '\'']);
    let fits = key.kind != Kind::Text || quoted(text) && toml_text::value(&slip.meant).is_some();
    (fits && key.accepts(&slip.meant)).then_some(slip)
}

/// What `text` means: TOML, or the text itself where that is wanted or it is no TOML.
pub(super) fn value(text: &str, wants_text: bool) -> Value {
    let parsed = toml_text::value(text).filter(|value| value.is_str() || !wants_text);
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Makes a path mean the same from any folder. Below a folder whose name is not UTF-8, which TOML could
/// not hold, it stays relative to the working directory if it can.
fn path_from(setting: &mut Setting, folder: &Path) -> Option<Problem> {
    let key = setting.key()?.path();
    let Value::String(path) = &mut setting.value else { return None };
    let relative = match (key.as_str(), Source::parse(path)) {
        ("data.path", Source::File(file)) if !path.is_empty() => folder.join(file),
        (RUN_ROOT, _) if !path.is_empty() => folder.join(&path),
        _ => return None,
    };
    let absolute = std::path::absolute(&relative).ok();
    let Some(usable) = absolute.as_deref().and_then(Path::to_str).or(relative.to_str()) else {
        let message = format!("{key} = {path:?} lies in {}", shown(folder));
        let label = "the folder's name is not UTF-8: rename it, or run charnn inside it".into();
        return Some(Problem::at(setting.place.as_ref(), message, label));
    };
    usable.clone_into(path);
    None
}
