//! Values with a form of their own: durations, intervals, sizes, sources, devices.
//!
//! Each type reads itself from text ([`std::str::FromStr`]) and writes itself as text
//! ([`std::fmt::Display`]), so that a configuration holds it typed from the file to the training loop.

/// Implements serde's conversions and the schema of a type that files hold as text.
macro_rules! as_text {
    ($type:ident, $format:literal) => {
        impl TryFrom<String> for $type {
            type Error = InvalidValue;

            fn try_from(text: String) -> Result<Self, InvalidValue> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": $format })
            }
        }
    };
}

mod device;
mod interval;
mod size;
mod source;
mod time;

pub use device::DeviceChoice;
pub use interval::Interval;
pub use size::ByteSize;
pub use source::Sources;
pub use time::TimeLimit;

use charnn_message::{Text, text};
use std::fmt;

/// A text that is not a value of the type that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    /// What the text must be.
    pub expected: Text,
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "expected {}", self.expected.english)
    }
}

impl std::error::Error for InvalidValue {}

/// What a form takes, to follow "must be".
pub(crate) trait Form {
    /// The form in words.
    fn expected() -> Text;
}

impl Form for TimeLimit {
    fn expected() -> Text {
        text!(
            en: "a duration such as \"90s\", \"10m\" or \"1h 30m\", or empty",
            zh: "\"90s\"、\"10m\"、\"1h 30m\" 这样的时长，或者留空"
        )
    }
}

impl Form for Interval {
    fn expected() -> Text {
        text!(
            en: "a duration such as \"2m\", steps such as \"500 steps\", or empty",
            zh: "\"2m\" 这样的时长、\"500 steps\" 这样的步数，或者留空"
        )
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

impl Form for Sources {
    fn expected() -> Text {
        text!(
            en: "a path in quotes, or a list of paths",
            zh: "带引号的路径，或路径的列表"
        )
    }
}

/// The error of a text that does not have the form of `T`.
fn invalid<T: Form>() -> InvalidValue {
    InvalidValue { expected: T::expected() }
}
