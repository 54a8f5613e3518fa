//! The values that one setting takes.

use charnn_message::{Describe, Message, display, in_a_line, text};
use rand::{Rng, RngExt};
use toml::Value;

/// A key of the configuration, and what it is set to.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The key, such as `model.hidden_size`.
    pub key: String,
    values: Values,
}

#[derive(Debug, Clone, PartialEq)]
enum Values {
    /// Every one of them, in a grid; one of them, in a random search.
    List(Vec<String>),
    /// A random number between two others.
    Uniform(f64, f64),
    /// A random number whose logarithm is uniform between those of two others.
    Log(f64, f64),
}

/// An assignment that is no axis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AxisError {
    /// There is no `=`, or nothing before it.
    NoKey {
        /// The assignment.
        assignment: String,
    },
    /// The bounds of `uniform` or `log` are not two ascending numbers, or not positive for `log`.
    Bounds {
        /// The key.
        key: String,
        /// `uniform` or `log`.
        kind: &'static str,
    },
    /// A list without values.
    Empty {
        /// The key.
        key: String,
    },
}

display!(AxisError);

impl Describe for AxisError {
    fn describe(&self) -> Message {
        match self {
            Self::NoKey { assignment } => {
                let assignment = in_a_line(assignment);
                Message::new(
                    "sweep/no-key",
                    text!(en: "{assignment:?} sets no key", zh: "“{assignment}”没有指定配置项"),
                )
                .hint(text!(
                    en: "write key=value, such as model.hidden_size=[128, 256]",
                    zh: "请写成 配置项=值，例如 model.hidden_size=[128, 256]"
                ))
            }
            Self::Bounds { key, kind } => Message::new(
                "sweep/bounds",
                text!(
                    en: "{key}: {kind} takes two ascending numbers",
                    zh: "{key}：{kind} 需要两个递增的数"
                ),
            )
            .hint(match *kind {
                "log" => text!(
                    en: "both positive, such as {key}=log(0.001, 0.01)",
                    zh: "两者均为正数，例如 {key}=log(0.001, 0.01)"
                ),
                _ => text!(
                    en: "such as {key}=uniform(0, 0.5)",
                    zh: "例如 {key}=uniform(0, 0.5)"
                ),
            }),
            Self::Empty { key } => Message::new(
                "sweep/empty",
                text!(en: "{key}: the list is empty", zh: "{key}：列表为空"),
            )
            .hint(text!(en: "list the values: {key}=[1, 2]", zh: "请列出各个值：{key}=[1, 2]")),
        }
    }
}

impl Axis {
    /// Reads `key=[a, b]`, `key=uniform(a, b)`, `key=log(a, b)` or `key=value`. A list of numbers needs no brackets.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(assignment: &str) -> Result<Self, AxisError> {
        let split = assignment.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
        let Some((key, value)) = split.filter(|(key, _)| !key.is_empty()) else {
            return Err(AxisError::NoKey { assignment: assignment.to_owned() });
        };
        let values = if let Some(random) = random(key, value)? {
            random
        } else if let Some(inside) = value.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Values::List(list(value, inside))
        } else if value.split(',').all(|part| part.trim().parse::<f64>().is_ok()) {
            Values::List(value.split(',').map(|part| part.trim().to_owned()).collect())
        } else {
            Values::List(vec![value.to_owned()])
        };
        Self::new(key, values)
    }

    /// A key with a value of TOML: a list, `"uniform(A, B)"`, `"log(A, B)"`, or a single value.
    ///
    /// # Errors
    /// When a list is empty or bounds make no sense.
    pub(crate) fn of(key: &str, value: &Value) -> Result<Self, AxisError> {
        let values = match value {
            Value::Array(values) => Values::List(values.iter().map(ToString::to_string).collect()),
            Value::String(text) => {
                random(key, text)?.unwrap_or_else(|| Values::List(vec![value.to_string()]))
            }
            value => Values::List(vec![value.to_string()]),
        };
        Self::new(key, values)
    }

    fn new(key: &str, values: Values) -> Result<Self, AxisError> {
        if values == Values::List(Vec::new()) {
            return Err(AxisError::Empty { key: key.to_owned() });
        }
        Ok(Self { key: key.to_owned(), values })
    }

    /// All values, if they can be listed.
    pub(crate) fn list(&self) -> Option<&[String]> {
        match &self.values {
            Values::List(values) => Some(values),
            Values::Uniform(..) | Values::Log(..) => None,
        }
    }

    /// Whether it has more than one value.
    pub fn varies(&self) -> bool {
        self.list().is_none_or(|values| values.len() > 1)
    }

    /// One value. Numbers are rounded to four digits, so that what is shown is what was used.
    pub(crate) fn draw(&self, rng: &mut impl Rng) -> String {
        let mut between = |low: f64, high: f64| low + (high - low) * rng.random::<f64>();
        match &self.values {
            Values::Uniform(low, high) => rounded(between(*low, *high)),
            Values::Log(low, high) => rounded(between(low.ln(), high.ln()).exp()),
            Values::List(values) => values[rng.random_range(0..values.len())].clone(),
        }
    }
}

impl Axis {
    /// The value at `place`, between 0 and 1. Numbers are rounded as in [`Axis::draw`].
    pub(crate) fn at(&self, place: f64) -> String {
        let between = |low: f64, high: f64| low + (high - low) * place;
        match &self.values {
            Values::Uniform(low, high) => rounded(between(*low, *high)),
            Values::Log(low, high) => rounded(between(low.ln(), high.ln()).exp()),
            Values::List(values) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "not negative, and cut off"
                )]
                let index = (place * values.len() as f64) as usize;
                values[index.min(values.len() - 1)].clone()
            }
        }
    }
}

/// The numbers that `uniform(a, b)` and `log(a, b)` stand for.
fn random(key: &str, value: &str) -> Result<Option<Values>, AxisError> {
    let call = |kind: &str| value.strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')');
    let bounds = |inside: &str, kind: &'static str| {
        let wrong = || AxisError::Bounds { key: key.to_owned(), kind };
        let (low, high) = inside.split_once(',').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
        let (low, high) = (number(low)?, number(high)?);
        let fits = low < high && high.is_finite() && (kind != "log" || low > 0.0);
        if fits { Ok((low, high)) } else { Err(wrong()) }
    };
    if let Some(inside) = call("uniform") {
        let (low, high) = bounds(inside, "uniform")?;
        Ok(Some(Values::Uniform(low, high)))
    } else if let Some(inside) = call("log") {
        let (low, high) = bounds(inside, "log")?;
        Ok(Some(Values::Log(low, high)))
    } else {
        Ok(None)
    }
}

/// The elements of a list: of TOML, or words without quotes, as a shell leaves them.
fn list(value: &str, inside: &str) -> Vec<String> {
    let table: Option<toml::Table> = toml::from_str(&format!("list = {value}")).ok();
    if let Some(Value::Array(values)) = table.as_ref().and_then(|it| it.get("list")) {
        return values.iter().map(ToString::to_string).collect();
    }
    inside.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

fn rounded(value: f64) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    Value::Float(rounded).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use charnn_bundle::{Purpose, Seed};

    fn values(assignment: &str) -> Vec<String> {
        Axis::parse(assignment).unwrap().list().unwrap().to_vec()
    }

    #[test]
    fn lists_are_toml_or_words() {
        assert_eq!(values("model.hidden_size=[128, 256]"), ["128", "256"]);
        assert_eq!(values("model.cell=[gru, lstm]"), ["gru", "lstm"]);
        assert_eq!(values("model.cell=[\"gru\", \"lstm\"]"), ["\"gru\"", "\"lstm\""]);
        assert_eq!(values("model.hidden_size=16,32"), ["16", "32"]);
        assert_eq!(values("sample.prompt=Well, well"), ["Well, well"]);
        assert_eq!(values(" train.seed = 3 "), ["3"]);
        assert_eq!(Axis::parse(" train.seed = 3 ").unwrap().key, "train.seed");
    }

    #[test]
    fn drawn_numbers_are_between_the_bounds_and_even() {
        let mut rng = Seed(1).rng(Purpose::Sweep, 0);
        for (assignment, middle) in [("k=uniform(2, 4)", 3.0), ("k=log(1e-4, 1e-2)", 1e-3)] {
            let axis = Axis::parse(assignment).unwrap();
            let drawn: Vec<f64> = (0..1000).map(|_| axis.draw(&mut rng).parse().unwrap()).collect();
            let below = drawn.iter().filter(|&&it| it < middle).count();
            assert!((400..600).contains(&below), "{assignment}: {below}");
            let (low, high) = if middle > 1.0 { (2.0, 4.0) } else { (1e-4, 1e-2) };
            assert!(drawn.iter().all(|it| (low..=high).contains(it)), "{assignment}");
        }
    }

    #[test]
    fn what_is_no_axis_is_refused() {
        let no_key = |text: &str| AxisError::NoKey { assignment: text.into() };
        assert_eq!(Axis::parse("64"), Err(no_key("64")));
        assert_eq!(Axis::parse("=64"), Err(no_key("=64")));
        for value in ["log(0, 1)", "log(2, 1)", "log(1)", "log(a, b)", "log(1, inf)"] {
            let error = Axis::parse(&format!("k={value}")).unwrap_err();
            assert_eq!(error, AxisError::Bounds { key: "k".into(), kind: "log" }, "{value}");
        }
        assert_eq!(Axis::parse("k=[]"), Err(AxisError::Empty { key: "k".into() }));
    }
}
