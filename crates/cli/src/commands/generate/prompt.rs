//! The prompt of `charnn generate`: from the command line, a file or standard input.

use crate::args::generate::WritingArguments;
use crate::escapes::unescaped;
use crate::failure::Failure;
use charnn_data::Corpus;
use charnn_text::{ReadOptions, Source, clean_like};
use std::path::Path;

/// The prompt that was asked for, if any, processed like the text of the run: `options` say how that was
/// read.
///
/// # Errors
/// When it cannot be read, or has an escape that does not exist.
pub(crate) fn asked(
    arguments: &WritingArguments,
    options: &ReadOptions,
) -> Result<Option<String>, Failure> {
    match (&arguments.prompt, &arguments.prompt_file) {
        (_, Some(path)) => file(path, options).map(Some),
        (Some(word), None) if word == "-" => file(Path::new("-"), options).map(Some),
        (Some(text), None) => Ok(Some(clean_like(options, &unescaped(text, None)?))),
        (None, None) => Ok(None),
    }
}

/// The content of a file in any encoding, or of standard input for `-`, without the line break at its end.
fn file(path: &Path, options: &ReadOptions) -> Result<String, Failure> {
    let options = ReadOptions { encoding: None, ..*options };
    let text = Corpus::read_all(&[Source::named(path)], &options, None)?.text()?;
    Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}
