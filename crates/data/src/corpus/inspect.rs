//! Inspects a text before training.

use crate::corpus::passages::Passages;
use crate::source::files::{self, Bytes, Found};
use crate::source::gather;
use crate::{DataError, Skipped};
use charnn_message::{Describe, Text};
use charnn_text::{
    Among, Content, Counts, Decoded, ReadOptions, Reading, Script, Source, Survey, decode, walk,
};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// The inspection of one file. Serialized, it is the JSON of `charnn data inspect --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// How it was read: encoding, runner-up, malformed bytes, line ends, characters.
    #[serde(flatten)]
    pub reading: Reading,
    /// Why training would reject it, if it would. English in JSON.
    #[serde(serialize_with = "english")]
    pub problem: Option<Text>,
    /// Distinct characters: the size of the vocabulary.
    pub distinct: usize,
    /// How many of these occur only once.
    pub singletons: usize,
    /// The rarest characters, rarest first, then by code point. At most 20.
    pub rarest: Vec<Counted>,
    /// The kinds of characters, the most frequent first.
    pub scripts: Vec<ScriptShare>,
    /// The share of its passages of 50 characters that occur more than once. For a text of more than
    /// 262,144 bytes it is estimated from a sample, to about a tenth of a percent.
    pub repeated: f64,
    /// The beginning of the text.
    pub preview: String,
}

/// A character and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The character.
    pub character: char,
    /// Its code point, as in `U+4E00`.
    pub code_point: String,
    /// How often it occurs.
    pub count: u64,
}

/// The share of one kind of character.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScriptShare {
    /// The kind.
    pub script: Script,
    /// The number of such characters.
    pub characters: u64,
    /// Their share of the text.
    pub share: f64,
}

/// The result of inspecting a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    /// It is text.
    Text(Box<Inspection>),
    /// It was found in a folder or by a pattern, and training would skip it.
    LeftOut(Skipped),
}

/// The sums of several files, for the last lines of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Texts.
    pub files: usize,
    /// Files that are not text.
    pub skipped: usize,
    /// Texts that training would reject, or that have a warning.
    pub doubtful: Vec<String>,
    /// How many of these training would reject.
    pub problems: usize,
    /// Bytes of the texts.
    pub bytes: u64,
    /// Characters of the texts.
    pub characters: u64,
    /// Malformed bytes of the texts.
    pub malformed: u64,
    /// How many texts are in each encoding.
    pub encodings: BTreeMap<String, usize>,
}

impl Totals {
    /// Adds a file.
    pub fn add(&mut self, look: &Look) {
        let text = match look {
            Look::Text(text) => text,
            Look::LeftOut(_) => {
                self.skipped += 1;
                return;
            }
        };
        let Reading { name, bytes, characters, encoding, warnings, changes, .. } = &text.reading;
        self.files += 1;
        self.bytes += bytes;
        self.characters += characters;
        self.malformed += changes.malformed.bytes;
        *self.encodings.entry(encoding.to_string()).or_default() += 1;
        self.problems += usize::from(text.problem.is_some());
        if text.problem.is_some() || !warnings.is_empty() {
            self.doubtful.push(name.clone());
        }
    }
}

/// How many of the rarest characters are listed.
const RAREST: usize = 20;
/// Characters of the preview.
const PREVIEW: usize = 200;

impl Inspection {
    /// Inspects each file that `source` names, one by one.
    ///
    /// # Errors
    /// As [`Inspection::of`], for each.
    pub fn each<'a>(
        source: &Source,
        options: &'a ReadOptions,
    ) -> Box<dyn Iterator<Item = (Source, Result<Look, DataError>)> + 'a> {
        let paths = match source {
            Source::File(path) => match files::find(path) {
                Ok(Found::Several(paths)) => paths,
                Ok(Found::File(_)) => vec![],
                Err(error) => return Box::new(std::iter::once((source.clone(), Err(error)))),
            },
            Source::Builtin(_) | Source::Stdin => vec![],
        };
        if paths.is_empty() {
            let look = Self::of(source, options).map(|text| Look::Text(Box::new(text)));
            return Box::new(std::iter::once((source.clone(), look)));
        }
        Box::new(paths.into_iter().map(Source::File).map(|source| {
            let look = match Self::among(&source, options, Among::Several) {
                Ok(text) => Ok(Look::Text(Box::new(text))),
                Err(error) => Skipped::for_reason(error, 0).map(Look::LeftOut),
            };
            (source, look)
        }))
    }

    /// Inspects the single file that `source` names.
    ///
    /// # Errors
    /// When it cannot be read, is not text, or is a folder or pattern.
    pub fn of(source: &Source, options: &ReadOptions) -> Result<Self, DataError> {
        Self::among(source, options, Among::Alone)
    }

    fn among(source: &Source, options: &ReadOptions, among: Among) -> Result<Self, DataError> {
        let content = gather::one(source, options)?;
        Self::of_content(&content, options, among)
    }

    /// Inspects `bytes`, called `name`.
    ///
    /// # Errors
    /// When they are not text.
    pub fn of_bytes(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Self, DataError> {
        let bytes = Bytes::Held(bytes.to_vec());
        let content = Content::new(name.to_owned(), bytes, options.max_bytes)?;
        Self::of_content(&content, options, Among::Alone)
    }

    /// Reads the text twice, because it may be too large for memory.
    fn of_content(
        content: &Content,
        options: &ReadOptions,
        among: Among,
    ) -> Result<Self, DataError> {
        let survey = Survey::of(content)?;
        let (mut counts, mut preview) = (Counts::default(), String::new());
        let mut passages = Passages::new(survey.bytes);
        let mut missing = PREVIEW;
        let Decoded { reading, problem } =
            decode(content, &survey, options, among, &mut |piece| {
                counts.add(piece);
                passages.remember(piece);
                if missing > 0 {
                    preview.extend(piece.chars().take(missing));
                    missing = PREVIEW.saturating_sub(preview.chars().count());
                }
            })?;
        let mut repeats = passages.repeats();
        walk(content, &survey, reading.encoding, options, &mut |piece| repeats.look(piece))?;
        let mut scripts: BTreeMap<Script, u64> = BTreeMap::new();
        for (character, count) in counts.iter() {
            *scripts.entry(Script::of(character)).or_default() += count;
        }
        let mut scripts = Vec::from_iter(scripts);
        scripts.sort_by_key(|&(_, characters)| std::cmp::Reverse(characters));
        let total = reading.characters.max(1) as f64;
        let share = |(script, characters)| {
            let share = characters as f64 / total;
            ScriptShare { script, characters, share }
        };
        let mut rarest = counts.iter().collect::<Vec<_>>();
        rarest.sort_by_key(|&(_, count)| count); // stable: equals stay in order
        let counted = |(character, count): (char, u64)| {
            let code_point = format!("U+{:04X}", u32::from(character));
            Counted { character, code_point, count }
        };
        Ok(Self {
            problem: problem.map(|problem| problem.describe().in_full()),
            distinct: rarest.len(),
            singletons: rarest.iter().filter(|&&(_, count)| count == 1).count(),
            rarest: rarest.into_iter().take(RAREST).map(counted).collect(),
            scripts: scripts.into_iter().map(share).collect(),
            repeated: repeats.share(),
            preview,
            reading,
        })
    }
}

#[expect(clippy::ref_option, reason = "what serde calls")]
fn english<S: Serializer>(problem: &Option<Text>, serializer: S) -> Result<S::Ok, S::Error> {
    problem.as_ref().map(|problem| &problem.english).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_text::BUILTIN;

    #[test]
    fn a_look_at_a_gbk_file_says_what_is_in_it() {
        let bytes = encoding_rs::GBK.encode(BUILTIN[1].1).0;
        let mut bytes = bytes.into_owned();
        bytes.insert(4, 0xFF);
        let look = Inspection::of_bytes("zh.txt", &bytes, &ReadOptions::default()).unwrap();
        assert_eq!(look.reading.encoding, charnn_text::Encoding::GB18030);
        assert_eq!((look.problem, look.reading.changes.malformed.bytes), (None, 1));
        assert_eq!(look.distinct, 1152); // and U+FFFD
        assert_eq!(look.scripts[0].script, Script::Han);
        assert_eq!(look.rarest.len(), RAREST);
        assert!(look.rarest.is_sorted_by_key(|rare| (rare.count, rare.character)));
        let shares: f64 = look.scripts.iter().map(|share| share.share).sum();
        assert!((shares - 1.0).abs() < 1e-9);
    }

    #[test]
    fn totals_count_every_file() {
        let options = ReadOptions::default();
        let mut totals = Totals::default();
        let twice = "A couch\u{c3}\u{a9} in a caf\u{c3}\u{a9}.";
        for (name, text) in [("a", "plain"), ("b", twice)] {
            let look = Inspection::of_bytes(name, text.as_bytes(), &options).unwrap();
            totals.add(&Look::Text(Box::new(look)));
        }
        assert_eq!((totals.files, totals.skipped, totals.bytes), (2, 0, 5 + twice.len() as u64));
        assert_eq!(totals.encodings["UTF-8"], 2);
        assert_eq!(totals.doubtful, ["b"], "{totals:?}");
    }

    #[test]
    fn what_would_be_refused_can_be_looked_at() {
        let bytes = encoding_rs::GBK.encode("联通").0;
        let look = Inspection::of_bytes("odd.txt", &bytes, &ReadOptions::default()).unwrap();
        assert!(
            look.problem
                .as_ref()
                .is_some_and(|problem| problem.english.contains("data.encoding = ")),
            "{look:?}"
        );
        let json = serde_json::to_value(&look).unwrap();
        assert_eq!(json["name"], "odd.txt");
        assert!(json["problem"].is_string());
        assert!(json["decision"]["runner_up"]["preview"].is_string());
    }
}
