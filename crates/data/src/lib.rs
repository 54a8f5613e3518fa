//! A corpus in, batches of character ids out.
//!
//! Owns: finding the files behind a name, the [`Corpus`] with its cache, the [`Vocabulary`], the
//! train/validation [`Split`] and the two ways to cut ids into batches ([`Windows`] and [`Streams`]).
//! How bytes become text is `charnn-text`'s. Knows nothing of tensors, networks or devices: it links
//! no burn, so it compiles and tests in seconds.
//!
//! Text flows one way: [`charnn_text::Source`] → [`Corpus`] → [`Ids`] → [`Split`] → [`Batches`].

mod batches;
mod corpus;
mod error;
mod extension;
mod parallel;
mod primer;
mod prompt;
mod source;
mod vocabulary;

pub use batches::section::Section;
pub use batches::split::Split;
pub use batches::streams::Streams;
pub use batches::too_short::{NeededFor, Part, TooShort};
pub use batches::windows::Windows;
pub use batches::{Batch, Batches, IGNORE};
pub use corpus::Corpus;
pub use corpus::cache::Cache;
pub use corpus::convert::Conversion;
pub use corpus::facts::Document;
pub use corpus::ids::Ids;
pub use corpus::inspect::{Counted, Inspection, Look, ScriptShare, Totals};
pub use corpus::known_ids::KnownIds;
pub use corpus::parts::{HoldOut, Parts};
pub use corpus::records::RecordFacts;
pub use error::DataError;
pub use extension::Extension;
pub use primer::primer;
pub use prompt::prompt_like_text;
pub use source::files::{NoFile, RUN_FILES, free_space, near_names};
pub use source::gather::ReadProgress;
pub use source::skipped::Skipped;
pub use vocabulary::VocabularyLimits;

pub use charnn_bundle::{OnUnknown, Purpose, Seed, Vocabulary, VocabularyError};
