//! The flags of every command that reads a text.

use super::values::{bytes, choice, encoding, on_malformed, on_mixed};
use charnn_text::{Encoding, Normalization, OnMalformed, OnMixed, ReadOptions};
use clap::Args;

/// How a text is to be read.
#[derive(Debug, Args)]
pub(crate) struct ReadingArguments {
    #[arg(long, value_name = "ENCODING", value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,

    #[arg(long, value_name = "HOW", value_parser = on_malformed())]
    pub(crate) on_malformed: Option<OnMalformed>,

    #[arg(long, value_name = "HOW", value_parser = on_mixed())]
    pub(crate) on_mixed: Option<OnMixed>,

    #[arg(long, value_name = "FORM", value_parser = choice::<Normalization>(&["none", "nfc", "nfkc"]))]
    pub(crate) normalize: Option<Normalization>,

    #[arg(long, value_name = "SIZE", value_parser = bytes, allow_negative_numbers = true)]
    pub(crate) max_bytes: Option<u64>,
}

impl ReadingArguments {
    pub(crate) fn options(&self) -> ReadOptions {
        let defaults = ReadOptions::default();
        ReadOptions {
            encoding: self.encoding,
            on_malformed: self.on_malformed.unwrap_or(defaults.on_malformed),
            on_mixed: self.on_mixed.unwrap_or(defaults.on_mixed),
            normalize: self.normalize.unwrap_or(defaults.normalize),
            max_bytes: self.max_bytes.unwrap_or(defaults.max_bytes),
            ..defaults
        }
    }
}
