//! TOML as it was written: every value with its place.

use super::problem::{Origin, Place, Problem};
use super::setting::Setting;
use super::{slips, version};
use charnn_message::lossless;
use std::ops::Range;
use std::sync::Arc;
use toml::Value;
use toml::de::{DeTable, DeValue, Error};

/// What is said in TOML that came from `place`, in its order, and what is wrong with it that leaves
/// the rest as it is.
///
/// # Errors
/// When it is not UTF-8, not TOML or made for another version of charnn.
pub(crate) fn read(
    place: &str,
    bytes: &[u8],
) -> Result<(Vec<Setting>, Vec<Problem>), Vec<Problem>> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => return Err(vec![not_utf8(place, bytes, error.valid_up_to())]),
    };
    let origin = Arc::new(Origin::File { name: place.to_owned(), text: text.to_owned() });
    let (document, errors) = DeTable::parse_recoverable(text);
    let problems = no_toml(&origin, document.get_ref(), text, &errors);
    // A key that is there twice is understood; after anything else nobody knows what is meant.
    if errors.iter().any(|error| error.message() != DUPLICATE) {
        return Err(problems);
    }
    let mut found = Vec::new();
    for (top, value) in document.get_ref() {
        let place = Place::new(&origin, top.span());
        match value.get_ref() {
            _ if top.get_ref() == version::NAME => {
                let place = Place::new(&origin, value.span());
                version::check(&plain(value), &place).map_err(|problem| vec![problem])?;
            }
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
    Ok((found.into_iter().map(|(_, setting)| setting).collect(), problems))
}

/// What the parser says of a key that is there twice.
const DUPLICATE: &str = "duplicate key";
/// What it says of a line without `=`.
const NO_VALUE: &str = "key with no value, expected `=`";

/// Where the key that stands again at `key` stood first.
fn first_of(document: &DeTable<'_>, text: &str, key: &Range<usize>) -> Option<Range<usize>> {
    let name = text.get(key.clone())?;
    let inner = document.values().filter_map(|value| match value.get_ref() {
        DeValue::Table(table) => Some(table.keys()),
        _ => None,
    });
    let spans = inner.flatten().chain(document.keys()).map(toml::Spanned::span);
    let before = spans.filter(|span| span.end <= key.start && text.get(span.clone()) == Some(name));
    // Other tables may have a key of this name, before the one that is there twice.
    before.max_by_key(|span| span.start).or_else(|| {
        // Of a table, the parser has forgotten the first.
        let head = format!("[{name}]");
        let lines = text.get(..key.start)?.match_indices(&head);
        let at = lines.map(|(at, _)| at).find(|&at| at == 0 || text[..at].ends_with('\n'))?;
        Some(at + 1..at + 1 + name.len())
    })
}

/// What was meant on the line around `at`, of which the parser says `why`; and where, if that is elsewhere.
fn slip(text: &str, at: usize, why: &str) -> Option<(Option<Range<usize>>, String)> {
    let begin = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[begin..].lines().next()?;
    if why == DUPLICATE {
        return None;
    }
    if let Some(slip) = slips::typed(line) {
        let at = begin + slip.at;
        let place = at..at + slip.character.len_utf8();
        let meant = slip.meant.trim().trim_end_matches([';', ',']);
        // A text that was named by mistake is no slip.
        let way = if DeTable::parse(meant).is_ok() {
            format!("write {meant}")
        } else {
            slips::line(meant, why)?.1
        };
        return Some((Some(place), format!("{}; {way}", slip.what())));
    }
    let (at, way) = slips::line(line, why)?;
    Some((at.map(|at| begin + at..begin + at + 1), way))
}

/// How TOML writes what other languages write as `text`: a number or a truth value.
pub(crate) fn meant_number(text: &str) -> Option<String> {
    let plain = text.to_lowercase();
    let right = if matches!(plain.as_str(), "true" | "false") {
        plain
    } else {
        let number =
            plain.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
        number.then(|| plain.parse::<f64>().ok())??;
        let (sign, rest) = plain.split_at(usize::from(plain.starts_with(['+', '-'])));
        let (digits, power) = rest.split_at(rest.find('e').unwrap_or(rest.len()));
        let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let part = part.map(|part| if part.is_empty() { "0" } else { part });
        let part = part.map(|part| format!(".{part}")).unwrap_or_default();
        format!("{}{whole}{part}{power}", sign.replace('+', ""))
    };
    // What TOML takes needs no other form.
    (value(text).is_none() && value(&right).is_some()).then_some(right)
}

/// A text that is no configuration is wrong in every line.
const MOST_LINES: usize = 5;

/// What the parser found, at most one problem a line: what follows on the same line follows from it.
fn no_toml(
    origin: &Arc<Origin>,
    document: &DeTable<'_>,
    text: &str,
    errors: &[Error],
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut told = 0;
    let hidden = hidden(text, errors);
    // Values that are wrong are found after everything else.
    let mut errors: Vec<&Error> = errors.iter().chain(&hidden).collect();
    errors.sort_by_key(|error| text[..start(error)].rfind('\n'));
    for error in errors {
        let place = Place::new(origin, error.span().unwrap_or(0..0));
        let (before, after) = text.split_at(place.start());
        if place.start() < told {
            continue;
        }
        told = place.start() + after.find('\n').map_or(after.len(), |end| end + 1);
        let empty = before.trim_end_matches([' ', '\t']).ends_with('=')
            && after.trim_start_matches([' ', '\t', '\r']).starts_with(['\n', '#']);
        let (mut place, mut why) = (place, error.message().to_owned());
        if let Some((at, slip)) = slip(text, place.start(), &why) {
            place = at.map_or(place, |at| Place::new(origin, at));
            why = slip;
        } else if empty {
            "a value is missing".clone_into(&mut why);
        }
        let mut problem = Problem::at(Some(&place), "not valid TOML".into(), why);
        let twice = error.span().filter(|_| error.message() == DUPLICATE);
        if let Some(first) = twice.and_then(|key| first_of(document, text, &key)) {
            problem.marks.push((Place::new(origin, first), "the first one".to_owned()));
        }
        if let Some(other) = other_format(text) {
            // Every line of it would be wrong.
            return vec![problem.note(format!(
                "this looks like {other}; in TOML it is [train] on a line, and below it epochs = 3"
            ))];
        }
        problems.push(problem);
        if problems.len() == MOST_LINES {
            break;
        }
    }
    problems
}

/// What the parser has not come to: it ends at a line without `=`, so that line is made blank and the
/// rest is read again.
fn hidden(text: &str, errors: &[Error]) -> Vec<Error> {
    let stop = |errors: &[Error]| {
        errors.iter().filter(|error| error.message() == NO_VALUE).map(start).max()
    };
    let (mut hidden, mut left, mut at) = (Vec::new(), text.to_owned(), stop(errors));
    for _ in 0..MOST_LINES {
        let Some(stopped) = at else { break };
        let begin = left[..stopped].rfind('\n').map_or(0, |end| end + 1);
        let end = left[stopped..].find('\n').map_or(left.len(), |more| stopped + more);
        left.replace_range(begin..end, &" ".repeat(end - begin));
        let more = DeTable::parse_recoverable(&left).1;
        at = stop(&more);
        hidden.extend(more);
    }
    hidden
}

fn start(error: &Error) -> usize {
    error.span().map_or(0, |span| span.start)
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
    let text = lossless(bytes, str::to_owned);
    let origin = Arc::new(Origin::File { name: place.to_owned(), text });
    let message = "not UTF-8".to_owned();
    let label = format!("byte 0x{:02X} begins no character", bytes[at]);
    let problem = Problem::at(Some(&Place::new(&origin, at..at + r"\xFF".len())), message, label);
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
    // One line of it among lines of TOML is a slip, and the others are told too.
    let of_toml = |line: &str| line.trim_start().starts_with('[') || line.contains('=');
    let yaml = text.lines().any(key_and_colon) && !text.lines().any(of_toml);
    if text.trim_start().starts_with('{') {
        Some("JSON")
    } else if text.starts_with("---") || yaml {
        Some("YAML")
    } else {
        None
    }
}
