//! A text with too few characters for what is to be done with it.

use std::fmt;

/// A part of a text that is too short.
#[derive(Debug, Clone, PartialEq)]
pub struct TooShort {
    /// What the text is called.
    pub name: String,
    /// Which part of it.
    pub part: Part,
    /// Whether it is the part's longest document that counts.
    pub longest: bool,
    /// How many characters there are.
    pub have: usize,
    /// How many it takes.
    pub need: usize,
    /// What they are for.
    pub purpose: Purpose,
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// All of it.
    All,
    /// What is trained on.
    Training {
        /// Characters of the other part.
        held_out: usize,
    },
    /// What is not trained on.
    HeldOut {
        /// `data.valid_fraction`.
        fraction: f64,
    },
}

/// What needs the characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A window of so many characters, and the one after it.
    Window(usize),
    /// A batch of so many streams of so many characters.
    Streams(usize, usize),
    /// An evaluation that somebody asked for.
    Measuring,
}

impl std::error::Error for TooShort {}

impl fmt::Display for TooShort {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, part, longest, have, need, purpose } = self;
        if *longest {
            write!(out, "the longest document of ")?;
        }
        match part {
            Part::All => write!(out, "{name}")?,
            Part::Training { held_out } => {
                write!(out, "the training part of {name} ({held_out} characters are held out)")?;
            }
            Part::HeldOut { fraction } => {
                write!(out, "the held-out part of {name} (data.valid_fraction = {fraction})")?;
            }
        }
        let characters = if *have == 1 { "character" } else { "characters" };
        write!(out, " has {have} {characters}, but ")?;
        match purpose {
            Purpose::Window(length) => write!(out, "train.seq_length = {length}")?,
            Purpose::Streams(lanes, length) => {
                write!(out, "train.batch_size = {lanes} with train.seq_length = {length}")?;
            }
            Purpose::Measuring => write!(out, "measuring")?,
        }
        write!(out, " needs at least {need}; ")?;
        let most = match self.settings_that_work() {
            Some(settings) => format!("{settings} would be enough, or "),
            None => String::new(),
        };
        match (purpose, part) {
            (Purpose::Measuring, _) => write!(out, "name a longer text with --data"),
            (_, Part::HeldOut { .. }) => {
                write!(
                    out,
                    "{most}data.valid_fraction=0 to hold nothing out, or name a longer text"
                )
            }
            _ => write!(out, "{most}name a longer text"),
        }
    }
}

impl TooShort {
    /// The largest values that work, `None` where none does.
    pub fn settings_that_work(&self) -> Option<String> {
        let most = self.have.checked_sub(1).filter(|&most| most > 0)?;
        let set = |key: &str, asked: usize| (asked > most).then(|| format!("train.{key}={most}"));
        let flags = match self.purpose {
            Purpose::Measuring => return None,
            Purpose::Window(length) => [None, set("seq_length", length)],
            Purpose::Streams(lanes, length) => {
                [set("batch_size", lanes), set("seq_length", length)]
            }
        };
        let flags: Vec<String> = flags.into_iter().flatten().collect();
        (!flags.is_empty()).then(|| flags.join(" with "))
    }
}
