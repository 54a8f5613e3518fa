//! Text in, batches of character ids out.
//!
//! Owns: reading a corpus, the [`Vocabulary`], the train/validation [`Split`] and the two
//! ways to cut ids into batches ([`Windows`] and [`Streams`]). Knows nothing of tensors,
//! networks or devices: it links no burn, so it compiles and tests in seconds.
//!
//! Text flows one way: [`Corpus`] → [`Vocabulary::encode`] → [`Split`] → [`Batches`].

mod batch;
mod corpus;
mod error;
mod seed;
mod split;
mod streams;
mod vocabulary;
mod windows;

pub use batch::{Batch, Batches, IGNORE};
pub use corpus::{BUILTIN, Corpus, Source};
pub use error::DataError;
pub use seed::{Purpose, Seed};
pub use split::Split;
pub use streams::Streams;
pub use vocabulary::Vocabulary;
pub use windows::Windows;
