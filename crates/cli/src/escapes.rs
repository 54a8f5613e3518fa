//! Escapes in the text of a flag: `\n`, `\t`, `\\` and `\u{..}`.

use charnn_message::{Describe, Message, text};

/// `text` with `\n`, `\t`, `\\` and `\u{..}` replaced by what they stand for.
/// `flag` is the flag that has the text, if it is not the prompt.
pub(crate) fn unescaped(text: &str, flag: Option<&'static str>) -> Result<String, UnknownEscape> {
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
                let (character, after) = character.ok_or_else(|| UnknownEscape {
                    escape: escape.chars().take(8).collect(),
                    flag,
                })?;
                out.push(character);
                rest = after;
                continue;
            }
            _ => {
                let escape = escape.chars().take(1).collect();
                return Err(UnknownEscape { escape, flag });
            }
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    Ok(out)
}

/// An escape that does not exist.
#[derive(Debug)]
pub(crate) struct UnknownEscape {
    escape: String,
    flag: Option<&'static str>,
}

impl Describe for UnknownEscape {
    fn describe(&self) -> Message {
        let Self { escape, flag } = self;
        Message::new(
            "prompt/escape",
            text!(
                en: ("{} has an unknown escape `\\{escape}`", flag.unwrap_or("the prompt")),
                zh: ("{}中有未知的转义 `\\{escape}`", flag.map_or("提示".into(), |it| format!("{it} ")))
            ),
        )
        .hint(text!(
            en: "write \\n, \\t, \\u{{4E00}}, or \\\\ for a backslash",
            zh: "可用 \\n、\\t、\\u{{4E00}}，反斜杠写作 \\\\"
        ))
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
