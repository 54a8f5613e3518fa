//! The prompt of `charnn generate`: from the command line, a file or standard input.

use crate::args::generate::GenerateArguments;
use crate::failure::Failure;
use charnn_data::Corpus;
use charnn_message::{Describe, Message, text};
use charnn_text::{ReadOptions, Source, clean_like};
use std::path::Path;

/// The prompt that was asked for, if any, processed like the text of the run: `options` say how that was
/// read.
///
/// # Errors
/// When it cannot be read, or has an escape that does not exist.
pub(crate) fn asked(
    arguments: &GenerateArguments,
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

/// `text` with `\n`, `\t`, `\\` and `\u{..}` replaced by what they stand for.
/// `flag` is the flag that has the text, if it is not the prompt.
pub(crate) fn unescaped(text: &str, flag: Option<&'static str>) -> Result<String, PromptProblem> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        out.push_str(before);
        let mut characters = escape.chars();
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('\\') => out.push('\\'),
            Some('u') => {
                let code = characters.as_str().strip_prefix('{').and_then(|it| it.split_once('}'));
                let character = code.and_then(|(code, after)| {
                    let character = u32::from_str_radix(code, 16).ok().and_then(char::from_u32)?;
                    Some((character, after))
                });
                let (character, after) = character.ok_or_else(|| PromptProblem::Escape {
                    escape: escape.chars().take(8).collect(),
                    flag,
                })?;
                out.push(character);
                rest = after;
                continue;
            }
            _ => {
                let escape = escape.chars().take(1).collect();
                return Err(PromptProblem::Escape { escape, flag });
            }
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    Ok(out)
}

/// A prompt that cannot be read.
#[derive(Debug)]
pub(crate) enum PromptProblem {
    Escape { escape: String, flag: Option<&'static str> },
}

impl Describe for PromptProblem {
    fn describe(&self) -> Message {
        match self {
            Self::Escape { escape, flag } => Message::new(
                "prompt/escape",
                text!(
                    en: ("{} has an unknown escape `\\{escape}`", flag.unwrap_or("the prompt")),
                    zh: ("{}中有未知的转义 `\\{escape}`", flag.map_or("提示".into(), |it| format!("{it} ")))
                ),
            )
            .hint(text!(
                en: "write \\n, \\t, \\u{{4E00}}, or \\\\ for a backslash",
                zh: "可用 \\n、\\t、\\u{{4E00}}，反斜杠写作 \\\\"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_characters() {
        let read = |text| unescaped(text, None).ok();
        assert_eq!(read(r"a\nb\tc\\n\u{4e00}\u{1F408}!").as_deref(), Some("a\nb\tc\\n一🐈!"));
        assert_eq!(read("plain 老").as_deref(), Some("plain 老"));
        for bad in [r"\x", r"\", r"\u", r"\u{", r"\u{}", r"\u{110000}", r"\u{d800}", r"a\u{zz}"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
