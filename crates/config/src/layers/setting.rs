//! One value for one key, and whether the key takes it.

use super::lookalikes;
use super::origin::Span;
use crate::keys::{self, KEYS, Key, Kind, TABLES, is_table, nearest};
use crate::tables::version;
use charnn_message::{Message, Text, text};
use std::path::PathBuf;
use toml::{Table, Value};

/// A value for a key, which need not exist.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    path: Path,
    pub(crate) value: Value,
    /// Where the value is.
    pub(crate) span: Option<Span>,
    /// Where the key is.
    pub(crate) key_span: Option<Span>,
    /// What relative paths are relative to.
    pub(crate) base: Base,
}

/// What a relative path is relative to.
#[derive(Debug, Clone, Default)]
pub(crate) enum Base {
    /// It stays as it is.
    #[default]
    Unchanged,
    /// A folder.
    Folder(PathBuf),
    /// The working directory stands for the folder above that of the shipped configurations.
    Shipped,
}

/// How a key was written.
#[derive(Debug, Clone)]
enum Path {
    /// By its name, below a table that exists.
    InTable(String, String),
    /// By a name outside of all tables that exist.
    Outside(String),
    /// By its whole path, on the command line or as a variable.
    Whole(String),
}

impl Setting {
    /// A setting of `name` in a table that exists.
    pub(crate) fn in_table(table: &str, name: &str, value: Value) -> Self {
        Self::new(Path::InTable(table.to_owned(), name.to_owned()), value)
    }

    /// A setting at the top of a file, below no table that exists.
    pub(crate) fn outside(name: &str, value: Value, key_span: Span) -> Self {
        Self { key_span: Some(key_span), ..Self::new(Path::Outside(name.to_owned()), value) }
    }

    /// A setting by the whole path of a key.
    pub(crate) fn whole(path: &str, value: Value) -> Self {
        Self::new(Path::Whole(path.to_owned()), value)
    }

    fn new(path: Path, value: Value) -> Self {
        Self { path, value, span: None, key_span: None, base: Base::Unchanged }
    }

    /// The key, if it exists.
    pub(crate) fn key(&self) -> Option<&'static Key> {
        match &self.path {
            Path::InTable(table, name) => Key::at(table, name),
            Path::Outside(_) => None,
            Path::Whole(path) => Key::find(path),
        }
    }

    /// The keys that this setting is about: its own, or those it is likely to mean.
    pub(crate) fn about(&self) -> Vec<&'static Key> {
        if let Some(key) = self.key().or_else(|| self.renamed()) {
            return vec![key];
        }
        match &self.path {
            Path::InTable(table, name) => keys::in_table(table, name).into_iter().collect(),
            Path::Outside(name) if self.value.is_table() => {
                keys::table(name).map(|table| Key::of(table).collect()).unwrap_or_default()
            }
            Path::Outside(name) => keys::in_table("", name).into_iter().collect(),
            Path::Whole(path) if self.is_variable() => {
                keys::of_variable(&variable(path)).into_iter().collect()
            }
            Path::Whole(path) => keys::of_path(path).into_iter().collect(),
        }
    }

    /// Puts the value where it belongs.
    pub(crate) fn insert(&self, table: &mut Table, key: &Key) {
        let inner = table.entry(&key.table).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(inner) = inner {
            inner.insert(key.name.clone(), self.value.clone());
        }
    }

    /// What is wrong with the key or its value.
    pub(crate) fn problem(&self) -> Option<Message> {
        let Some(key) = self.key() else { return Some(self.unknown()) };
        let path = key.path();
        if !key.kind.accepts(&self.value) {
            let (expected, value) = (key.kind.expected(), shown(&self.value));
            let gap = if expected.chinese.starts_with(|it: char| it.is_ascii()) { " " } else { "" };
            let message = Text {
                english: format!("{path} must be {}, not {value}", expected.english),
                chinese: format!("{path} 应为{gap}{}，而不是 {value}", expected.chinese),
            };
            let problem = Message::new("config/bad-value", message);
            return Some(self.at_value(problem, hint(&key.kind, &self.value)));
        }
        if key.kind == Kind::Sources && has_escape(&self.value) {
            let message = text!(
                en: "the Windows path in {path} contains a control character",
                zh: "{path} 的 Windows 路径中有控制字符"
            );
            let problem = Message::new("config/escape", message);
            return Some(self.at_value(problem, Some(lookalikes::escapes())));
        }
        None
    }

    fn at_value(&self, problem: Message, hint: Option<Text>) -> Message {
        at(problem, self.span.as_ref(), hint)
    }

    fn renamed(&self) -> Option<&'static Key> {
        match &self.path {
            Path::InTable(table, name) => Key::renamed(&format!("{table}.{name}")),
            Path::Outside(_) => None,
            Path::Whole(path) => Key::renamed(path),
        }
    }

    /// The key does not exist.
    fn unknown(&self) -> Message {
        if let Some(key) = self.renamed() {
            return at(self.moved(key), self.key_span.as_ref(), None);
        }
        let (code, message, hint) = match &self.path {
            Path::InTable(table, name) => (
                "config/unknown-key",
                text!(en: "unknown key `{name}` in [{table}]", zh: "[{table}] 中没有配置项 {name}"),
                Some(offered(table, name).unwrap_or_else(|| has(table))),
            ),
            Path::Outside(name) if is_table(name) => (
                "config/not-a-table",
                text!(en: "[{name}] must be a table", zh: "[{name}] 必须是一个表"),
                Some(text!(
                    en: "write [{name}] on a line of its own, and its keys below it",
                    zh: "请将 [{name}] 单独写一行，它的配置项写在下面"
                )),
            ),
            Path::Outside(name) if self.value.is_table() => (
                "config/unknown-table",
                text!(en: "unknown table [{name}]", zh: "没有名为 [{name}] 的表"),
                Some(match keys::table(name) {
                    Some(near) => text!(en: "did you mean [{near}]?", zh: "是不是想写 [{near}]？"),
                    None => tables(),
                }),
            ),
            Path::Outside(name) => (
                "config/no-table",
                text!(
                    en: "`{name}` is outside any table",
                    zh: "{name} 不在任何表中"
                ),
                Some(offered("", name).unwrap_or_else(tables)),
            ),
            Path::Whole(path) if self.is_variable() => {
                let name = format!("CHARNN_{}", variable(path).to_uppercase());
                let near = keys::of_variable(&variable(path)).map(Key::variable);
                let near = near.map_or_else(
                    || text!(
                        en: "variables are named after table and key, such as CHARNN_TRAIN__EPOCHS",
                        zh: "变量按表名和配置项命名，例如 CHARNN_TRAIN__EPOCHS"
                    ),
                    |near| text!(en: "did you mean {near}?", zh: "是不是想写 {near}？"),
                );
                (
                    "config/unknown-variable",
                    text!(en: "unknown environment variable {name}", zh: "未知的环境变量 {name}"),
                    Some(near),
                )
            }
            Path::Whole(path) if is_table(path) => (
                "config/not-a-key",
                text!(en: "`{path}` is a table, not a key", zh: "{path} 是表，不是配置项"),
                Some(has(path)),
            ),
            Path::Whole(path) => {
                let near = keys::of_path(path).map(Key::path);
                (
                    "config/unknown-key",
                    text!(en: "unknown key `{path}`", zh: "没有配置项 {path}"),
                    near.map(|near| text!(en: "did you mean `{near}`?", zh: "是不是想写 {near}？")),
                )
            }
        };
        at(Message::new(code, message), self.key_span.as_ref(), hint)
    }

    /// The key has another name since version 2.
    fn moved(&self, key: &Key) -> Message {
        let new = key.path();
        let old = match &self.path {
            Path::InTable(table, name) => format!("{table}.{name}"),
            Path::Outside(path) | Path::Whole(path) => path.clone(),
        };
        let message = text!(en: "`{old}` is now `{new}`", zh: "{old} 现已改名为 {new}");
        let problem = Message::new("config/renamed-key", message);
        match &key.kind {
            Kind::Choice(_) if !key.kind.accepts(&self.value) => {
                let expected = key.kind.expected();
                problem.hint(Text {
                    english: format!("write {} = {}", key.name, expected.english),
                    chinese: format!("请写成 {} = {}", key.name, expected.chinese),
                })
            }
            _ => problem.hint(text!(en: "write `{}`", zh: "请写成 {}", key.name)),
        }
    }

    fn is_variable(&self) -> bool {
        self.key_span.as_ref().is_some_and(Span::is_variable)
    }
}

/// A path as the rest of a variable's name.
fn variable(path: &str) -> String {
    path.replacen('.', "__", 1)
}

/// A problem with its place and perhaps a hint.
pub(crate) fn at(problem: Message, span: Option<&Span>, hint: Option<Text>) -> Message {
    let problem = match span {
        Some(span) => problem.at(span.place()),
        None => problem,
    };
    match hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

/// What `name` in `table` is likely to mean, or in no table if that is empty.
fn offered(table: &str, name: &str) -> Option<Text> {
    let version = version::NAME;
    if nearest(name, [version]).is_some() {
        return Some(text!(
            en: "did you mean {version}? It belongs above all tables",
            zh: "是不是想写 {version}？它应写在所有表之前"
        ));
    }
    let key = keys::in_table(table, name)?;
    let (near, belongs) = (&key.name, &key.table);
    Some(if near == name {
        text!(en: "it belongs in [{belongs}]", zh: "它属于 [{belongs}]")
    } else if belongs == table {
        text!(en: "did you mean `{near}`?", zh: "是不是想写 {near}？")
    } else {
        text!(
            en: "did you mean `{near}` in [{belongs}]?",
            zh: "是不是想写 [{belongs}] 中的 {near}？"
        )
    })
}

/// The keys of `table`.
fn has(table: &str) -> Text {
    let of_table = KEYS.iter().filter(|key| key.table == table);
    let names: Vec<&str> = of_table.map(|key| key.name.as_str()).collect();
    text!(
        en: ("the keys of [{table}] are {}", names.join(", ")),
        zh: ("[{table}] 的配置项有 {}", names.join("、")),
    )
}

fn tables() -> Text {
    let tables: Vec<String> = TABLES.iter().map(|table| format!("[{}]", table.name)).collect();
    text!(
        en: ("the tables are {}", tables.join(", ")),
        zh: ("可用的表有 {}", tables.join("、")),
    )
}

/// A value as TOML, shortened.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Table(_) => "{…}".to_owned(),
        Value::Float(number) if number.is_finite() => format!("{number:?}"),
        other => other.to_string(),
    };
    if text.chars().count() <= 40 {
        text
    } else {
        text.chars().take(37).chain("…".chars()).collect()
    }
}

/// Whether it is a path of Windows in which a `\` was read as an escape.
fn has_escape(value: &Value) -> bool {
    value.as_str().is_some_and(|path| {
        path.get(1..).is_some_and(|rest| rest.starts_with(':')) && path.contains(char::is_control)
    })
}

/// What to write in place of `value`, which a key of this kind does not take.
fn hint(kind: &Kind, value: &Value) -> Option<Text> {
    let write = |value: String| text!(en: "write {value}", zh: "请写成 {value}");
    let near = |near: &str| text!(en: "did you mean \"{near}\"?", zh: "是不是想写 \"{near}\"？");
    match (kind, value) {
        (Kind::Choice(words), Value::String(text)) => {
            nearest(text, words.iter().map(|known| known.word.as_str())).map(near)
        }
        (Kind::Records, Value::String(text)) => {
            nearest(text, charnn_text::Records::WORDS.map(|(word, ..)| word)).map(near)
        }
        (Kind::Unit, Value::String(text)) => {
            nearest(text, charnn_bundle::Unit::WORDS.map(|(word, ..)| word)).map(near)
        }
        (Kind::Encoding, Value::String(text)) => keys::encoding(text).as_deref().map(near),
        (_, Value::String(text)) => {
            let text = text.trim();
            let literal = lookalikes::literal(text).unwrap_or_else(|| text.to_owned());
            let value = kind.read(&literal);
            (!value.is_str() && kind.accepts(&value)).then(|| {
                if literal == text {
                    text!(en: "write {literal}, without quotes", zh: "请写成 {literal}，不加引号")
                } else {
                    write(literal)
                }
            })
        }
        (Kind::Whole(..), Value::Float(number)) => {
            let whole = Value::Integer(number.to_string().parse().ok()?);
            kind.accepts(&whole).then(|| write(whole.to_string()))
        }
        _ if kind.is_quoted() && !kind.is_type_of(value) => {
            let quoted = Value::String(value.to_string());
            kind.accepts(&quoted).then(|| write(quoted.to_string()))
        }
        _ => None,
    }
}
