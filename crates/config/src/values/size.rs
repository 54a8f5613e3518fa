//! Sizes in bytes: `2147483648`, `"10 MB"`, `"2 GiB"`.

use super::form::{Form, InvalidValue, invalid};
use charnn_message::{Text, text};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

/// Units, largest first: how to write them, and their bytes. A size is written in the first one that
/// divides it.
const UNITS: [(&str, u64); 8] = [
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
];

impl ByteSize {
    /// The largest that TOML can hold.
    const MOST: u64 = i64::MAX.cast_unsigned();

    fn unit(self) -> Option<(&'static str, u64)> {
        UNITS.into_iter().find(|(_, bytes)| self.0 > 0 && self.0.is_multiple_of(*bytes))
    }
}

impl FromStr for ByteSize {
    type Err = InvalidValue;

    /// Reads a number with or without a unit, in any case: `1000`, `10MB`, `1.5 GiB`, `64k`. A single
    /// letter stands for `KiB`, `MiB` and so on. Sizes beyond what TOML can hold become the largest.
    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let unit = unit.trim();
        let of = |(name, bytes): &(&str, u64)| {
            let letter = name.strip_suffix("iB");
            let fits = unit.eq_ignore_ascii_case(name)
                || letter.is_some_and(|letter| unit.eq_ignore_ascii_case(letter));
            fits.then_some(*bytes)
        };
        let bytes = match unit {
            "" | "B" | "b" => Some(1),
            _ => UNITS.iter().find_map(of),
        };
        let bytes = bytes.ok_or_else(invalid::<Self>)?;
        let whole = number.parse().ok().map(|number: u128| number.saturating_mul(bytes.into()));
        let size = whole.or_else(|| fraction(number, bytes)).ok_or_else(invalid::<Self>)?;
        Ok(Self(u64::try_from(size).unwrap_or(u64::MAX).min(Self::MOST)))
    }
}

/// A number with decimals, times `bytes`, rounded.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn fraction(number: &str, bytes: u64) -> Option<u128> {
    let number: f64 = number.parse().ok()?;
    (bytes > 1).then(|| (number * bytes as f64).round() as u128)
}

impl fmt::Display for ByteSize {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit() {
            Some((unit, bytes)) => write!(out, "{} {unit}", self.0 / bytes),
            None => write!(out, "{}", self.0),
        }
    }
}

impl Serialize for ByteSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.unit() {
            Some(_) => serializer.collect_str(self),
            None => serializer.serialize_u64(self.0),
        }
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = ByteSize;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a number of bytes, or a size such as \"10 MB\"")
    }

    fn visit_u64<E: Error>(self, bytes: u64) -> Result<ByteSize, E> {
        Ok(ByteSize(bytes))
    }

    fn visit_i64<E: Error>(self, bytes: i64) -> Result<ByteSize, E> {
        let negative = || E::invalid_value(Unexpected::Signed(bytes), &self);
        u64::try_from(bytes).map(ByteSize).map_err(|_| negative())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ByteSize, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl JsonSchema for ByteSize {
    fn schema_name() -> Cow<'static, str> {
        "ByteSize".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "string"], "minimum": 0, "format": "byte-size" })
    }
}

impl Form for ByteSize {
    fn expected() -> Text {
        text!(
            en: "a number of bytes, or a size such as \"10 MB\" or \"2 GiB\"",
            zh: "字节数，或者 \"10 MB\"、\"2 GiB\" 这样的大小"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_a_unit() {
        for (text, bytes) in [
            ("0", 0),
            ("10MB", 10_000_000),
            ("10 mb", 10_000_000),
            ("64MiB", 64 << 20),
            ("2 GiB", 2 << 30),
            ("64k", 65_536),
            ("1.5g", 3 << 29),
            ("3 kB", 3000),
            ("18446744073709551615", u64::MAX >> 1),
            ("99999999999 TB", u64::MAX >> 1),
            ("7 B", 7),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
        }
        for bad in ["", "MB", "-1", "1.5", "1 XB", "1e9", "ten", "1.2.3 MB", "1Mi", "."] {
            assert!(bad.parse::<ByteSize>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn sizes_are_written_in_the_largest_unit_that_divides_them() {
        for (bytes, text) in
            [(2 << 30, "2 GiB"), (10_000_000, "10 MB"), (1234, "1234"), (0, "0"), (3000, "3 kB")]
        {
            assert_eq!(ByteSize(bytes).to_string(), text);
            assert_eq!(text.parse(), Ok(ByteSize(bytes)));
        }
    }
}
