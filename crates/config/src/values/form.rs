//! The form of a value that is written as text.

use charnn_message::Text;
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

/// The error of a text that does not have the form of `T`.
pub(crate) fn invalid<T: Form>() -> InvalidValue {
    InvalidValue { expected: T::expected() }
}
