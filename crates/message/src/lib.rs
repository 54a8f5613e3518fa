//! Messages as values: what is wrong with which object, where, and what to do about it.
//!
//! Owns: [`Message`], its [`Text`] in English and Chinese, and its [`Place`]. The crate that detects a
//! problem creates the message; it names configuration keys, never command-line flags. The program
//! adds flags to the hint, chooses the [`Language`] and draws the result.

mod numbers;
mod place;
mod text;
mod visible;
mod wrap;

pub use numbers::{counted, grouped};
pub use place::{Excerpt, Place};
pub use text::{Language, NotAFile, Text};
pub use visible::{in_a_line, is_hidden, lossless, shown, visible};
pub use wrap::wrap;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;

/// One problem, note or piece of advice.
///
/// `Display` and `Serialize` give the English text, which logs, libraries and `--json` show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// A stable name such as `run/locked`: programs match on it, never on the text.
    pub code: &'static str,
    /// What is wrong with which object. One sentence without a full stop.
    pub message: Text,
    /// What to do about it. Each hint is one instruction.
    pub hints: Vec<Text>,
    /// Where the problem is.
    pub place: Option<Place>,
}

impl Message {
    /// A message without hints or a place.
    pub fn new(code: &'static str, message: Text) -> Self {
        Self { code, message, hints: Vec::new(), place: None }
    }

    /// Adds a hint after the others.
    #[must_use]
    pub fn hint(mut self, hint: Text) -> Self {
        self.hints.push(hint);
        self
    }

    /// The message and its hints as one text, for logs and tests: `cannot read a.txt; check the path`.
    pub fn in_full(&self) -> Text {
        let join = |part: fn(&Text) -> &str, separator: &str| {
            let hints = self.hints.iter().map(part);
            std::iter::once(part(&self.message)).chain(hints).collect::<Vec<_>>().join(separator)
        };
        Text {
            english: join(|text| &text.english, "; "),
            chinese: join(|text| &text.chinese, "；"),
        }
    }

    /// Replaces the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

impl fmt::Display for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message.english)
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hints: Vec<&str> = self.hints.iter().map(|hint| &*hint.english).collect();
        let mut out = serializer.serialize_struct("Message", 4)?;
        out.serialize_field("code", self.code)?;
        out.serialize_field("message", &*self.message.english)?;
        out.serialize_field("hints", &hints)?;
        out.serialize_field("place", &self.place)?;
        out.end()
    }
}

/// What has a [`Message`]: every error and warning of every crate.
pub trait Describe {
    /// The message, in both languages.
    fn describe(&self) -> Message;
}

/// Implements `Display` for types that implement [`Describe`]: the English message.
#[macro_export]
macro_rules! display {
    ($($type:ty),+ $(,)?) => {$(
        impl ::std::fmt::Display for $type {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&$crate::Describe::describe(self), out)
            }
        }
    )+};
}

impl Describe for Message {
    fn describe(&self) -> Message {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_english_text_the_hints_and_the_place() {
        let name = "exp.toml";
        let message = Message::new(
            "config/unknown-key",
            text!(en: "unknown key in {name}", zh: "{name} 中有未知的配置项"),
        )
        .hint(text!(en: "remove it", zh: "请删除"))
        .at(Place::line(name, 3));
        let json = serde_json::to_value(&message).expect("plain JSON");
        assert_eq!(json["code"], "config/unknown-key");
        assert_eq!(json["message"], "unknown key in exp.toml");
        assert_eq!(json["hints"][0], "remove it");
        assert_eq!(json["place"]["line"], 3);
        assert_eq!(message.message.in_language(Language::Chinese), "exp.toml 中有未知的配置项");
    }
}
