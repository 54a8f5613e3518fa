//! One value that somebody gave to one key, and whether the key takes it.

use super::keys::{Key, Kind, TABLES, written};
use super::nearest::nearest;
use super::problem::{Place, Problem};
use super::settings::RUN_ROOT;
use super::{meant, slips, toml_text, version};
use crate::RunConfig;
use serde::Deserialize;
use toml::{Table, Value};

/// A value for a key, which need not exist.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    path: Path,
    pub(crate) value: Value,
    /// Where the value stands.
    pub(crate) place: Option<Place>,
    /// Where the key stands.
    pub(crate) key_place: Option<Place>,
}

/// How a key was written.
#[derive(Debug, Clone)]
enum Path {
    /// By its name, under a table that there is.
    In(String, String),
    /// By a name outside of all these.
    Outside(String),
    /// By its whole path, on the command line or as a variable.
    Whole(String),
}

impl Setting {
    /// Whether there is a table called `name`.
    pub(crate) fn is_table(name: &str) -> bool {
        TABLES.iter().any(|table| table.name == name)
    }

    /// A setting of `name` in a table that there is.
    pub(crate) fn plain(table: &str, name: &str, value: Value) -> Self {
        let path = Path::In(table.to_owned(), name.to_owned());
        Self { path, value, place: None, key_place: None }
    }

    /// A setting that stands in no table that there is.
    pub(crate) fn outside(name: &str, value: Value, place: Place) -> Self {
        let path = Path::Outside(name.to_owned());
        Self { path, value, place: None, key_place: Some(place) }
    }

    /// A setting by the whole path of a key.
    pub(crate) fn assigned(path: &str, value: Value) -> Self {
        Self { path: Path::Whole(path.to_owned()), value, place: None, key_place: None }
    }

    /// The key, where it exists.
    pub(crate) fn key(&self) -> Option<&'static Key> {
        match &self.path {
            Path::In(table, name) => Key::at(table, name),
            Path::Outside(_) => None,
            Path::Whole(path) => Key::find(path),
        }
    }

    /// The keys that may have been meant, where there is no such key.
    pub(crate) fn meant(&self) -> Vec<&'static Key> {
        match &self.path {
            Path::In(table, name) => meant::in_table(table, name).into_iter().collect(),
            Path::Outside(name) if self.value.is_table() => {
                meant::table(name).map(|table| Key::of(table).collect()).unwrap_or_default()
            }
            Path::Outside(name) => meant::in_none(name).into_iter().collect(),
            Path::Whole(path) if self.is_variable() => of_variable(path).into_iter().collect(),
            Path::Whole(path) => meant::whole(path).into_iter().collect(),
        }
    }

    /// Puts the value where it belongs.
    pub(crate) fn insert(&self, table: &mut Table, key: &Key) {
        let inner = table.entry(&key.table).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(inner) = inner {
            inner.insert(key.name.clone(), self.value.clone());
        }
    }

    /// The key, which exists and takes the value.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub(crate) fn check(&self) -> Result<&'static Key, Problem> {
        let Some(key) = self.key() else { return Err(self.unknown()) };
        let (path, value) = (key.path(), shown(&self.value));
        let problem = |message, label| Err(Problem::at(self.place.as_ref(), message, label));
        if !key.kind.takes(&self.value) {
            let hint = hint(&key.kind, &self.value);
            let allowed = hint.starts_with("this is").then(|| format!("it must be {}", key.kind));
            return problem(format!("{path} must be {}", key.kind), hint)
                .map_err(|problem| Problem { allowed, ..problem });
        }
        if !key.kind.allows(&self.value) {
            return match (&key.kind, &self.value) {
                (Kind::Choice(words), Value::String(written)) => {
                    let near = nearest(written, words.iter().map(|(word, _)| word.as_str()));
                    let label = near.map(|near| format!("did you mean \"{near}\"?"));
                    let allowed = label.is_none().then(|| format!("it must be {}", key.kind));
                    let label = label.unwrap_or_else(|| "no such choice".to_owned());
                    let message = format!("{path} must be {}", key.kind);
                    problem(message, label).map_err(|problem| Problem { allowed, ..problem })
                }
                _ => problem(
                    format!("{path} = {value} is out of range"),
                    format!("it must be {}", key.kind),
                ),
            };
        }
        if let Some(problem) = self.of_escapes(key) {
            return Err(problem);
        }
        // Keys with a type of their own know best.
        let mut alone = Table::new();
        self.insert(&mut alone, key);
        match RunConfig::deserialize(alone) {
            Ok(_) => Ok(key),
            Err(error) => {
                let message = format!("{path} = {value} is not possible");
                let written = self.value.as_str().filter(|_| path == "data.encoding");
                let label = written.and_then(meant::encoding);
                let label = label.map(|near| format!("did you mean \"{near}\"?"));
                let label = label.unwrap_or_default();
                Err(Problem::at(self.place.as_ref(), message, label).note(error.message()))
            }
        }
    }

    /// A path of Windows in double quotes, whose `\b` or `\t` was read as a control character. Elsewhere
    /// such a character may be in a name.
    fn of_escapes(&self, key: &Key) -> Option<Problem> {
        let (place, path) = (self.place.as_ref()?, key.path());
        let written = place.written();
        let mut begin = written.chars().skip(1);
        let has_drive = begin.next().is_some_and(|drive| drive.is_ascii_alphabetic())
            && begin.next() == Some(':');
        let is_path = has_drive && ["data.path", RUN_ROOT].contains(&&*path);
        let advice = slips::escapes(written).filter(|_| is_path)?;
        let message = format!("{path} has a control character in it");
        let has = self.value.as_str().is_some_and(|text| text.contains(char::is_control));
        has.then(|| Problem::at(Some(place), message, advice.to_owned()))
    }

    /// There is no such key.
    fn unknown(&self) -> Problem {
        let (message, label, note) = match &self.path {
            Path::In(table, name) => (
                format!("unknown key `{name}` in [{table}]"),
                offered(name, meant::in_table(table, name), Some(table)),
                Some(format!("[{table}] has: {}", names(table))),
            ),
            Path::Outside(name) if Self::is_table(name) => (
                format!("[{name}] is a table"),
                format!("write [{name}] on a line, and its keys below it"),
                Some(format!("[{name}] has: {}", names(name))),
            ),
            Path::Outside(name) if self.value.is_table() => {
                let near = meant::table(name);
                let tables: Vec<_> =
                    TABLES.iter().map(|table| format!("[{}]", table.name)).collect();
                let label = near.map(|near| format!("did you mean [{near}]?")).unwrap_or_default();
                let note = format!("the tables are {}", tables.join(", "));
                (format!("unknown table [{name}]"), label, Some(note))
            }
            Path::Outside(name) => {
                let note = "every key stands below the [table] that it belongs to".to_owned();
                let label = offered(name, meant::in_none(name), None);
                (format!("unknown key `{name}` outside of all tables"), label, Some(note))
            }
            Path::Whole(path) if self.is_variable() => {
                let name = self.key_place.as_ref().map(Place::short).unwrap_or_default();
                let near = of_variable(path);
                let label = near.map(|key| format!("did you mean {}?", key.variable()));
                let note = "a variable is named like the key that it sets, table and all, such as \
                    CHARNN_TRAIN__EPOCHS";
                let note = label.is_none().then(|| note.to_owned());
                (format!("unknown variable {name}"), label.unwrap_or_default(), note)
            }
            Path::Whole(path) if Self::is_table(path) => {
                let note = format!("[{path}] has: {}", names(path));
                let label = "write --set table.key=value".to_owned();
                (format!("[{path}] is a table"), label, Some(note))
            }
            Path::Whole(path) => {
                let near = meant::whole(path);
                let label = near.map(|key| format!("did you mean `{}`?", key.path()));
                (format!("unknown key `{path}`"), label.unwrap_or_default(), None)
            }
        };
        let label = if label.is_empty() { "no key is called so".to_owned() } else { label };
        let mut problem = Problem::at(self.key_place.as_ref(), message, label);
        problem.notes.extend(note);
        problem
    }

    fn is_variable(&self) -> bool {
        self.key_place.as_ref().is_some_and(Place::is_environment)
    }
}

/// What somebody meant by a variable for `path`.
fn of_variable(path: &str) -> Option<&'static Key> {
    meant::variable(&path.replacen('.', "__", 1))
}

/// What is said to somebody who wrote `name` in `table`, or in none, and meant `key`.
fn offered(name: &str, key: Option<&Key>, table: Option<&str>) -> String {
    if nearest(name, [version::NAME]).is_some() {
        return format!("did you mean {}? It stands above all tables", version::NAME);
    }
    match key {
        None => String::new(),
        Some(key) if key.name == name => format!("it belongs in [{}]", key.table),
        Some(key) if Some(key.table.as_str()) == table => format!("did you mean `{}`?", key.name),
        Some(key) => format!("did you mean `{}` in [{}]?", key.name, key.table),
    }
}

/// The keys of `table`, as a line.
fn names(table: &str) -> String {
    Key::of(table).map(|key| key.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A value as it would be written, shortened.
fn shown(value: &Value) -> String {
    let text = written(value);
    if text.chars().count() <= 40 {
        text
    } else {
        text.chars().take(37).chain("...".chars()).collect()
    }
}

/// What a value of the wrong type is, and what it should perhaps be.
fn hint(kind: &Kind, value: &Value) -> String {
    match value {
        Value::String(text) => {
            let meant = toml_text::value(text.trim());
            match meant.filter(|meant| kind.takes(meant) && kind.allows(meant)) {
                Some(meant) => format!("write {meant}, without quotes"),
                None => slips::value(text.trim()).unwrap_or_else(|| "this is text".to_owned()),
            }
        }
        Value::Float(number) if matches!(kind, Kind::Whole(..)) => {
            match number.to_string().parse().map(Value::Integer) {
                Ok(whole) if kind.allows(&whole) => format!("write {whole}"),
                Err(_) if number.fract() == 0.0 => "this is too large".to_owned(),
                _ => "this is not one".to_owned(),
            }
        }
        Value::Integer(_) | Value::Float(_) => "this is a number".to_owned(),
        Value::Boolean(_) => "this is true or false".to_owned(),
        Value::Datetime(_) => "this is a date or time".to_owned(),
        Value::Array(_) => "this is a list".to_owned(),
        Value::Table(_) => "this is a table".to_owned(),
    }
}
