//! What people type that TOML does not take, and what they mean: characters of a Chinese keyboard or a
//! word processor that look like ASCII's, and the marks and words of other formats.

use super::problem::{Place, Problem};
use super::toml_text;

/// The ASCII character that `character` looks like.
fn ascii(character: char) -> Option<char> {
    Some(match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0)?,
        '\u{3000}' => ' ',
        '“' | '”' | '„' => '"',
        '‘' | '’' => '\'',
        '\u{2013}' | '\u{2014}' | '\u{2212}' => '-',
        '【' => '[',
        '】' => ']',
        _ => return None,
    })
}

/// What was typed with characters that look like others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slip {
    /// The first of them, and where it is, in bytes.
    pub(super) character: char,
    pub(super) at: usize,
    /// What was meant.
    pub(super) meant: String,
}

impl Slip {
    /// That what stands at `place` was typed so.
    pub(super) fn problem(&self, place: &Place) -> Problem {
        Problem::at(Some(place), self.what(), format!("write {}", self.meant))
    }

    /// What is wrong.
    pub(super) fn what(&self) -> String {
        let (character, meant) = (self.character, ascii(self.character).unwrap_or_default());
        let code = u32::from(character);
        format!("{character} (U+{code:04X}) looks like {meant} and is another character")
    }
}

/// A line of TOML, or a value, with characters that look like ASCII's outside of all texts and comments.
pub(super) fn typed(line: &str) -> Option<Slip> {
    let (mut meant, mut first, mut quote, mut last) = (String::new(), None, None, None);
    for (at, character) in line.char_indices() {
        let like = ascii(character);
        match quote {
            // A text that such a quote has begun ends with any quote.
            Some((mark, typed)) if character == mark || typed && like == Some(mark) => {
                quote = None;
                meant.push(mark);
                continue;
            }
            Some((mark, _)) => {
                last = if like == Some(mark) { Some((at, character)) } else { last };
                meant.push(character);
                continue;
            }
            None => {}
        }
        let plain = like.unwrap_or(character);
        if like.is_some() {
            first.get_or_insert((at, character));
        }
        meant.push(plain);
        match plain {
            '"' | '\'' => quote = Some((plain, like.is_some())),
            '#' => {
                meant.push_str(&line[at + character.len_utf8()..]);
                break;
            }
            _ => {}
        }
    }
    // A text that never ends ends with what looks like its quote.
    if let (Some((mark, _)), Some((at, character)), None) = (quote, last, first) {
        let rest = &line[at + character.len_utf8()..];
        let meant = format!("{}{mark}{rest}", &line[..at]);
        return Some(Slip { character, at, meant });
    }
    first.map(|(at, character)| Slip { character, at, meant })
}

/// Words of what the parser says of a `\` that begins no escape.
const ESCAPES: [&str; 2] = ["escape", "unicode"];

/// What to do about a line that is no TOML, of which the parser says `why`; and where on it, if the parser
/// names another place.
pub(super) fn line(line: &str, why: &str) -> Option<(Option<usize>, String)> {
    let Some((_, written)) = line.split_once('=') else {
        return Some((Some(colon(line)?), "write = between a key and its value".to_owned()));
    };
    let written = written.split('#').next().unwrap_or(written).trim();
    let of_escapes = || escapes(written).filter(|_| ESCAPES.iter().any(|it| why.contains(it)));
    let way = value(written).or_else(|| of_escapes().map(str::to_owned));
    way.or_else(|| bare(written, why)).map(|way| (None, way))
}

/// A text without its quotes, of which the parser thinks that it may be a number.
fn bare(written: &str, why: &str) -> Option<String> {
    let is_text = written.starts_with(char::is_alphabetic) && !written.contains(['"', '\'', '\\']);
    (is_text && why.starts_with("invalid ")).then(|| format!("write \"{written}\", in quotes"))
}

/// What to write in place of `value`, which TOML does not take.
pub(super) fn value(value: &str) -> Option<String> {
    if let Some(number) = toml_text::meant_number(value).or_else(|| truth(value)) {
        return Some(format!("TOML wants {number}"));
    }
    if ["null", "none", "nil", "undefined", "~"].contains(&&*value.to_lowercase()) {
        return Some(format!("TOML has no {value}; leave the key out, and it has its default"));
    }
    for mark in [';', ','] {
        let rest = value.strip_suffix(mark).map(str::trim_end);
        if let Some(rest) = rest.filter(|rest| toml_text::value(rest).is_some()) {
            return Some(format!("write {rest}, without {mark}"));
        }
    }
    comma(value).map(|number| format!("TOML wants {number}"))
}

/// What other formats call `true` and `false`.
fn truth(value: &str) -> Option<String> {
    match &*value.to_lowercase() {
        "yes" | "on" => Some("true".to_owned()),
        "no" | "off" => Some("false".to_owned()),
        _ => None,
    }
}

/// A number with a comma in it: before its decimals, or between thousands.
fn comma(value: &str) -> Option<String> {
    let (whole, part) = value.split_once(',')?;
    let digits = |text: &str| !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
    if !digits(whole.trim_start_matches(['+', '-'])) || !digits(part) {
        return None;
    }
    let point = format!("{whole}.{part}");
    let thousands = format!("{whole}{part}");
    let unclear = part.len() == 3 && toml_text::value(&thousands).is_some();
    Some(if unclear { format!("{thousands} or {point}") } else { point })
}

/// Where a line has a colon between key and value, as other formats do.
fn colon(line: &str) -> Option<usize> {
    let (key, value) = line.split_once(':')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '"';
    let name = key.trim();
    let fits = !name.is_empty() && name.chars().all(is_name) && !value.trim().is_empty();
    fits.then_some(key.len())
}

/// Whether `written`, a value as it stands, is a text in which `\` begins an escape; and what to do about
/// it where it was to be a path of Windows.
pub(super) fn escapes(written: &str) -> Option<&'static str> {
    let has = written.starts_with('"') && written.contains('\\');
    has.then_some(
        "in double quotes \\ begins an escape; write it in single quotes, or with / in place of \\",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(line: &str) -> Option<String> {
        typed(line).map(|slip| slip.meant)
    }

    #[test]
    fn what_looks_like_ascii_is_read_as_that_outside_of_texts() {
        for (line, right) in [
            ("epochs＝3", "epochs=3"),
            ("epochs = ３", "epochs = 3"),
            ("path = “小说，上.txt”", "path = \"小说，上.txt\""),
            ("path = ‘a.txt’", "path = 'a.txt'"),
            ("path = \"novel.txt”", "path = \"novel.txt\""),
            ("［train］", "[train]"),
            ("【train】", "[train]"),
            ("epochs　= 3", "epochs = 3"),
            ("seed = 3 ＃ 种子，好", "seed = 3 # 种子，好"),
        ] {
            assert_eq!(meant(line).as_deref(), Some(right), "{line}");
        }
        for line in ["epochs = 3", "prompt = \"“你好，”\"", "# 你好，世界", "a = '“'"]
        {
            assert_eq!(meant(line), None, "{line}");
        }
        let slip = typed("a ＝ 1").unwrap();
        assert_eq!((slip.at, slip.character), (2, '＝'));
        assert_eq!(slip.what(), "＝ (U+FF1D) looks like = and is another character");
    }

    #[test]
    fn values_of_other_formats_lead_to_those_of_toml() {
        for (written, said) in [
            ("yes", "TOML wants true"),
            ("Off", "TOML wants false"),
            (".5", "TOML wants 0.5"),
            ("0,001", "TOML wants 0.001"),
            ("1,000", "TOML wants 1000 or 1.000"),
            ("3;", "write 3, without ;"),
            ("\"gru\",", "write \"gru\", without ,"),
        ] {
            assert_eq!(value(written).as_deref(), Some(said), "{written}");
        }
        assert!(value("null").unwrap().starts_with("TOML has no null; leave the key out"));
        for written in ["fast", "gru;x", "1,2,3", ",", "", ";"] {
            assert_eq!(value(written), None, "{written}");
        }
    }

    #[test]
    fn a_colon_between_key_and_value_is_found() {
        assert_eq!(colon("  epochs: 3"), Some(8));
        for line in ["train:", "Once upon: a time", "# a: b", ": 3"] {
            assert_eq!(colon(line), None, "{line}");
        }
    }
}
