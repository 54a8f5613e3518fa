//! What the symbols of a text are: characters, bytes, graphemes, or matches of a regular expression.

use super::vocabulary::Vocabulary;
use charnn_message::{Text, text};
use regex_lite::Regex;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use unicode_segmentation::UnicodeSegmentation as _;

/// What a symbol is: the pieces that a text is cut into.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A Unicode scalar value.
    #[default]
    Char,
    /// A byte of the text as UTF-8.
    Byte,
    /// An extended grapheme cluster (UAX #29): what people see as one character.
    Grapheme,
    /// A match of a regular expression within a line, or a character that belongs to no match.
    Regex(String),
}

impl Unit {
    /// The words for the variants without a parameter, and what they mean in English and Chinese.
    pub const WORDS: [(&'static str, &'static str, &'static str); 3] = [
        ("char", "Every character is a symbol.", "每个字符是一个符号。"),
        (
            "byte",
            "Every byte of the text as UTF-8 is a symbol.",
            "文本按 UTF-8 编码，每个字节是一个符号。",
        ),
        (
            "grapheme",
            "Every grapheme is a symbol: a character with its marks, or a whole emoji.",
            "每个字素是一个符号：带附加符号的字符或一个完整的表情符号。",
        ),
    ];

    /// Whether symbols are characters.
    pub fn is_char(&self) -> bool {
        *self == Self::Char
    }

    /// Cuts texts into these units.
    ///
    /// # Errors
    /// When the regular expression is invalid, or matches the empty text.
    pub fn cutter(&self) -> Result<Cutter, BadUnit> {
        let regex = match self {
            Self::Regex(pattern) => {
                let regex = Regex::new(pattern);
                let regex = regex.map_err(|error| BadUnit::Syntax(error.to_string()))?;
                if regex.is_match("") {
                    return Err(BadUnit::MatchesEmpty);
                }
                Some(regex)
            }
            _ => None,
        };
        Ok(Cutter { unit: self.clone(), regex })
    }
}

/// Why a regular expression gives no units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadUnit {
    /// It is not a regular expression, for this reason.
    Syntax(String),
    /// It matches the empty text.
    MatchesEmpty,
}

impl BadUnit {
    /// What is wrong with `unit`, and a hint.
    pub fn explain(&self, unit: &Unit) -> (Text, Text) {
        let what = match self {
            Self::Syntax(why) => text!(
                en: "data.unit = {unit} is not a regular expression: {why}",
                zh: "data.unit = {unit} 不是正确的正则表达式：{why}"
            ),
            Self::MatchesEmpty => text!(
                en: "data.unit = {unit} can match an empty text, and an empty text is not a symbol",
                zh: "data.unit = {unit} 能匹配空文本，而空文本不能作为符号"
            ),
        };
        let hint = text!(
            en: "the expression must match one symbol, such as \\[[^\\]]+\\]|Br|Cl for molecules",
            zh: "正则表达式应匹配一个符号，例如分子式用 \\[[^\\]]+\\]|Br|Cl"
        );
        (what, hint)
    }
}

impl fmt::Display for Unit {
    /// The value as in a configuration file.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Char => out.write_str("\"char\""),
            Self::Byte => out.write_str("\"byte\""),
            Self::Grapheme => out.write_str("\"grapheme\""),
            Self::Regex(pattern) => write!(out, "{{ regex = {pattern:?} }}"),
        }
    }
}

impl JsonSchema for Unit {
    fn schema_name() -> Cow<'static, str> {
        "Unit".into()
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
            "format": "unit"
        })
    }
}

/// Cuts texts into units, which are their text again when they are joined.
#[derive(Debug, Clone)]
pub struct Cutter {
    unit: Unit,
    /// That of [`Unit::Regex`].
    regex: Option<Regex>,
}

impl Default for Cutter {
    fn default() -> Self {
        Self { unit: Unit::Char, regex: None }
    }
}

impl PartialEq for Cutter {
    fn eq(&self, other: &Self) -> bool {
        self.unit == other.unit
    }
}

impl Eq for Cutter {}

impl Cutter {
    /// What it cuts into.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Passes every unit of `text` to `sink`. A line break and the record symbol are units of their own, so that a
    /// text can be cut line by line. Bytes are passed as characters, each with the code of the byte.
    pub fn each(&self, text: &str, sink: &mut dyn FnMut(&str)) {
        let mut buffer = [0; 4];
        match self.unit {
            Unit::Char => text.chars().for_each(|it| sink(it.encode_utf8(&mut buffer))),
            Unit::Byte => text.bytes().for_each(|it| sink(char::from(it).encode_utf8(&mut buffer))),
            Unit::Grapheme | Unit::Regex(_) => {
                for piece in text.split_inclusive(Self::SEPARATORS) {
                    let line = piece.trim_end_matches(Self::SEPARATORS);
                    match &self.regex {
                        None => line.graphemes(true).for_each(&mut *sink),
                        Some(regex) => matches(regex, line, sink),
                    }
                    if line.len() < piece.len() {
                        sink(&piece[line.len()..]);
                    }
                }
            }
        }
    }

    /// How much of `text`, which more text may follow, can be cut already: all up to its last separator. Characters
    /// and bytes stand alone.
    pub fn complete(&self, text: &str) -> usize {
        match self.unit {
            Unit::Char | Unit::Byte => text.len(),
            Unit::Grapheme | Unit::Regex(_) => {
                text.rfind(Self::SEPARATORS).map_or(0, |at| at + 1) // both are one byte
            }
        }
    }

    /// Characters that are units of their own.
    const SEPARATORS: [char; 2] = ['\n', Vocabulary::RECORD];
}

/// The matches of `regex` in `line`, and the characters between them. Empty matches are skipped.
fn matches(regex: &Regex, line: &str, sink: &mut dyn FnMut(&str)) {
    let mut buffer = [0; 4];
    let mut characters = |text: &str, sink: &mut dyn FnMut(&str)| {
        text.chars().for_each(|it| sink(it.encode_utf8(&mut buffer)));
    };
    let mut at = 0;
    for found in regex.find_iter(line).filter(|found| !found.is_empty()) {
        characters(&line[at..found.start()], sink);
        sink(found.as_str());
        at = found.end();
    }
    characters(&line[at..], sink);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use proptest::prelude::*;

    fn cut(unit: &Unit, text: &str) -> Vec<String> {
        let mut units = Vec::new();
        unit.cutter().unwrap().each(text, &mut |it| units.push(it.to_owned()));
        units
    }

    fn regex(pattern: &str) -> Unit {
        Unit::Regex(pattern.to_owned())
    }

    #[test]
    fn texts_are_cut_into_units() {
        let smiles = regex(r"\[[^\]]+\]|Br|Cl");
        for (unit, text, expected) in [
            (Unit::Char, "e\u{301}\n", &["e", "\u{301}", "\n"][..]),
            (Unit::Byte, "é\n", &["Ã", "©", "\n"]),
            (
                Unit::Grapheme,
                "e\u{301}👨‍👩‍👧x\u{1E}\n\u{301}",
                &["e\u{301}", "👨‍👩‍👧", "x", "\u{1E}", "\n", "\u{301}"],
            ),
            (smiles.clone(), "CCl[nH]\nBr", &["C", "Cl", "[nH]", "\n", "Br"]),
            (smiles, "C[n\nH]", &["C", "[", "n", "\n", "H", "]"]),
            (regex(r"[a-c]+|\b"), "ab dcd", &["ab", " ", "d", "c", "d"]),
            (regex(".+"), "ab c\n\nd", &["ab c", "\n", "\n", "d"]),
        ] {
            assert_eq!(cut(&unit, text), expected, "{unit} of {text:?}");
        }
    }

    #[test]
    fn an_expression_is_checked() {
        assert!(matches!(regex("(").cutter(), Err(BadUnit::Syntax(_))));
        for empty in ["", "x*", "a|"] {
            assert_eq!(regex(empty).cutter().err(), Some(BadUnit::MatchesEmpty), "{empty}");
        }
    }

    #[test]
    fn values_are_written_as_in_a_file() {
        for (unit, json) in [
            (Unit::Byte, "\"byte\"".to_owned()),
            (regex("Cl|Br"), "{\"regex\":\"Cl|Br\"}".to_owned()),
        ] {
            assert_eq!(serde_json::to_string(&unit).unwrap(), json);
            assert_eq!(serde_json::from_str::<Unit>(&json).unwrap(), unit);
        }
        for (word, ..) in Unit::WORDS {
            let read: Unit = serde_json::from_str(&format!("\"{word}\"")).unwrap();
            assert_eq!(read.to_string(), format!("\"{word}\""));
        }
    }

    proptest! {
        #[test]
        fn units_joined_are_the_text_and_pieces_do_not_matter(
            text in r"([a-cCl\[\]\n\u{1E} ]|\PC|\u{301}|\u{200D}){0,40}",
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        ) {
            let units = [Unit::Char, Unit::Grapheme, regex(r"\[[^\]]*\]|Cl"), regex(".")];
            for unit in units {
                let whole = cut(&unit, &text);
                prop_assert_eq!(whole.concat(), text.as_str());
                prop_assert!(whole.iter().all(|unit| !unit.is_empty()));
                // Cut at any places, as far as each piece is complete.
                let cutter = unit.cutter().unwrap();
                let mut places: Vec<usize> =
                    cuts.iter().map(|cut| text.floor_char_boundary(cut.index(text.len() + 1))).collect();
                places.push(text.len());
                places.sort_unstable();
                let (mut rest, mut from, mut units) = (String::new(), 0, Vec::new());
                for place in places {
                    rest.push_str(&text[from..place]);
                    from = place;
                    let complete = cutter.complete(&rest);
                    cutter.each(&rest[..complete], &mut |it| units.push(it.to_owned()));
                    rest.drain(..complete);
                }
                cutter.each(&rest, &mut |it| units.push(it.to_owned()));
                prop_assert_eq!(units, whole);
            }
        }
    }
}
