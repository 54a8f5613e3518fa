//! Text in, batches of character ids out.
//!
//! Owns: reading a corpus in any encoding, the [`Vocabulary`], the train/validation [`Split`] and
//! the two ways to cut ids into batches ([`Windows`] and [`Streams`]). Knows nothing of tensors,
//! networks or devices: it links no burn, so it compiles and tests in seconds.
//!
//! Text flows one way: [`Source`] → [`Corpus`] → [`Vocabulary::encode`] → [`Split`] → [`Batches`].
//! Inside `Corpus`: `files` → `detect` → `decoder` → `clean`.

mod batch;
mod clean;
mod codec;
mod common;
mod corpus;
mod decode;
mod decoder;
mod detect;
pub mod encoding;
mod error;
mod extension;
mod files;
mod formats;
mod gzip;
mod inspect;
mod language;
mod options;
mod passages;
mod plausibility;
mod reading;
mod script;
mod seed;
mod source;
mod split;
mod streams;
mod trial;
mod variants;
mod vocabulary;
mod windows;

pub use batch::{Batch, Batches, IGNORE};
pub use clean::{Changes, Malformed, Newlines, Place};
pub use corpus::{Corpus, Document};
pub use detect::{Candidate, Contest, Decision, Doubt};
pub use encoding::Encoding;
pub use error::DataError;
pub use extension::Extension;
pub use inspect::{Counted, Inspection, ScriptShare};
pub use options::{Normalization, OnMalformed, ReadOptions, Whitespace};
pub use reading::Reading;
pub use script::Script;
pub use seed::{Purpose, Seed};
pub use source::{BUILTIN, Source};
pub use split::Split;
pub use streams::Streams;
pub use vocabulary::{OnUnknown, Vocabulary, VocabularyLimits};
pub use windows::Windows;
