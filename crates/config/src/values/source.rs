//! Where the text of a run is: one source or a list of them.

use super::form::Form;
use charnn_message::{Text, text};
use charnn_text::Source;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// Where the text of a run is: any number of sources, read in this order.
///
/// In a file, a text in quotes or a list of them. `""` is no source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources(pub Vec<Source>);

impl Sources {
    /// One source by its name, as in a file. An empty name is no source.
    pub fn parse(name: &str) -> Self {
        Self(if name.is_empty() { Vec::new() } else { vec![Source::parse(name)] })
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Sources {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, source) in self.0.iter().enumerate() {
            write!(out, "{}{source}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl Serialize for Sources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names: Option<Vec<_>> = self.0.iter().map(name).collect();
        match &names.ok_or_else(|| S::Error::custom("a path is not UTF-8"))?[..] {
            [] => serializer.serialize_str(""),
            [one] => serializer.serialize_str(one),
            names => names.serialize(serializer),
        }
    }
}

/// The name that [`Source::parse`] reads; `None` for a path that is not UTF-8.
fn name(source: &Source) -> Option<Cow<'_, str>> {
    match source {
        Source::File(path) => path.to_str().map(Cow::Borrowed),
        Source::Builtin(name) => Some(format!("builtin:{name}").into()),
        Source::Stdin => Some("-".into()),
    }
}

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Sources;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a path in quotes, or a list of paths")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Sources, E> {
        Ok(Sources::parse(name))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Sources, A::Error> {
        let mut sources = Vec::new();
        while let Some(name) = list.next_element::<String>()? {
            if name.is_empty() {
                return Err(A::Error::custom("a path is empty"));
            }
            sources.push(Source::parse(&name));
        }
        Ok(Sources(sources))
    }
}

impl JsonSchema for Sources {
    fn schema_name() -> Cow<'static, str> {
        "Sources".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "array"],
            "items": { "type": "string", "minLength": 1 },
            "format": "sources"
        })
    }
}

impl Form for Sources {
    fn expected() -> Text {
        text!(
            en: "a path in quotes, or a list of paths",
            zh: "带引号的路径，或路径的列表"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct File {
        path: Sources,
    }

    #[test]
    fn one_source_several_and_none_are_read_and_written() {
        let path = |name: &str| Source::File(name.into());
        for (text, sources) in [
            ("path = \"novel.txt\"\n", vec![path("novel.txt")]),
            ("path = \"builtin:tales\"\n", vec![Source::Builtin("tales".into())]),
            ("path = [\"a,b.txt\", \"-\"]\n", vec![path("a,b.txt"), Source::Stdin]),
            ("path = \"\"\n", vec![]),
        ] {
            let file = File { path: Sources(sources) };
            assert_eq!(toml::from_str::<File>(text).expect(text), file);
            assert_eq!(toml::to_string(&file).expect(text), text);
        }
        for bad in ["path = 3", "path = [\"\"]", "path = [1]", "path = { a = 1 }"] {
            assert!(toml::from_str::<File>(bad).is_err(), "{bad}");
        }
    }
}
