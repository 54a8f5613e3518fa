//! What a list can show of a run, filter by and sort by: metrics, labels, and every configuration key.

use super::Entry;
use charnn_config::{ByteSize, KEYS, Key, nearest};
use charnn_message::{Describe, Message, Text, display, in_a_line, text};
use serde::Serialize;
use std::cmp::Ordering;
use std::fmt;

/// What is measured or written on a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The name of the folder.
    Name,
    /// The word of [`State`](super::State).
    State,
    /// When the run was last trained, in UTC.
    Modified,
    /// Training steps made.
    Step,
    /// The epoch, counted from 0.
    Epoch,
    /// Seconds of training.
    Seconds,
    /// Characters read in training.
    Characters,
    /// The training loss of the last step.
    TrainLoss,
    /// The lowest validation loss.
    ValLoss,
    /// The same in bits per character.
    ValBits,
    /// The same as perplexity.
    ValPerplexity,
    /// The step of the lowest validation loss.
    BestStep,
    /// The validation loss of the last evaluation.
    LastValLoss,
    /// The norm of the gradient in the last step.
    GradientNorm,
    /// The tags, separated by spaces.
    Tags,
    /// The note.
    Note,
}

impl Column {
    /// All columns with their names. Those of metrics are the names of the rows in `metrics.jsonl`.
    pub const ALL: [(Self, &'static str); 16] = [
        (Self::Name, "name"),
        (Self::State, "state"),
        (Self::Modified, "modified"),
        (Self::Step, "step"),
        (Self::Epoch, "epoch"),
        (Self::Seconds, "seconds"),
        (Self::Characters, "characters"),
        (Self::TrainLoss, "train_loss"),
        (Self::ValLoss, "val_loss"),
        (Self::ValBits, "val_bits_per_character"),
        (Self::ValPerplexity, "val_perplexity"),
        (Self::BestStep, "best_step"),
        (Self::LastValLoss, "last_val_loss"),
        (Self::GradientNorm, "gradient_norm"),
        (Self::Tags, "tags"),
        (Self::Note, "note"),
    ];

    fn is_text(self) -> bool {
        matches!(self, Self::Name | Self::State | Self::Modified | Self::Tags | Self::Note)
    }
}

/// A column or a key of the configuration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field {
    /// A column.
    Column(Column),
    /// A key.
    Key(&'static Key),
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
}

/// A field or filter that makes no sense.
#[derive(Debug, Clone, PartialEq)]
pub enum QueryError {
    /// There is no such column or key.
    UnknownField {
        /// What was written.
        name: String,
        /// Names that may be meant.
        near: Vec<String>,
    },
    /// Several tables have a key of that name.
    Ambiguous {
        /// The name.
        name: String,
        /// The keys.
        keys: Vec<String>,
    },
    /// A filter without a comparison.
    NoComparison {
        /// The filter.
        filter: String,
    },
    /// A filter whose value the field cannot have.
    BadValue {
        /// The field.
        field: String,
        /// The value.
        value: String,
        /// What the field takes.
        expected: Text,
    },
}

impl Field {
    /// The field called `name`: a column, a path such as `train.seed`, or the name of a key that only one
    /// table has.
    ///
    /// # Errors
    /// When there is none, with names that may be meant.
    pub fn parse(name: &str) -> Result<Self, QueryError> {
        if let Some((column, _)) = Column::ALL.iter().find(|(_, known)| *known == name) {
            return Ok(Self::Column(*column));
        }
        if let Some(key) = Key::find(name) {
            return Ok(Self::Key(key));
        }
        let named: Vec<&'static Key> = KEYS.iter().filter(|key| key.name == name).collect();
        match named[..] {
            [key] => Ok(Self::Key(key)),
            [] => Err(QueryError::UnknownField { name: name.to_owned(), near: near(name) }),
            _ => {
                let keys = named.into_iter().map(Key::path).collect();
                Err(QueryError::Ambiguous { name: name.to_owned(), keys })
            }
        }
    }

    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::Column(column) => {
                let named = Column::ALL.iter().find(|(known, _)| known == column);
                named.map_or("", |(_, name)| name).to_owned()
            }
            Self::Key(key) => key.path(),
        }
    }

    /// The value in `entry`; `None` if it has none.
    pub fn value(&self, entry: &Entry) -> Option<Value> {
        match self {
            Self::Key(key) => Some(of_toml(entry.values.get(&key.table)?.get(&key.name)?)),
            Self::Column(column) => column.value(entry),
        }
    }

    /// Whether its values are numbers.
    pub(super) fn is_numeric(&self) -> bool {
        use charnn_config::Kind;
        match self {
            Self::Column(column) => !column.is_text(),
            Self::Key(key) => matches!(key.kind, Kind::Whole(..) | Kind::Number(_) | Kind::Size),
        }
    }
}

impl Column {
    fn value(self, entry: &Entry) -> Option<Value> {
        let whole = |number: u64| Some(Value::Whole(i64::try_from(number).unwrap_or(i64::MAX)));
        let number = |number: f64| number.is_finite().then_some(Value::Number(number));
        let words = |text: String| (!text.is_empty()).then_some(Value::Text(text));
        let measured = &entry.measured;
        let (best, training) = (measured.best.as_ref(), measured.training.as_ref());
        match self {
            Self::Name => words(entry.name.clone()),
            Self::State => words(entry.state.word().to_owned()),
            Self::Tags => words(entry.labels.joined()),
            Self::Note => words(entry.labels.note.clone()),
            Self::Modified => entry.modified_in_utc().map(Value::Text),
            _ if !entry.is_run() => None,
            Self::Step => whole(measured.step),
            Self::Epoch => whole(training?.epoch?),
            Self::Seconds => number(measured.seconds),
            Self::Characters => whole(entry.characters_per_step()?.saturating_mul(measured.step)),
            Self::TrainLoss => number(training?.train_loss?),
            Self::ValLoss => number(best?.loss),
            Self::ValBits => number(best?.loss / std::f64::consts::LN_2),
            Self::ValPerplexity => number(best?.loss.exp()),
            Self::BestStep => whole(best?.step),
            Self::LastValLoss => number(measured.validation.as_ref()?.val_loss?),
            Self::GradientNorm => number(training?.gradient_norm?),
        }
    }
}

/// A value of the configuration.
fn of_toml(value: &toml::Value) -> Value {
    match value {
        toml::Value::Boolean(flag) => Value::Flag(*flag),
        toml::Value::Integer(number) => Value::Whole(*number),
        toml::Value::Float(number) => Value::Number(*number),
        toml::Value::String(text) => Value::Text(text.clone()),
        toml::Value::Array(list) => {
            let words = list.iter().filter_map(toml::Value::as_str);
            Value::Text(words.collect::<Vec<_>>().join(", "))
        }
        other => Value::Text(other.to_string()),
    }
}

impl Value {
    /// As a number: sizes such as `10MB` too.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse::<ByteSize>().ok().map(|size| size.0 as f64),
            Self::Flag(_) => None,
        }
    }

    /// Numbers by size, before all texts; texts by characters.
    pub fn compare(&self, other: &Self) -> Ordering {
        let rank = |value: &Self| match value {
            Self::Whole(_) | Self::Number(_) => 0,
            Self::Flag(_) => 1,
            Self::Text(_) => 2,
        };
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (a, b) if rank(a) == 0 && rank(b) == 0 => {
                let number = |value: &Self| value.number().unwrap_or(f64::NAN);
                number(a).total_cmp(&number(b))
            }
            (a, b) => rank(a).cmp(&rank(b)),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(out),
            Self::Whole(number) => number.fmt(out),
            Self::Number(number) => number.fmt(out),
            Self::Text(text) => out.write_str(text),
        }
    }
}

/// Names that `name` may mean: of a column or of a key.
fn near(name: &str) -> Vec<String> {
    let columns = Column::ALL.iter().map(|(_, column)| *column);
    let column = nearest(name, columns).map(str::to_owned);
    let key = Key::suggest(name).map(Key::path);
    column.into_iter().chain(key).collect()
}

display!(QueryError);
impl std::error::Error for QueryError {}

impl Describe for QueryError {
    fn describe(&self) -> Message {
        match self {
            Self::UnknownField { name, near } => {
                let name = in_a_line(name);
                let message = Message::new(
                    "runs/unknown-field",
                    text!(
                        en: "unknown metric or configuration key `{name}`",
                        zh: "未知的指标或配置项 `{name}`"
                    ),
                );
                message.hint(if near.is_empty() {
                    let columns = Column::ALL.map(|(_, column)| column);
                    text!(
                        en: ("use a configuration key such as model.cell, or one of {}", columns.join(", ")),
                        zh: ("可用配置项（例如 model.cell），或：{}", columns.join("、")),
                    )
                } else {
                    text!(
                        en: ("did you mean `{}`?", near.join("` or `")),
                        zh: ("是不是 `{}`？", near.join("` 或 `")),
                    )
                })
            }
            Self::Ambiguous { name, keys } => Message::new(
                "runs/ambiguous-field",
                text!(
                    en: "several tables have a key `{name}`",
                    zh: "有多个配置表包含 `{name}`"
                ),
            )
            .hint(text!(
                en: ("write `{}`", keys.join("` or `")),
                zh: ("请写 `{}`", keys.join("` 或 `")),
            )),
            Self::NoComparison { filter } => Message::new(
                "runs/no-comparison",
                text!(
                    en: ("{filter:?} is not a condition"),
                    zh: ("“{}”不是条件", filter.escape_debug()),
                ),
            )
            .hint(text!(
                en: "write a name, a comparison and a value: val_loss<1.5, model.cell=gru, name~shake",
                zh: "请写名称、比较符和值：val_loss<1.5、model.cell=gru、name~shake"
            )),
            Self::BadValue { field, value, expected } => {
                let value = in_a_line(value);
                Message::new(
                    "runs/bad-value",
                    text!(
                        en: ("{field} cannot be {value:?}: it takes {}", expected.english),
                        zh: ("{field} 不能是“{value}”：应为{}", expected.chinese),
                    ),
                )
            }
        }
    }
}
