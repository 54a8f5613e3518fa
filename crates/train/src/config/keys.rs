//! The table of keys: what each is called, takes, does and is by default.
//!
//! Read off the structs of the configuration through their JSON Schema, so that a key is written
//! down once: as a field.

use super::RunConfig;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;
use std::fmt;
use std::sync::LazyLock;
use toml::Value;

/// One key of the configuration.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its table, such as `train`.
    pub(crate) table: String,
    /// Its name there, such as `batch_size`.
    pub(crate) name: String,
    /// What it takes.
    pub(crate) kind: Kind,
    /// What it does, in a sentence or two.
    pub(crate) about: String,
    /// Its value where nobody gives one.
    pub(crate) default: Value,
    /// Whether a run that goes on may change it.
    pub changeable: bool,
}

/// One table of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) about: String,
}

/// What a key takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number, from the first to the second.
    Whole(i64, i64),
    /// A number.
    Number(Bounds),
    /// One of these words, each with what it means, which may be empty.
    Choice(Vec<(String, String)>),
}

/// The ends of a range of numbers. Where an end is not there, the largest number is the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bounds {
    /// The lower end, and whether it belongs to the range.
    pub(crate) least: (f64, bool),
    /// The upper end, likewise.
    pub(crate) most: (f64, bool),
}

/// All keys, table by table, in the order of the structs.
pub(crate) static KEYS: LazyLock<Vec<Key>> = LazyLock::new(keys);

/// All tables, in the order of the structs.
pub(crate) static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let schema = schema();
    let mut names: Vec<&String> = KEYS.iter().map(|key| &key.table).collect();
    names.dedup();
    let about = |name: &String| about(&schema.as_value()["properties"][name]);
    names.into_iter().map(|name| Table { name: name.clone(), about: about(name) }).collect()
});

/// The JSON Schema of a configuration file, for editors.
pub(crate) fn schema() -> schemars::Schema {
    let inline = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    inline.into_generator().into_root_schema_for::<RunConfig>()
}

impl Key {
    /// The key that is written `path`, as in `train.batch_size`.
    pub fn find(path: &str) -> Option<&'static Self> {
        let (table, name) = path.split_once('.')?;
        Self::at(table, name)
    }

    /// The key called `name` in `table`.
    pub(crate) fn at(table: &str, name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.table == table && key.name == name)
    }

    /// Whether both are the same key.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (&self.table, &self.name) == (&other.table, &other.name)
    }

    /// All keys of `table`.
    pub(crate) fn of(table: &str) -> impl Iterator<Item = &'static Self> {
        KEYS.iter().filter(move |key| key.table == table)
    }

    /// What resuming a run may change: whole tables by their names, and single keys.
    pub fn changeable() -> Vec<String> {
        let mut found = Vec::new();
        for Table { name, .. } in TABLES.iter() {
            if Self::of(name).all(|key| key.changeable) {
                found.push(name.clone());
            } else {
                found.extend(Self::of(name).filter(|key| key.changeable).map(Self::path));
            }
        }
        found
    }

    /// Table and name: `train.batch_size`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// The environment variable that sets it: `CHARNN_TRAIN__BATCH_SIZE`.
    pub(crate) fn variable(&self) -> String {
        format!("CHARNN_{}__{}", self.table, self.name).to_uppercase()
    }
}

impl Kind {
    /// Whether it is written in quotes.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Choice(_))
    }

    /// Whether `value` is of the right type.
    pub(crate) fn takes(&self, value: &Value) -> bool {
        match self {
            Self::Text | Self::Choice(_) => value.is_str(),
            Self::Flag => value.is_bool(),
            Self::Whole(..) => value.is_integer(),
            Self::Number(_) => value.is_integer() || value.is_float(),
        }
    }

    /// Whether `value`, which is of the right type, is one of those allowed.
    pub(crate) fn allows(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Choice(words), Value::String(text)) => {
                words.iter().any(|(word, _)| word == text)
            }
            (Self::Whole(least, most), Value::Integer(number)) => (least..=most).contains(&number),
            (Self::Number(bounds), Value::Integer(number)) => bounds.contain(*number as f64),
            (Self::Number(bounds), Value::Float(number)) => bounds.contain(*number),
            _ => true,
        }
    }
}

impl Bounds {
    fn contain(self, number: f64) -> bool {
        let ((least, with_least), (most, with_most)) = (self.least, self.most);
        number.is_finite()
            && (number > least || with_least && number >= least)
            && (number < most || with_most && number <= most)
    }
}

/// What is allowed, to follow "must be".
impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => write!(out, "text in quotes"),
            Self::Flag => write!(out, "true or false"),
            Self::Whole(least, i64::MAX) => write!(out, "a whole number, {least} or more"),
            Self::Whole(least, most) => write!(out, "a whole number from {least} to {most}"),
            Self::Number(Bounds { least: (least, with_least), most: (most, with_most) }) => {
                let from = if *with_least { "from" } else { "above" };
                let to = match (with_least, with_most) {
                    (_, false) => "to below",
                    (true, true) => "to",
                    (false, true) => "up to",
                };
                write!(out, "a number {from} {} {to} {}", plain(*least), plain(*most))
            }
            Self::Choice(words) => {
                let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
                let (last, rest) = words.split_last().expect("a choice of something");
                write!(out, "{} or {last}", rest.join(", "))
            }
        }
    }
}

/// A number as a person would write it.
fn plain(number: f64) -> String {
    let ordinary = number == 0.0 || (1e-3..1e5).contains(&number.abs());
    if ordinary { number.to_string() } else { format!("{number:e}") }
}

/// A value as a person would write it in TOML.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::Float(number) if number.is_finite() => format!("{number:?}"),
        _ => value.to_string(),
    }
}

fn keys() -> Vec<Key> {
    let schema = schema();
    let defaults = toml::Table::try_from(RunConfig::default()).expect("plain TOML");
    let key = |(table, name): (String, String)| {
        let of_table = &schema.as_value()["properties"][&table];
        let of_key = &of_table["properties"][&name];
        Key {
            kind: kind(of_key).unwrap_or_else(|| panic!("{table}.{name} takes {of_key}")),
            about: about(of_key),
            default: defaults[&table][&name].clone(),
            changeable: of_key["x-resume"] == true || of_table["x-resume"] == true,
            table,
            name,
        }
    };
    in_order().into_iter().map(key).collect()
}

/// Tables and names in the order of the structs, which neither a schema nor a parsed file keeps. What
/// stands above all tables is no key.
fn in_order() -> Vec<(String, String)> {
    let defaults = toml::to_string(&RunConfig::default()).expect("plain TOML");
    let mut table = String::new();
    let mut found = Vec::new();
    for line in defaults.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            name.clone_into(&mut table);
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| !table.is_empty()) {
            found.push((table.clone(), name.to_owned()));
        }
    }
    found
}

fn about(schema: &Json) -> String {
    schema["description"].as_str().unwrap_or_default().replace('\n', " ")
}

/// What a schema allows; nothing where it is of a kind that no key has had so far.
fn kind(schema: &Json) -> Option<Kind> {
    let end = |name: &str| schema[name].as_f64();
    if let Some(words) = schema["oneOf"].as_array() {
        let word = |word: &Json| Some((word["const"].as_str()?.to_owned(), about(word)));
        return words.iter().map(word).collect::<Option<_>>().map(Kind::Choice);
    }
    if let Some(words) = schema["enum"].as_array() {
        let word = |word: &Json| Some((word.as_str()?.to_owned(), String::new()));
        return words.iter().map(word).collect::<Option<_>>().map(Kind::Choice);
    }
    match schema["type"].as_str()? {
        "string" => Some(Kind::Text),
        "boolean" => Some(Kind::Flag),
        "integer" => {
            let end = |name: &str| schema[name].as_i64();
            let least = end("minimum").unwrap_or(i64::MIN);
            Some(Kind::Whole(least, end("maximum").unwrap_or(i64::MAX)))
        }
        "number" => {
            let ends = |with: &str, without: &str, none: f64| match end(without) {
                Some(end) => (end, false),
                None => (end(with).unwrap_or(none), true),
            };
            let least = ends("minimum", "exclusiveMinimum", f64::MIN);
            Some(Kind::Number(Bounds {
                least,
                most: ends("maximum", "exclusiveMaximum", f64::MAX),
            }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_structs_is_in_the_table_and_explained() {
        let defaults = toml::Table::try_from(RunConfig::default()).unwrap();
        let mut count = 0;
        for (table, keys) in defaults.iter().filter(|(_, keys)| keys.is_table()) {
            assert!(TABLES.iter().any(|known| known.name == *table && !known.about.is_empty()));
            for (name, default) in keys.as_table().unwrap() {
                let key = Key::at(table, name).unwrap_or_else(|| panic!("{table}.{name}"));
                assert!(key.kind.takes(default), "{key:?}");
                let path = key.path() == "data.path"; // which nobody can guess
                assert!(path || key.kind.allows(default), "{key:?}");
                assert!(key.about.ends_with('.') && key.about.len() > 10, "{key:?}");
                count += 1;
            }
        }
        assert_eq!(KEYS.len(), count);
    }

    #[test]
    fn ranges_come_from_the_attributes() {
        let kind = |path| Key::find(path).unwrap().kind.to_string();
        assert_eq!(kind("train.batch_size"), "a whole number from 1 to 65536");
        assert_eq!(kind("train.seed"), "a whole number, 0 or more");
        assert_eq!(kind("train.learning_rate"), "a number above 0 up to 10");
        assert_eq!(kind("model.dropout"), "a number from 0 to below 1");
        assert_eq!(kind("model.cell"), "\"rnn\", \"gru\" or \"lstm\"");
        assert!(kind("train.device").ends_with("\"software\" or \"ndarray\""));
        assert_eq!(kind("run.name"), "text in quotes");
    }

    #[test]
    fn what_resume_may_change_is_marked() {
        let changeable = Key::changeable();
        for expected in ["train.epochs", "train.device", "sample", "checkpoint"] {
            assert!(changeable.iter().any(|path| path == expected), "{changeable:?}");
        }
        assert!(!Key::find("model.hidden_size").unwrap().changeable, "{changeable:?}");
    }
}
