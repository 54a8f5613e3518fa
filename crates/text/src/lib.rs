//! Turns bytes into text, with a report of what was found and changed.
//!
//! Owns: encodings and their detection, decoding that recovers from lost bytes, cleaning, normalization and
//! white space. Works on one stream of bytes at a time and never opens a file: the caller passes a
//! [`ByteSource`].
//!
//! A text passes through these modules, a chunk at a time:
//! `bytes` (unpack, survey) → `detect` → `decode` → `clean` (line ends, normalization, white space).

mod builtin;
mod bytes;
mod clean;
mod counts;
mod decode;
mod detect;
pub mod encoding;
mod error;
mod language;
mod no_text;
mod options;
mod reading;
mod records;
mod source;
mod warning;

pub use builtin::{BUILTIN, builtin};
pub use bytes::content::{ByteSource, Content};
pub use bytes::formats::Format;
pub use bytes::survey::Survey;
pub use clean::layout::Layout;
pub use clean::{Changes, Malformed, Newlines, Place};
pub use counts::Counts;
pub use decode::{Among, Decoded, Found, clean_like, decode, read, walk};
pub use detect::outcome::{Candidate, Contest, Decision, Doubt};
pub use encoding::Encoding;
pub use error::TextError;
pub use language::script::Script;
pub use no_text::NoText;
pub use options::{Normalization, OnMalformed, OnMixed, ReadOptions, Whitespace};
pub use reading::{Reading, Separate};
pub use records::{BadSeparator, Records};
pub use source::{STDIN, Source};
pub use warning::TextWarning;
