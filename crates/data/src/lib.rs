//! Text in, batches of character ids out.
//!
//! Owns: reading a corpus in any encoding, the [`Vocabulary`], the train/validation [`Split`] and
//! the two ways to cut ids into batches ([`Windows`] and [`Streams`]). Knows nothing of tensors,
//! networks or devices: it links no burn, so it compiles and tests in seconds.
//!
//! Text flows one way: [`Source`] → [`Corpus`] → [`Ids`] → [`Split`] → [`Batches`]. Inside `Corpus`:
//! `gather` → `survey` → `detect` → `decoder` → `clean` → `normalize` → `collapse`, a chunk at a time.

mod alphabets;
mod batch;
mod braces;
mod cache;
mod clean;
mod codec;
mod codepages;
mod collapse;
mod common;
mod content;
mod convert;
mod corpus;
mod counts;
mod decode;
mod decoder;
mod detect;
mod encoder;
pub mod encoding;
mod error;
mod extension;
mod facts;
mod files;
mod foreign;
mod formats;
mod gather;
mod guesses;
mod ids;
mod inspect;
mod language;
mod mark;
mod no_file;
mod normalize;
mod options;
mod passages;
mod permutation;
mod plausibility;
mod question;
mod reading;
mod samples;
mod script;
mod section;
mod sevenbit;
mod skipped;
mod source;
mod split;
mod streams;
mod survey;
mod trial;
mod visible;
mod vocabulary;
mod windows;
mod words;

pub use charnn_bundle::{OnUnknown, Purpose, Seed, Vocabulary, VocabularyError};

pub use batch::{Batch, Batches, IGNORE};
pub use braces::pattern_of;
pub use cache::Cache;
pub use clean::{Changes, Malformed, Newlines, Place};
pub use convert::Conversion;
pub use corpus::Corpus;
pub use counts::Counts;
pub use detect::{Candidate, Contest, Decision, Doubt};
pub use encoding::Encoding;
pub use error::DataError;
pub use extension::Extension;
pub use facts::Document;
pub use files::{RUN_FILES, free_space, near_names};
pub use formats::Format;
pub use ids::Ids;
pub use inspect::{Counted, Inspection, Look, ScriptShare};
pub use no_file::NoFile;
pub use options::{Normalization, OnMalformed, ReadOptions, Whitespace};
pub use reading::Reading;
pub use script::Script;
pub use section::Section;
pub use skipped::{NoText, Skipped};
pub use source::{BUILTIN, STDIN, Source};
pub use split::Split;
pub use streams::Streams;
pub use visible::{in_a_line, is_hidden, lossless, shown, visible};
pub use vocabulary::VocabularyLimits;
pub use windows::Windows;
