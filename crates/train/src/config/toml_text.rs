//! TOML as it was written: every value with its place.

use super::problem::{Origin, Place, Problem};
use super::setting::Setting;
use std::sync::Arc;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// What is said in TOML that came from `place`, in its order.
///
/// # Errors
/// When it is not UTF-8 or not TOML.
pub(crate) fn read(place: &str, bytes: &[u8]) -> Result<Vec<Setting>, Problem> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => return Err(not_utf8(place, bytes, error.valid_up_to())),
    };
    let origin = Arc::new(Origin::File { name: place.to_owned(), text: text.to_owned() });
    let document = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let place = Place::new(&origin, span);
        let empty = text[..place.start()].trim_end_matches([' ', '\t']).ends_with('=')
            && text[place.start()..].trim_start_matches([' ', '\t', '\r']).starts_with(['\n', '#']);
        let why = if empty { "a value is missing" } else { error.message() };
        let problem = Problem::at(Some(&place), "not valid TOML".into(), why.to_owned());
        match other_format(text) {
            Some(other) => problem.note(format!(
                "this looks like {other}; in TOML it is [train] on a line, and below it epochs = 3"
            )),
            None => problem,
        }
    })?;
    let mut found = Vec::new();
    for (top, value) in document.get_ref() {
        let place = Place::new(&origin, top.span());
        match value.get_ref() {
            DeValue::Table(table) if Setting::is_table(top.get_ref()) => {
                for (name, value) in table {
                    let mut setting = Setting::plain(top.get_ref(), name.get_ref(), plain(value));
                    setting.key_place = Some(Place::new(&origin, name.span()));
                    setting.place = Some(Place::new(&origin, value.span()));
                    found.push((name.span().start, setting));
                }
            }
            _ => {
                let setting = Setting::outside(top.get_ref(), plain(value), place);
                found.push((top.span().start, setting));
            }
        }
    }
    found.sort_by_key(|(start, _)| *start);
    Ok(found.into_iter().map(|(_, setting)| setting).collect())
}

/// One value of TOML; none where `text` is something else.
pub(crate) fn value(text: &str) -> Option<Value> {
    let value = DeValue::parse(text).ok()?;
    Some(plain(&value))
}

/// A value without its place. A whole number that is too large becomes a float, which no key for
/// whole numbers takes.
fn plain(value: &toml::Spanned<DeValue<'_>>) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::String(text.clone().into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| float(number.as_str()), Value::Integer),
        DeValue::Float(number) => float(number.as_str()),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(time) => Value::Datetime(*time),
        DeValue::Array(_) => Value::Array(Vec::new()),
        DeValue::Table(_) => Value::Table(toml::Table::new()),
    }
}

fn float(text: &str) -> Value {
    Value::Float(text.parse().unwrap_or(f64::INFINITY))
}

fn not_utf8(place: &str, bytes: &[u8], at: usize) -> Problem {
    // The line is shown as well as it can be; the place is where the first bad byte is.
    let text = String::from_utf8_lossy(bytes).into_owned();
    let origin = Arc::new(Origin::File { name: place.to_owned(), text });
    let message = "not UTF-8".to_owned();
    let label = format!("byte 0x{:02X} begins no character", bytes[at]);
    let problem = Problem::at(Some(&Place::new(&origin, at..at + 3)), message, label);
    problem.note("a configuration is UTF-8; save it so in your editor (texts may be anything)")
}

/// What else a text may be that is not TOML.
fn other_format(text: &str) -> Option<&'static str> {
    let key_and_colon = |line: &str| {
        let name = line.trim_start().split(':').next().filter(|name| name.len() < line.len());
        name.is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        })
    };
    if text.trim_start().starts_with('{') {
        Some("JSON")
    } else if text.starts_with("---") || text.lines().take(50).any(key_and_colon) {
        Some("YAML")
    } else {
        None
    }
}
