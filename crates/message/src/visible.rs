//! Text and names as messages show them: control characters and invisible characters are escaped.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// `text` with control characters, overrides of the direction of writing and U+FFFD written as in
/// `\u{1b}`. Line breaks and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(|character| is_hidden(character) && !matches!(character, '\n' | '\t')) {
        let kept = |character| !is_hidden(character) || matches!(character, '\n' | '\t');
        Cow::Owned(written(text, kept))
    } else {
        Cow::Borrowed(text)
    }
}

/// `text` as [`visible`] has it, on one line.
pub fn in_a_line(text: &str) -> String {
    written(text, |character| !is_hidden(character))
}

/// A path on one line, its bytes that are no UTF-8 as in `\xC4`.
pub fn shown(path: &Path) -> String {
    lossless(path.as_os_str().as_encoded_bytes(), in_a_line)
}

/// `bytes` as text: what is UTF-8 as `text` writes it, other bytes as in `\xC4`.
pub fn lossless(bytes: &[u8], text: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(&text(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
    out
}

fn written(text: &str, kept: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if kept(character) {
            out.push(character);
        } else {
            out.extend(character.escape_unicode());
        }
    }
    out
}

/// Whether `character` would change how the text around it looks, or marks lost text.
pub fn is_hidden(character: char) -> bool {
    let turns = matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    turns || character.is_control() || character == char::REPLACEMENT_CHARACTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_upon_is_written_out() {
        assert_eq!(
            visible("a\u{1b}[31m\tb\n\u{202e}c\u{fffd}"),
            "a\\u{1b}[31m\tb\n\\u{202e}c\\u{fffd}"
        );
        assert_eq!(in_a_line("a\nb\tc"), "a\\u{a}b\\u{9}c");
        let usual = "Où, 书 🐈 \u{200d}";
        assert!(matches!(visible(usual), Cow::Borrowed(text) if text == usual));
    }

    #[cfg(unix)]
    #[test]
    fn no_byte_of_a_name_is_lost() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"\xC4\xE3 \xe4\xb9\xa6\x07.txt");
        assert_eq!(shown(Path::new(name)), "\\xC4\\xE3 书\\u{7}.txt");
    }
}
