//! How a text is divided into records: texts of their own, such as names, molecules or poems.

use charnn_message::{Text, text};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// How a text is divided into records. A record begins and ends inside one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Records {
    /// Not at all: a continuous text.
    #[default]
    None,
    /// Every line is a record.
    Line,
    /// Blank lines separate records.
    BlankLine,
    /// Every file is a record.
    File,
    /// Matches of a regular expression separate records.
    Regex(String),
}

impl Records {
    /// The words for the variants without a parameter, and what they mean in English and Chinese.
    pub const WORDS: [(&'static str, &'static str, &'static str); 4] = [
        ("none", "A continuous text.", "连续的文本。"),
        ("line", "Every line is a record.", "每一行是一条记录。"),
        ("blank-line", "Blank lines separate records.", "空行分隔各条记录。"),
        ("file", "Every file is a record.", "每个文件是一条记录。"),
    ];

    /// Whether the text is divided.
    pub fn are_on(&self) -> bool {
        *self != Self::None
    }

    /// The separator of [`Records::Regex`], ready to search; `None` for the others.
    ///
    /// # Errors
    /// When it is not a regular expression, or matches the empty text and thus everywhere.
    pub fn separator(&self) -> Result<Option<regex_lite::Regex>, BadSeparator> {
        let Self::Regex(pattern) = self else { return Ok(None) };
        let separator = regex_lite::Regex::new(pattern);
        let separator = separator.map_err(|error| BadSeparator::Syntax(error.to_string()))?;
        if separator.is_match("") {
            return Err(BadSeparator::MatchesEverywhere);
        }
        Ok(Some(separator))
    }
}

/// Why a regular expression separates no records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadSeparator {
    /// It is not a regular expression, for this reason.
    Syntax(String),
    /// It matches the empty text.
    MatchesEverywhere,
}

impl BadSeparator {
    /// What is wrong with the separator of `records`, and a hint.
    pub fn explain(&self, records: &Records) -> (Text, Text) {
        let what = match self {
            Self::Syntax(why) => text!(
                en: "data.records = {records} is not a regular expression: {why}",
                zh: "data.records = {records} 不是正确的正则表达式：{why}"
            ),
            Self::MatchesEverywhere => text!(
                en: "data.records = {records} matches the empty text, so it would separate all characters",
                zh: "data.records = {records} 能匹配空文本，会把每个字符都分开"
            ),
        };
        let hint = text!(
            en: "the expression must match what is between two records, such as \\n%\\n",
            zh: "正则表达式应匹配两条记录之间的内容，例如 \\n%\\n"
        );
        (what, hint)
    }
}

impl fmt::Display for Records {
    /// The value as in a configuration file.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => out.write_str("\"none\""),
            Self::Line => out.write_str("\"line\""),
            Self::BlankLine => out.write_str("\"blank-line\""),
            Self::File => out.write_str("\"file\""),
            Self::Regex(pattern) => write!(out, "{{ regex = {pattern:?} }}"),
        }
    }
}

impl JsonSchema for Records {
    fn schema_name() -> Cow<'static, str> {
        "Records".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words = Self::WORDS.map(|(word, ..)| word);
        json_schema!({
            "anyOf": [
                { "enum": words },
                {
                    "type": "object",
                    "properties": { "regex": { "type": "string", "minLength": 1 } },
                    "required": ["regex"],
                    "additionalProperties": false
                }
            ],
            "format": "records"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_is_checked() {
        let separator = |pattern: &str| Records::Regex(pattern.to_owned()).separator();
        assert!(separator("\n%\n").unwrap().unwrap().is_match("a\n%\nb"));
        assert!(matches!(separator("("), Err(BadSeparator::Syntax(_))));
        for everywhere in ["", "x*", "a|", "^"] {
            assert_eq!(
                separator(everywhere).err(),
                Some(BadSeparator::MatchesEverywhere),
                "{everywhere}"
            );
        }
        assert!(Records::Line.separator().unwrap().is_none());
    }

    #[test]
    fn values_are_written_as_in_a_file() {
        for (records, json) in [
            (Records::BlankLine, "\"blank-line\"".to_owned()),
            (Records::Regex("\n%\n".into()), "{\"regex\":\"\\n%\\n\"}".to_owned()),
        ] {
            assert_eq!(serde_json::to_string(&records).unwrap(), json);
            assert_eq!(serde_json::from_str::<Records>(&json).unwrap(), records);
        }
        for (word, ..) in Records::WORDS {
            let read: Records = serde_json::from_str(&format!("\"{word}\"")).unwrap();
            assert_eq!(read.to_string(), format!("\"{word}\""));
        }
    }
}
