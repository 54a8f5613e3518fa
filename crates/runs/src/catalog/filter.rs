//! Conditions on runs, and their order.

use super::{Entry, Field, QueryError, Value};
use charnn_config::{ByteSize, Kind};
use charnn_message::text;
use std::cmp::Ordering;

/// A condition such as `val_loss<1.5`, `model.cell=gru` or `name~shake`.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    field: Field,
    comparison: Comparison,
    value: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
    /// The text contains the value, in any case.
    Contains,
}

/// Longer ones first: `<=` begins with `<`.
const COMPARISONS: [(&str, Comparison); 8] = [
    ("!=", Comparison::Different),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("==", Comparison::Equal),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::More),
    ("~", Comparison::Contains),
];

impl Filter {
    /// Reads a condition: a field, a comparison (`=`, `!=`, `<`, `<=`, `>`, `>=`, or `~` for "contains") and
    /// a value.
    ///
    /// # Errors
    /// When it is not one, there is no such field, or the field cannot have the value.
    pub fn parse(filter: &str) -> Result<Self, QueryError> {
        let none = || QueryError::NoComparison { filter: filter.to_owned() };
        let at = filter.find(['=', '!', '<', '>', '~']).ok_or_else(none)?;
        let (name, rest) = filter.split_at(at);
        let found = COMPARISONS.iter().find_map(|(sign, it)| Some((*it, rest.strip_prefix(sign)?)));
        let (comparison, value) = found.ok_or_else(none)?;
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || value.is_empty() {
            return Err(none());
        }
        let field = Field::parse(name)?;
        let value = literal(field, comparison, value)?;
        Ok(Self { field, comparison, value })
    }

    /// Whether it holds for `entry`. A run without a value only differs from every value.
    pub fn holds(&self, entry: &Entry) -> bool {
        let Some(value) = self.field.value(entry) else {
            return self.comparison == Comparison::Different;
        };
        let order = match (value.number(), self.value.number()) {
            (Some(a), Some(b)) if self.field.is_numeric() => a.total_cmp(&b),
            _ => value.to_string().cmp(&self.value.to_string()),
        };
        match self.comparison {
            Comparison::Equal => order == Ordering::Equal,
            Comparison::Different => order != Ordering::Equal,
            Comparison::Less => order == Ordering::Less,
            Comparison::AtMost => order != Ordering::Greater,
            Comparison::More => order == Ordering::Greater,
            Comparison::AtLeast => order != Ordering::Less,
            Comparison::Contains => {
                let (text, part) = (value.to_string(), self.value.to_string());
                text.to_lowercase().contains(&part.to_lowercase())
            }
        }
    }
}

/// The value that `written` is, if `field` can have it.
fn literal(field: Field, comparison: Comparison, written: &str) -> Result<Value, QueryError> {
    let bad = |expected| QueryError::BadValue {
        field: field.name(),
        value: written.to_owned(),
        expected,
    };
    if comparison == Comparison::Contains {
        return Ok(Value::Text(written.to_owned()));
    }
    if field.is_numeric() {
        let number = written.parse().ok().filter(|number: &f64| number.is_finite());
        let size = || written.parse::<ByteSize>().ok().map(|size| size.0 as f64);
        return number
            .or_else(size)
            .map(Value::Number)
            .ok_or_else(|| bad(text!(en: "a number", zh: "数字")));
    }
    if let Field::Key(key) = field
        && matches!(key.kind, Kind::Choice(_) | Kind::Flag)
        && !key.accepts(written)
    {
        return Err(bad(key.kind.expected()));
    }
    Ok(Value::Text(written.to_owned()))
}

/// Sorts by `field`, the smallest first, or the largest with `reverse`. Entries without a value come last.
pub fn sort(entries: &mut [Entry], field: Field, reverse: bool) {
    entries.sort_by(|a, b| match (field.value(a), field.value(b)) {
        (Some(a), Some(b)) if reverse => b.compare(&a),
        (Some(a), Some(b)) => a.compare(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
}
