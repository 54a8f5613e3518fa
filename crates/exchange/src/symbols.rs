//! The vocabulary as a file of other programs, and its order, which is any.

use crate::error::ExchangeError;
use charnn_bundle::{Bundle, Unit, Vocabulary};
use serde_json::{Map, Value, json};

/// What other programs write for the unknown symbol; the second is Keras'.
const UNKNOWN: [&str; 2] = ["<unk>", "[UNK]"];

/// The vocabulary of a network as JSON: its symbols in the order of their ids, which of them is the unknown
/// symbol and which begins and ends records, what a symbol is if not a character, and the primer.
pub(crate) fn to_json(bundle: &Bundle) -> Vec<u8> {
    let vocabulary = bundle.vocabulary();
    let symbols: Vec<&str> = vocabulary.symbols().collect();
    let unknown = vocabulary.unknown().map(|id| vocabulary.symbol(id));
    let mut json = json!({ "symbols": symbols, "unknown": unknown, "primer": bundle.primer() });
    if let Some(record) = vocabulary.record() {
        json["record"] = vocabulary.symbol(record).into();
    }
    if !vocabulary.unit().is_char() {
        json["unit"] = json!(vocabulary.unit());
    }
    format!("{json:#}\n").into_bytes()
}

/// A vocabulary file of another program.
#[derive(Debug, PartialEq)]
pub(crate) struct Symbols {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) primer: String,
    /// For each id of the other program, the id here: there, any order is possible.
    pub(crate) ids: Vec<u16>,
}

/// Reads a list of symbols, an object with `symbols` or `characters`, an object from symbols to ids, or one
/// that has such an object as `token_to_idx`, `char2idx` or `stoi`.
pub(crate) fn of_json(bytes: &[u8]) -> Result<Symbols, ExchangeError> {
    let json = serde_json::from_slice(bytes).map_err(problem)?;
    let (mut has_records, mut unit) = (false, Unit::Char);
    let (symbols, unknown, primer) = match json {
        Value::Array(list) => (strings(list)?, None, String::new()),
        Value::Object(mut object) => {
            has_records = object.get("record").is_some_and(Value::is_string);
            if let Some(named) = object.remove("unit") {
                unit = serde_json::from_value(named).map_err(problem)?;
            }
            let primer = object.get("primer").and_then(Value::as_str).unwrap_or("").to_owned();
            match (object.remove("symbols"), object.get("characters")) {
                (Some(Value::Array(list)), _) => (
                    strings(list)?,
                    Some(object.get("unknown").is_some_and(|it| !it.is_null())),
                    primer,
                ),
                (None, Some(Value::String(characters))) => {
                    let unknown = object.get("unknown").is_some_and(|it| !it.is_null());
                    (characters.chars().map(String::from).collect(), Some(unknown), primer)
                }
                (Some(_), _) => return Err(problem("\"symbols\" is not a list")),
                _ => (by_id(nested(object))?, None, String::new()),
            }
        }
        _ => return Err(problem("it is neither a list nor an object")),
    };
    let mut read = finished(symbols, unknown, primer)?;
    if has_records {
        read.vocabulary = read.vocabulary.with_records()?;
    }
    read.vocabulary = read.vocabulary.with_unit(&unit)?;
    Ok(read)
}

fn finished(
    mut symbols: Vec<String>,
    unknown: Option<bool>,
    primer: String,
) -> Result<Symbols, ExchangeError> {
    let ours = String::from(Vocabulary::UNKNOWN);
    let unknown = unknown.unwrap_or_else(|| {
        let theirs = symbols.iter().position(|symbol| UNKNOWN.contains(&symbol.as_str()));
        match theirs {
            Some(at) if !symbols.contains(&ours) => {
                symbols[at].clone_from(&ours);
                true
            }
            _ => false,
        }
    });
    let vocabulary = Vocabulary::new(&symbols, unknown)?;
    let id = |symbol: &String| vocabulary.id_of(symbol).ok_or_else(|| problem(symbol));
    let ids = symbols.iter().map(id).collect::<Result<_, _>>()?;
    Ok(Symbols { vocabulary, primer, ids })
}

/// The object from symbols to ids, which may lie inside another one.
fn nested(mut object: Map<String, Value>) -> Map<String, Value> {
    for key in ["token_to_idx", "char2idx", "stoi"] {
        if let Some(Value::Object(inner)) = object.remove(key) {
            return inner;
        }
    }
    object
}

/// The symbols in the order of their ids.
fn by_id(ids: Map<String, Value>) -> Result<Vec<String>, ExchangeError> {
    let count = ids.len();
    let mut pairs = Vec::with_capacity(count);
    for (symbol, id) in ids {
        let id = id.as_u64().ok_or_else(|| problem(format!("{symbol:?} has no id")))?;
        pairs.push((id, symbol));
    }
    pairs.sort_unstable();
    // Lua counts from 1.
    let first = pairs.first().map_or(0, |(id, _)| *id).min(1);
    let mut symbols = Vec::with_capacity(count);
    for (expected, (id, symbol)) in (first..).zip(pairs) {
        if id != expected {
            return Err(problem(format!("{symbol:?} has the id {id}, not {expected}")));
        }
        symbols.push(symbol);
    }
    Ok(symbols)
}

fn strings(list: Vec<Value>) -> Result<Vec<String>, ExchangeError> {
    let string = |value| match value {
        Value::String(symbol) => Ok(symbol),
        other => Err(problem(format!("{other} is not a string"))),
    };
    list.into_iter().map(string).collect()
}

fn problem(problem: impl std::fmt::Display) -> ExchangeError {
    ExchangeError::Symbols { problem: problem.to_string().chars().take(200).collect() }
}
