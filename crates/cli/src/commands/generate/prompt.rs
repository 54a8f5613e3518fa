//! The prompt of `charnn generate`: from the command line, a file or standard input.

use crate::args::generate::WritingArguments;
use crate::escapes::unescaped;
use crate::failure::Failure;
use charnn_bundle::Bundle;
use charnn_data::{Corpus, prompt_like_text};
use charnn_text::{ReadOptions, Source};
use std::path::Path;

/// The prompt of the arguments, or else the `default`, processed like the text that the network was trained
/// on: `options` say how that was read.
///
/// # Errors
/// When it cannot be read, or has an escape that does not exist.
pub(crate) fn asked(
    arguments: &WritingArguments,
    default: &str,
    options: &ReadOptions,
    network: &Bundle,
) -> Result<String, Failure> {
    let text = match (&arguments.prompt, &arguments.prompt_file) {
        (_, Some(path)) => file(path, options)?,
        (Some(word), None) if word == "-" => file(Path::new("-"), options)?,
        (Some(text), None) => unescaped(text, None)?,
        (None, None) => default.to_owned(),
    };
    Ok(prompt_like_text(&text, options, network.vocabulary(), network.primer()))
}

/// The content of a file in any encoding, or of standard input for `-`, without the line break at its end.
fn file(path: &Path, options: &ReadOptions) -> Result<String, Failure> {
    let options = ReadOptions { encoding: None, ..*options };
    let text = Corpus::read_all(&[Source::named(path)], &options, None)?.text()?;
    Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}
