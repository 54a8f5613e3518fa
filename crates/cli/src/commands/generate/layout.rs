//! How texts look on standard output, and when they are written there.

use crate::events::SCHEMA;
use crate::messages::writing::NGRAMS;
use crate::output::{OutputError, data};
use anstream::{AutoStream, ColorChoice};
use charnn_infer::{Novelty, Piece};
use serde_json::json;
use std::borrow::Cow;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// What surrounds each text.
pub(crate) enum Layout<'a> {
    /// The prompt, the text and a line break; between two texts a line with the separator.
    Plain { separator: &'a str, prompt: &'a str },
    /// A line of JSON. With `novelty` it has a field for that.
    Json { seed: u64, prompt: &'a str, novelty: bool },
}

impl Layout<'_> {
    /// What comes before text number `index`.
    fn before(&self, index: u64) -> String {
        match self {
            Self::Plain { prompt, .. } if index == 0 => (*prompt).into(),
            Self::Plain { separator, prompt } => format!("{separator}\n{prompt}"),
            Self::Json { seed, prompt, .. } => {
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
            Self::Json { novelty: false, .. } => "\"}\n",
            Self::Json { .. } => "\", \"novelty\": null}\n",
        }
    }

    /// A text with the passages that the training text has, and what comes after it.
    fn compared(&self, text: &str, novelty: &Novelty) -> String {
        if let Self::Json { .. } = self {
            let passages = novelty.marked(Novelty::LEAST);
            let passages: Vec<_> = passages.iter().map(|it| [it.start, it.len()]).collect();
            let shares = NGRAMS.map(|n| (n.to_string(), json!(novelty.ngram_share(n))));
            let fields = json!({
                "copied": novelty.copied_share(Novelty::LEAST),
                "longest": novelty.longest().len(),
                "passages": passages,
                "ngrams": serde_json::Map::from_iter(shares),
            });
            return format!("{}\", \"novelty\": {fields}}}\n", escaped(text));
        }
        if AutoStream::choice(&std::io::stdout()) == ColorChoice::Never {
            return format!("{text}\n");
        }
        let mut characters = text.chars();
        let (mut marked, mut at) = (String::new(), 0);
        for passage in novelty.marked(Novelty::LEAST) {
            marked.extend(characters.by_ref().take(passage.start - at));
            marked += "\u{1b}[4m";
            marked.extend(characters.by_ref().take(passage.len()));
            marked += "\u{1b}[24m";
            at = passage.end;
        }
        marked.extend(characters);
        marked + "\n"
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
        self.add(&more, is_end)
    }

    /// Writes a whole text with the passages that the training text has, soon.
    ///
    /// # Errors
    /// When standard output takes no more.
    pub(crate) fn compared(
        &mut self,
        index: u64,
        text: &str,
        novelty: &Novelty,
    ) -> Result<(), OutputError> {
        let whole = self.layout.before(index) + &self.layout.compared(text, novelty);
        self.add(&whole, true)
    }

    fn add(&mut self, more: &str, is_end: bool) -> Result<(), OutputError> {
        self.waiting.push_str(more);
        let is_enough = is_end || self.at_once || self.waiting.len() >= ENOUGH;
        if is_enough || self.flushed.elapsed() >= PATIENCE {
            data(&self.waiting)?;
            self.waiting.clear();
            self.flushed = Instant::now();
        }
        Ok(())
    }
}
