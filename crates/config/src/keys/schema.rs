//! From the structs to the list of keys.

use super::key::{Key, Table};
use super::kind::{Bounds, Kind, Word};
use crate::RunConfig;
use charnn_message::Text;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

/// The JSON Schema of a configuration file.
pub(crate) fn schema() -> schemars::Schema {
    let inline = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    inline.into_generator().into_root_schema_for::<RunConfig>()
}

/// All tables, in the order of the structs.
pub(super) fn tables() -> Vec<Table> {
    let schema = schema();
    let about = |name: &str| about(&schema.as_value()["properties"][name]);
    in_order().into_iter().map(|(name, _)| Table { about: about(&name), name }).collect()
}

/// All keys, in the order of the structs.
pub(super) fn keys() -> Vec<Key> {
    let schema = schema();
    let defaults = toml::Table::try_from(RunConfig::default()).expect("defaults are plain TOML");
    let mut keys = Vec::new();
    for (table, names) in in_order() {
        let of_table = &schema.as_value()["properties"][&table];
        for name in names {
            let of_key = &of_table["properties"][&name];
            keys.push(Key {
                kind: kind(of_key).unwrap_or_else(|| panic!("{table}.{name} takes {of_key}")),
                about: about(of_key),
                default: defaults[&table][&name].clone(),
                changeable: of_key["x-resume"] == true || of_table["x-resume"] == true,
                table: table.clone(),
                name,
            });
        }
    }
    keys
}

/// Each table with its names, in the order of the structs. A schema sorts them and TOML that was written
/// keeps them, so they are sorted by their places there.
fn in_order() -> Vec<(String, Vec<String>)> {
    let text = toml::to_string(&RunConfig::default()).expect("defaults are plain TOML");
    let document = DeTable::parse(&text).expect("what was written can be read");
    let sorted = |table: &DeTable<'_>| {
        let mut entries: Vec<(usize, String)> = table
            .keys()
            .map(|name| (name.span().start, name.get_ref().clone().into_owned()))
            .collect();
        entries.sort();
        entries.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    let document = document.get_ref();
    let with_names = |name: String| match document.get(name.as_str())?.get_ref() {
        DeValue::Table(table) => Some((name, sorted(table))),
        _ => None,
    };
    sorted(document).into_iter().filter_map(with_names).collect()
}

fn about(schema: &Json) -> Text {
    let of = |name: &str| schema[name].as_str().unwrap_or_default().replace('\n', " ");
    Text { english: of("description"), chinese: of("x-zh") }
}

/// What a schema allows; `None` if it is of a kind that no key had so far.
fn kind(schema: &Json) -> Option<Kind> {
    match schema["format"].as_str() {
        Some("time-limit") => return Some(Kind::TimeLimit),
        Some("interval") => return Some(Kind::Interval),
        Some("byte-size") => return Some(Kind::Size),
        Some("sources") => return Some(Kind::Sources),
        Some("encoding") => return Some(Kind::Encoding),
        Some("records") => return Some(Kind::Records),
        Some("unit") => return Some(Kind::Unit),
        _ => {}
    }
    if let Some(words) = schema["oneOf"].as_array() {
        let word = |schema: &Json| {
            Some(Word { word: schema["const"].as_str()?.to_owned(), about: about(schema) })
        };
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
            let end = |with: &str, without: &str, none: f64| match schema[without].as_f64() {
                Some(end) => (end, false),
                None => (schema[with].as_f64().unwrap_or(none), true),
            };
            Some(Kind::Number(Bounds {
                least: end("minimum", "exclusiveMinimum", f64::MIN),
                most: end("maximum", "exclusiveMaximum", f64::MAX),
            }))
        }
        _ => None,
    }
}
