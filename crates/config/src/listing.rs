//! The configuration as text for people and editors: all values, the description of a key, a first file.

use crate::keys::{self, KEYS, Key, Kind, TABLES, Table, nearest};
use crate::tables::version;
use crate::{RunConfig, Settings};
use charnn_message::{Language, Text, text, wrap};
use std::fmt::Write;
use toml::Value;
use unicode_width::UnicodeWidthStr;

/// What [`show`] writes.
#[derive(Debug, Clone, Copy, Default)]
pub struct ShowOptions {
    /// Add where each value comes from.
    pub origin: bool,
    /// Leave out defaults.
    pub changed_only: bool,
    /// The language of comments.
    pub language: Language,
}

/// `config` as TOML, which is what `settings` resolve to.
///
/// `run.root` is commented out while it is the default, because the default is relative to the working
/// directory and a value in a file is relative to the file.
pub fn show(settings: &Settings, config: &RunConfig, options: ShowOptions) -> String {
    let ShowOptions { origin, changed_only, language } = options;
    let mut out = version_line();
    for (table, values) in values(config) {
        let lines =
            values.into_iter().filter(|(key, value)| !changed_only || *value != key.default);
        let line = |(key, value): (&Key, Value)| {
            let from = settings.origin(key).unwrap_or_else(|| text!(en: "default", zh: "默认值"));
            let off = value == key.default && key.path() == "run.root";
            let off = if off { "#" } else { "" };
            (format!("{off}{} = {}", key.name, written(&value)), from)
        };
        let lines: Vec<(String, Text)> = lines.map(line).collect();
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n[{table}]");
        let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0).min(40);
        for (line, from) in lines {
            let _ = if origin {
                writeln!(out, "{line:width$}  # {}", from.in_language(language))
            } else {
                writeln!(out, "{line}")
            };
        }
    }
    out
}

impl RunConfig {
    /// The `config.toml` of a run folder: every key, except the name of the run, so that the file can
    /// start another run, and `run.root` while it is the default.
    pub fn to_run_file(&self) -> String {
        let mut out = version_line();
        for (table, values) in values(self) {
            let kept = |key: &Key, value: &Value| {
                table != "run" || key.name != "name" && *value != key.default
            };
            let values: Vec<_> =
                values.into_iter().filter(|(key, value)| kept(key, value)).collect();
            if !values.is_empty() {
                let _ = writeln!(out, "\n[{table}]");
            }
            for (key, value) in values {
                let _ = writeln!(out, "{} = {}", key.name, written(&value));
            }
        }
        out
    }
}

/// `config` as a file that holds only the keys in `chosen` and those that differ from their defaults,
/// each with its description, below a heading.
pub fn first_file(
    config: &RunConfig,
    chosen: &[&str],
    heading: &str,
    language: Language,
) -> String {
    let mut out = String::new();
    for line in heading.lines() {
        wrapped(&mut out, "# ", line);
    }
    let _ = write!(out, "\n{}", version_line());
    for (table, values) in values(config) {
        let is_chosen =
            |key: &Key, value: &Value| *value != key.default || chosen.contains(&&*key.path());
        let kept: Vec<_> =
            values.into_iter().filter(|(key, value)| is_chosen(key, value)).collect();
        if !kept.is_empty() {
            let _ = writeln!(out, "\n[{table}]");
        }
        for (key, value) in kept {
            wrapped(&mut out, "# ", key.about.in_language(language));
            let _ = writeln!(out, "{} = {}", key.name, written(&value));
        }
    }
    out
}

/// What the key or table called `path` does and takes.
///
/// # Errors
/// When neither exists, with the nearest name as a hint.
pub fn explain(path: &str, language: Language) -> Result<String, Text> {
    if let Some(key) = Key::find(path) {
        return Ok(explain_key(key, language));
    }
    if let Some(table) = TABLES.iter().find(|table| table.name == path) {
        return Ok(explain_table(table, language));
    }
    if path == version::NAME {
        let about = keys::schema().as_value()["properties"][version::NAME].clone();
        let name = if language == Language::Chinese { "x-zh" } else { "description" };
        return Ok(format!("{path}\n    {}\n", about[name].as_str().unwrap_or_default()));
    }
    let named: Vec<&Key> = KEYS.iter().filter(|key| key.name == path).collect();
    if !named.is_empty() {
        let all = named.into_iter().map(|key| explain_key(key, language));
        return Ok(all.collect::<Vec<_>>().join("\n"));
    }
    let tables = || TABLES.iter().map(|table| table.name.as_str());
    let table = Some(path).filter(|path| !path.contains('.'));
    let table = table.and_then(|path| nearest(path, tables())).map(str::to_owned);
    let near = table.or_else(|| Key::renamed(path).or_else(|| Key::suggest(path)).map(Key::path));
    Err(if let Some(near) = near {
        text!(en: "did you mean {near}?", zh: "是不是想写 {near}？")
    } else {
        let tables: Vec<&str> = tables().collect();
        text!(
            en: ("the tables are {}", tables.join(", ")),
            zh: ("可用的表有 {}", tables.join("、")),
        )
    })
}

/// The JSON Schema of configuration files, for editors.
pub fn schema_text() -> String {
    let mut out = serde_json::to_string_pretty(keys::schema().as_value()).unwrap_or_default();
    out.push('\n');
    out
}

fn explain_key(key: &Key, language: Language) -> String {
    let (path, default) = (key.path(), written(&key.default));
    let mut out = format!("{path}\n");
    wrapped(&mut out, "    ", key.about.in_language(language));
    out.push('\n');
    let mut line = |what: &str, value: &str| {
        let blank = 12_usize.saturating_sub(what.width());
        let _ = writeln!(out, "    {what}{}{value}", " ".repeat(blank));
    };
    let chosen = |text: Text| text.in_language(language).to_owned();
    line(&chosen(text!(en: "takes", zh: "取值")), &chosen(key.kind.expected()));
    if let Kind::Choice(words) = &key.kind {
        for known in words {
            let about = known.about.in_language(language);
            let about = about.trim_end_matches(['.', '。']);
            line("", &format!("{:12} {about}", known.word));
        }
    }
    if key.kind == Kind::Records {
        for (word, english, chinese) in charnn_text::Records::WORDS {
            let about = chosen(text!(en: ("{english}"), zh: ("{chinese}")));
            line("", &format!("{word:12} {}", about.trim_end_matches(['.', '。'])));
        }
        let about = text!(
            en: "what matches the regular expression separates records",
            zh: "正则表达式匹配的内容分隔各条记录"
        );
        line("", &format!("{:12} {}", "{ regex }", chosen(about)));
    }
    if key.kind == Kind::Unit {
        for (word, english, chinese) in charnn_bundle::Unit::WORDS {
            let about = chosen(text!(en: ("{english}"), zh: ("{chinese}")));
            line("", &format!("{word:12} {}", about.trim_end_matches(['.', '。'])));
        }
        let about = text!(
            en: "matches of the regular expression, and the characters between them, are symbols",
            zh: "正则表达式的每个匹配，以及匹配之间的每个字符，是一个符号"
        );
        line("", &format!("{:12} {}", "{ regex }", chosen(about)));
    }
    if key.kind == Kind::Encoding {
        wrapped_list(&mut line, &charnn_text::Encoding::CANDIDATES.map(String::from));
    }
    let bare = key.default.as_str().map_or_else(|| default.clone(), str::to_owned);
    line(&chosen(text!(en: "default", zh: "默认值")), &default);
    let table = &key.table;
    line(
        &chosen(text!(en: "in a file", zh: "文件中")),
        &chosen(text!(
            en: "{} = {default}, below [{table}]",
            zh: "{} = {default}，写在 [{table}] 下",
            key.name
        )),
    );
    line(&chosen(text!(en: "variable", zh: "环境变量")), &format!("{}={bare}", key.variable()));
    let resume = if key.changeable {
        text!(en: "can be changed", zh: "可以更改")
    } else {
        text!(en: "cannot be changed", zh: "不能更改")
    };
    line(&chosen(text!(en: "on resume", zh: "恢复训练")), &chosen(resume));
    out
}

/// Words in lines of a readable length.
fn wrapped_list(line: &mut impl FnMut(&str, &str), words: &[String]) {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() && text.len() + word.len() > 70 {
            line("", text.trim_end());
            text.clear();
        }
        text.push_str(word);
        text.push(' ');
    }
    line("", text.trim_end());
}

fn explain_table(table: &Table, language: Language) -> String {
    let mut out = format!("[{}]  {}\n", table.name, table.about.in_language(language));
    for key in Key::of(&table.name) {
        let _ = writeln!(out, "\n{} = {}", key.name, written(&key.default));
        wrapped(&mut out, "    ", key.about.in_language(language));
    }
    out
}

fn version_line() -> String {
    format!("{} = {}\n", version::NAME, version::CURRENT)
}

/// The values of `config`, table by table, in the order of the structs.
fn values(config: &RunConfig) -> Vec<(&'static str, Vec<(&'static Key, Value)>)> {
    let values = toml::Table::try_from(config).unwrap_or_default();
    let of_table = |table: &'static Table| {
        let value = |key: &'static Key| {
            values.get(&key.table).and_then(|table| table.get(&key.name)).unwrap_or(&key.default)
        };
        let keys = Key::of(&table.name).map(|key| (key, value(key).clone()));
        (table.name.as_str(), keys.collect())
    };
    TABLES.iter().map(of_table).collect()
}

/// A value as a person would write it in TOML.
fn written(value: &Value) -> String {
    match value {
        Value::Float(number) if number.is_finite() => format!("{number:?}"),
        _ => value.to_string(),
    }
}

/// Appends `text` in lines that begin with `before`.
fn wrapped(out: &mut String, before: &str, text: &str) {
    const MOST: usize = 92;
    let lines = wrap(text, Some(MOST), before.len(), before);
    let _ = writeln!(out, "{}", format!("{before}{lines}").trim_end());
}
