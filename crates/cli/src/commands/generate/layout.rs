//! How texts look on standard output, and when they are written there.

use crate::events::SCHEMA;
use crate::output::{OutputError, data};
use charnn_infer::Piece;
use std::borrow::Cow;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// What surrounds each text.
pub(crate) enum Layout<'a> {
    /// The prompt, the text and a line break; between two texts a line with the separator.
    Plain { separator: &'a str, prompt: &'a str },
    /// A line of JSON.
    Json { seed: u64, prompt: &'a str },
}

impl Layout<'_> {
    /// What comes before text number `index`.
    fn before(&self, index: u64) -> String {
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
    fn inside<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self {
            Self::Plain { .. } => text.into(),
            Self::Json { .. } => escaped(text).into(),
        }
    }

    /// What comes after a text.
    fn after(&self) -> &'static str {
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

/// Texts on their way to standard output: to a terminal at once, to a file or a pipe in large pieces.
pub(crate) struct TextOutput<'a> {
    layout: Layout<'a>,
    waiting: String,
    at_once: bool,
    flushed: Instant,
}

/// A pipe gets what waits at least this often, so that its reader sees the text grow.
const PATIENCE: Duration = Duration::from_millis(50);
/// It also gets what waits when that is this many bytes.
const ENOUGH: usize = 16 << 10;

impl<'a> TextOutput<'a> {
    pub(crate) fn new(layout: Layout<'a>) -> Self {
        let at_once = std::io::stdout().is_terminal();
        Self { layout, waiting: String::new(), at_once, flushed: Instant::now() }
    }

    /// Writes a piece, now or soon.
    ///
    /// # Errors
    /// When standard output takes no more.
    pub(crate) fn write(&mut self, piece: Piece<'_>) -> Result<(), OutputError> {
        let (more, is_end) = match piece {
            Piece::Begin(index) => (self.layout.before(index).into(), false),
            Piece::Symbols(text) => (self.layout.inside(text), false),
            Piece::End => (self.layout.after().into(), true),
        };
        self.waiting.push_str(&more);
        let is_enough = is_end || self.at_once || self.waiting.len() >= ENOUGH;
        if is_enough || self.flushed.elapsed() >= PATIENCE {
            data(&self.waiting)?;
            self.waiting.clear();
            self.flushed = Instant::now();
        }
        Ok(())
    }
}
