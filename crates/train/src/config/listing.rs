//! The configuration as text for people and editors: what holds, what a key does, a first file.

use super::Settings;
use super::keys::{KEYS, Key, Kind, TABLES, Table, schema, written};
use super::nearest::nearest;
use super::problem::Place;
use super::settings::RUN_ROOT;
use super::{aliases, version};
use crate::RunConfig;
use std::fmt::Write;

/// `config` as TOML, which is what `settings` came to.
///
/// With `origin`, each line says where its value comes from; with `changed_only`, defaults are left
/// out. Where the folder of runs is the default, it is commented out, so that the text means the same
/// as a file in any folder.
pub fn show(settings: &Settings, config: &RunConfig, origin: bool, changed_only: bool) -> String {
    let values = toml::Table::try_from(config).expect("it came from TOML");
    let mut out = version::line();
    for Table { name: table, .. } in TABLES.iter() {
        let lines = Key::of(table).filter_map(|key| {
            let value = &values[table][&key.name];
            let from = settings.place(key).map_or("default".to_owned(), Place::short);
            let default = *value == key.default;
            let off = if default && key.path() == RUN_ROOT { "#" } else { "" };
            let line = || (format!("{off}{} = {}", key.name, written(value)), from);
            (!changed_only || !default).then(line)
        });
        let lines: Vec<(String, String)> = lines.collect();
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n[{table}]");
        let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0).min(40);
        for (line, from) in lines {
            let _ = if origin {
                writeln!(out, "{line:width$}  # {from}")
            } else {
                writeln!(out, "{line}")
            };
        }
    }
    out
}

/// What the key or table called `path` is for and takes.
///
/// # Errors
/// When there is none, with the nearest.
pub fn explain(path: &str) -> Result<String, String> {
    if let Some(key) = Key::find(path) {
        return Ok(explain_key(key));
    }
    if let Some(table) = TABLES.iter().find(|table| table.name == path) {
        return Ok(explain_table(table));
    }
    if path == version::NAME {
        return Ok(format!("{path}\n    {}\n", version::ABOUT));
    }
    let named: Vec<&Key> = KEYS.iter().filter(|key| key.name == path).collect();
    if !named.is_empty() {
        return Ok(named.into_iter().map(explain_key).collect::<Vec<_>>().join("\n"));
    }
    if let Some(key) = aliases::key(path) {
        return Err(format!("did you mean {}?", key.path()));
    }
    let known = KEYS.iter().map(Key::path).chain(KEYS.iter().map(|key| key.name.clone()));
    let known: Vec<String> = known.chain(TABLES.iter().map(|table| table.name.clone())).collect();
    let near = nearest(path, known.iter().map(String::as_str));
    Err(near.map_or_else(
        || {
            let tables: Vec<&str> = TABLES.iter().map(|table| table.name.as_str()).collect();
            format!("the tables are {}", tables.join(", "))
        },
        |near| format!("did you mean {near}?"),
    ))
}

fn explain_key(key: &Key) -> String {
    let (path, default) = (key.path(), written(&key.default));
    let mut out = format!("{path}\n");
    wrapped(&mut out, "    ", &key.about);
    out.push('\n');
    let mut line = |what: &str, value: &str| {
        let _ = writeln!(out, "    {what:12}{value}");
    };
    line("takes", &key.kind.to_string());
    if let Kind::Choice(words) = &key.kind {
        for (word, about) in words.iter().filter(|(_, about)| !about.is_empty()) {
            let sentence = about.split(". ").next().unwrap_or_default().trim_end_matches('.');
            line("", &format!("{word:12} {sentence}"));
        }
    }
    let bare = key.default.as_str().map_or_else(|| default.clone(), str::to_owned);
    line("default", &default);
    line("in a file", &format!("{} = {default}, below [{}]", key.name, key.table));
    line("flag", &format!("--set {path}={bare}"));
    line("variable", &format!("{}={bare}", key.variable()));
    line("resume", if key.changeable { "may change it" } else { "keeps it as it is" });
    out
}

fn explain_table(table: &Table) -> String {
    let mut out = format!("[{}]  {}\n", table.name, table.about);
    for key in Key::of(&table.name) {
        let _ = writeln!(out, "\n{} = {}", key.name, written(&key.default));
        wrapped(&mut out, "    ", &key.about);
    }
    out
}

/// The JSON Schema of a configuration file, as text.
pub fn schema_text() -> String {
    serde_json::to_string_pretty(&schema()).expect("a schema is JSON") + "\n"
}

/// `config` as a file to begin with, which explains each key: what `chosen` names stands there,
/// everything else is a default and commented out.
pub fn commented(config: &RunConfig, chosen: &[&str], heading: &str) -> String {
    let table = |config| toml::Table::try_from(config).expect("it is plain TOML");
    let (values, defaults) = (table(config), table(&RunConfig::default()));
    let mut out = String::new();
    wrapped(&mut out, "# ", heading);
    let _ = write!(out, "\n{}", version::line());
    for Table { name: table, about } in TABLES.iter() {
        let _ = writeln!(out, "\n# {about}\n[{table}]\n");
        for key in Key::of(table) {
            let takes = match &key.kind {
                Kind::Text | Kind::Flag | Kind::Whole(0, i64::MAX) => String::new(),
                Kind::Choice(_) => format!(" One of {}.", key.kind),
                Kind::Whole(..) | Kind::Number(_) => format!(" It is {}.", key.kind),
            };
            wrapped(&mut out, "# ", &(key.about.clone() + &takes));
            let value = &values[table][&key.name];
            let is_default = *value == defaults[table][&key.name];
            let off = if is_default && !chosen.contains(&key.path().as_str()) { "#" } else { "" };
            let value = written(value);
            let _ = writeln!(out, "{off}{} = {value}\n", key.name);
        }
    }
    out
}

/// Appends `text` in lines that begin with `before`.
fn wrapped(out: &mut String, before: &str, text: &str) {
    const WIDTH: usize = 92;
    for paragraph in text.lines() {
        let mut line = before.to_owned();
        for word in paragraph.split(' ') {
            if line.len() > before.len() && line.chars().count() + word.chars().count() > WIDTH {
                let _ = writeln!(out, "{}", line.trim_end());
                before.clone_into(&mut line);
            }
            line.push_str(word);
            line.push(' ');
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
