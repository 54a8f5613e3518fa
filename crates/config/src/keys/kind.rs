//! What a key takes.

use crate::values::{ByteSize, Form, Interval, Sources, TimeLimit};
use charnn_bundle::Unit;
use charnn_message::{Text, text};
use charnn_text::{Encoding, Records};
use std::str::FromStr;
use toml::Value;
use toml::de::DeValue;

/// What a key takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number, from the first to the second.
    Whole(i64, i64),
    /// A number.
    Number(Bounds),
    /// One of these words.
    Choice(Vec<Word>),
    /// A [`TimeLimit`].
    TimeLimit,
    /// An [`Interval`].
    Interval,
    /// A [`ByteSize`].
    Size,
    /// [`Sources`].
    Sources,
    /// An [`Encoding`], or `auto`.
    Encoding,
    /// [`Records`].
    Records,
    /// A [`Unit`].
    Unit,
}

/// A word to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// The word.
    pub word: String,
    /// What it means.
    pub about: Text,
}

/// The ends of a range of numbers. An end that was not given is the largest number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The lower end, and whether it belongs to the range.
    pub least: (f64, bool),
    /// The upper end, and whether it belongs to the range.
    pub most: (f64, bool),
}

impl Kind {
    /// Whether a value is written in quotes in a file.
    pub(crate) fn is_quoted(&self) -> bool {
        !matches!(self, Self::Flag | Self::Whole(..) | Self::Number(_) | Self::Size)
    }

    /// Whether `value` has the right type, in or out of range.
    pub(crate) fn is_type_of(&self, value: &Value) -> bool {
        match self {
            Self::Flag => value.is_bool(),
            Self::Whole(..) => value.is_integer(),
            Self::Number(_) => value.is_integer() || value.is_float(),
            Self::Size => value.is_integer() || value.is_str(),
            Self::Sources => value.is_str() || value.is_array(),
            Self::Records | Self::Unit => value.is_str() || value.is_table(),
            _ => value.is_str(),
        }
    }

    /// Whether `value` is allowed.
    pub fn accepts(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text | Self::Sources, Value::String(_)) | (Self::Flag, Value::Boolean(_)) => {
                true
            }
            (Self::Whole(least, most), Value::Integer(number)) => (least..=most).contains(&number),
            (Self::Number(bounds), Value::Integer(number)) => bounds.contain(*number as f64),
            (Self::Number(bounds), Value::Float(number)) => bounds.contain(*number),
            (Self::Choice(words), Value::String(text)) => {
                words.iter().any(|known| known.word == *text)
            }
            (Self::TimeLimit, Value::String(text)) => reads::<TimeLimit>(text),
            (Self::Interval, Value::String(text)) => reads::<Interval>(text),
            (Self::Size, Value::Integer(bytes)) => *bytes >= 0,
            (Self::Size, Value::String(text)) => reads::<ByteSize>(text),
            (Self::Sources, Value::Array(list)) => {
                list.iter().all(|name| name.as_str().is_some_and(|name| !name.is_empty()))
            }
            (Self::Encoding, Value::String(text)) => text == "auto" || reads::<Encoding>(text),
            (Self::Records, value) => value.clone().try_into::<Records>().is_ok(),
            (Self::Unit, value) => value.clone().try_into::<Unit>().is_ok(),
            _ => false,
        }
    }

    /// The value that `text` stands for outside of a file, where quotes are optional.
    pub(crate) fn read(&self, text: &str) -> Value {
        let parsed = DeValue::parse(text).ok().map(|value| from_parsed(value.get_ref()));
        let is_wanted = |value: &Value| match self {
            Self::Sources => value.is_str() || value.is_array(),
            Self::Records | Self::Unit => value.is_str() || value.is_table(),
            _ => value.is_str() || !self.is_quoted(),
        };
        parsed.filter(is_wanted).unwrap_or_else(|| Value::String(text.to_owned()))
    }

    /// What is allowed, to follow "must be".
    pub fn expected(&self) -> Text {
        match self {
            Self::Text => text!(en: "text in quotes", zh: "带引号的文本"),
            Self::Flag => text!(en: "true or false", zh: "true 或 false"),
            Self::Whole(least, i64::MAX) => {
                text!(en: "a whole number, at least {least}", zh: "不小于 {least} 的整数")
            }
            Self::Whole(least, most) => text!(
                en: "a whole number from {least} to {most}",
                zh: "{least} 到 {most} 之间的整数"
            ),
            Self::Number(bounds) => bounds.expected(),
            Self::Choice(words) => choices(words),
            Self::TimeLimit => TimeLimit::expected(),
            Self::Interval => Interval::expected(),
            Self::Size => ByteSize::expected(),
            Self::Sources => Sources::expected(),
            Self::Encoding => text!(
                en: "\"auto\" or an encoding such as \"utf-8\", \"gb18030\" or \"windows-1252\"",
                zh: "\"auto\"，或者 \"utf-8\"、\"gb18030\"、\"windows-1252\" 这样的编码"
            ),
            Self::Records => or_regex(&Records::WORDS.map(|(word, ..)| word)),
            Self::Unit => or_regex(&Unit::WORDS.map(|(word, ..)| word)),
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

    fn expected(self) -> Text {
        let ((least, with_least), (most, with_most)) = (self.least, self.most);
        let (least, most) = (plain(least), plain(most));
        match (with_least, with_most) {
            (true, true) => text!(
                en: "a number from {least} to {most}",
                zh: "{least} 到 {most} 之间的数"
            ),
            (true, false) => text!(
                en: "a number from {least} to below {most}",
                zh: "不小于 {least} 且小于 {most} 的数"
            ),
            (false, true) => text!(
                en: "a number above {least} and at most {most}",
                zh: "大于 {least} 且不超过 {most} 的数"
            ),
            (false, false) => text!(
                en: "a number above {least} and below {most}",
                zh: "大于 {least} 且小于 {most} 的数"
            ),
        }
    }
}

/// One of these words, or a regular expression.
fn or_regex(words: &[&str]) -> Text {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    text!(
        en: ("{} or {{ regex = \"...\" }}", words.join(", ")),
        zh: ("{} 或 {{ regex = \"...\" }}", words.join("、")),
    )
}

fn reads<T: FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

fn choices(words: &[Word]) -> Text {
    let words: Vec<String> = words.iter().map(|known| format!("\"{}\"", known.word)).collect();
    match &words[..] {
        [] => Text::verbatim(""),
        [word] => Text::verbatim(word),
        [rest @ .., last] => Text {
            english: format!("{} or {last}", rest.join(", ")),
            chinese: format!("{} 或 {last}", rest.join("、")),
        },
    }
}

/// A number as a person would write it.
fn plain(number: f64) -> String {
    let ordinary = number == 0.0 || (1e-3..1e5).contains(&number.abs());
    if ordinary { number.to_string() } else { format!("{number:e}") }
}

/// A value of a TOML document without its place. A whole number that is too large becomes a float, which
/// no key for whole numbers takes.
pub(crate) fn from_parsed(value: &DeValue<'_>) -> Value {
    let float = |text: &str| Value::Float(text.parse().unwrap_or(f64::INFINITY));
    match value {
        DeValue::String(text) => Value::String(text.clone().into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| float(number.as_str()), Value::Integer),
        DeValue::Float(number) => float(number.as_str()),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(time) => Value::Datetime(*time),
        DeValue::Array(list) => {
            Value::Array(list.iter().map(|item| from_parsed(item.get_ref())).collect())
        }
        DeValue::Table(table) => {
            let entry = |(name, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let name: &std::borrow::Cow<'_, str> = name.get_ref();
                (name.clone().into_owned(), from_parsed(value.get_ref()))
            };
            Value::Table(table.iter().map(entry).collect())
        }
    }
}
