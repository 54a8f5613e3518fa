//! How texts stand on standard output. A text can be shown while it is being written.

use crate::events::SCHEMA;
use std::borrow::Cow;

/// What stands around each text.
pub(crate) enum Layout<'a> {
    /// The prompt, the text and a line break; between two texts a line with the separator.
    Plain { separator: &'a str, prompt: &'a str },
    /// A line of JSON.
    Json { seed: u64, prompt: &'a str },
}

impl Layout<'_> {
    /// What comes before the `index`-th text, counted from 0.
    pub(crate) fn before(&self, index: usize) -> String {
        match self {
            Self::Plain { prompt, .. } if index == 0 => (*prompt).into(),
            Self::Plain { separator, prompt } => format!("{separator}\n{prompt}"),
            Self::Json { seed, prompt } => {
                let prompt = escaped(prompt);
                format!(
                    "{{\"schema\": {SCHEMA}, \"index\": {index}, \"seed\": {seed}, \"prompt\": \"{prompt}\", \"text\": \""
                )
            }
        }
    }

    /// A piece of a text.
    pub(crate) fn inside<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self {
            Self::Plain { .. } => text.into(),
            Self::Json { .. } => escaped(text).into(),
        }
    }

    /// What comes after a text.
    pub(crate) fn after(&self) -> &'static str {
        match self {
            Self::Plain { .. } => "\n",
            Self::Json { .. } => "\"}\n",
        }
    }
}

/// What stands between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].into()
}
