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
mod form;
mod interval;
mod size;
mod source;
mod time;

pub use device::DeviceChoice;
pub(crate) use form::Form;
pub use form::InvalidValue;
pub use interval::Interval;
pub use size::ByteSize;
pub use source::Sources;
pub use time::TimeLimit;
