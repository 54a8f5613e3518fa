//! What people type that TOML does not take, and what they mean: characters of a Chinese keyboard or a
//! word processor that look like ASCII, and the values of other formats.

use charnn_message::{Text, text};
use toml::de::{DeTable, DeValue};

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

/// A text that was typed with characters that look like ASCII.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lookalike {
    /// The first of these characters.
    pub(crate) character: char,
    /// Its place, in bytes.
    pub(crate) at: usize,
    /// The text in ASCII.
    pub(crate) meant: String,
}

impl Lookalike {
    /// What is wrong.
    pub(crate) fn message(&self) -> Text {
        let (character, meant) = (self.character, ascii(self.character).unwrap_or_default());
        let code = u32::from(character);
        text!(
            en: "{character} (U+{code:04X}) looks like {meant}, but is another character",
            zh: "{character} (U+{code:04X}) 看起来像 {meant}，但不是同一个字符"
        )
    }
}

/// Finds characters that look like ASCII in a line of TOML or a value, outside of quotes and comments.
pub(crate) fn find(line: &str) -> Option<Lookalike> {
    let mut meant = String::new();
    let mut first = None;
    let mut quote: Option<(char, bool)> = None; // the mark, and whether a lookalike opened it
    let mut last_mark = None; // a lookalike of the mark inside of quotes
    for (at, character) in line.char_indices() {
        let like = ascii(character);
        if let Some((mark, typed)) = quote {
            if character == mark || typed && like == Some(mark) {
                quote = None;
                meant.push(mark);
            } else {
                last_mark = if like == Some(mark) { Some((at, character)) } else { last_mark };
                meant.push(character);
            }
            continue;
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
    // A quote that is never closed was meant to be closed by its lookalike.
    if let (Some((mark, _)), Some((at, character)), None) = (quote, last_mark, first) {
        let (before, after) = (&line[..at], &line[at + character.len_utf8()..]);
        return Some(Lookalike { character, at, meant: format!("{before}{mark}{after}") });
    }
    first.map(|(at, character)| Lookalike { character, at, meant })
}

/// What to write in place of `line`, which is not valid TOML.
pub(crate) fn hint(line: &str) -> Option<Text> {
    let line = line.trim();
    let (line, found) = match find(line) {
        Some(found) => (found.meant.clone(), Some(found.message())),
        None => (line.to_owned(), None),
    };
    let line = line.trim_end_matches([';', ',']).trim();
    if DeTable::parse(line).is_ok() {
        let why = found.unwrap_or_else(|| Text::verbatim(""));
        let (colon, wide) = if why.english.is_empty() { ("", "") } else { (": ", "：") };
        return Some(Text {
            english: format!("{}{colon}write {line}", why.english),
            chinese: format!("{}{wide}请写成 {line}", why.chinese),
        });
    }
    let Some((key, value)) = line.split_once('=') else {
        let (key, value) = line.split_once(':')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let (key, value) = (key.trim(), value.trim());
        let is_pair = !key.is_empty() && key.chars().all(is_name) && !value.is_empty();
        return is_pair.then(|| text!(en: "write {key} = {value}", zh: "请写成 {key} = {value}"));
    };
    let (key, value) = (key.trim(), value.split('#').next().unwrap_or(value).trim());
    if value.starts_with('"') && value.contains('\\') {
        return Some(escapes());
    }
    let meant = literal(value).or_else(|| {
        let is_word = value.starts_with(char::is_alphabetic) && !value.contains(['"', '\'']);
        is_word.then(|| format!("\"{value}\""))
    })?;
    Some(text!(en: "write {key} = {meant}", zh: "请写成 {key} = {meant}"))
}

/// What to do about a path of Windows in double quotes.
pub(crate) fn escapes() -> Text {
    text!(
        en: "write the path in single quotes: in double quotes, \\ starts an escape",
        zh: "路径请用单引号：双引号中的 \\ 表示转义"
    )
}

/// The TOML for `text`, which other formats take for a number, true or false; `None` if it is TOML as it
/// is, or something else.
pub(crate) fn literal(text: &str) -> Option<String> {
    if DeValue::parse(text).is_ok() {
        return None;
    }
    match &*text.to_lowercase() {
        "true" | "yes" | "on" => return Some("true".to_owned()),
        "false" | "no" | "off" => return Some("false".to_owned()),
        _ => {}
    }
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None; // `inf` and `nan` are numbers of Rust
    }
    let point = text.replacen(',', ".", 1);
    let whole = text.parse::<i64>().ok().map(|number| number.to_string());
    whole.or_else(|| {
        let number: f64 = point.parse().ok()?;
        number.is_finite().then(|| format!("{number:?}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookalikes_are_found_outside_of_quotes_and_comments() {
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
            assert_eq!(find(line).map(|found| found.meant).as_deref(), Some(right), "{line}");
        }
        for line in ["epochs = 3", "prompt = \"“你好，”\"", "# 你好，世界", "a = '“'"]
        {
            assert_eq!(find(line), None, "{line}");
        }
        let found = find("a ＝ 1").expect("one");
        assert_eq!((found.at, found.character), (2, '＝'));
        let told = found.message().english;
        assert_eq!(told, "＝ (U+FF1D) looks like =, but is another character");
    }

    #[test]
    fn values_of_other_formats_become_toml() {
        for (text, right) in [
            ("yes", "true"),
            ("Off", "false"),
            ("True", "true"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("+.5", "0.5"),
            ("1.", "1.0"),
            ("007", "7"),
            ("5.e-3", "0.005"),
            ("0,001", "0.001"),
        ] {
            assert_eq!(literal(text).as_deref(), Some(right), "{text}");
        }
        for text in ["fast", "gru;x", "1,2,3", ",", "", "inf.", "0.5", "true", "3"] {
            assert_eq!(literal(text), None, "{text}");
        }
    }

    #[test]
    fn lines_lead_to_what_to_write() {
        for (line, right) in [
            ("learning_rate = .001 # mine", "write learning_rate = 0.001"),
            ("cell = gru", "write cell = \"gru\""),
            ("seed = 3;", "write seed = 3"),
            ("  epochs: 3", "write epochs = 3"),
            ("path = \"C:\\novels\\a.txt\"", "write the path in single quotes"),
            ("epochs＝３；", "write epochs=3"),
        ] {
            let told = hint(line).expect(line).english;
            assert!(told.contains(right), "{line}: {told}");
        }
        for line in ["train:", "Once upon: a time", "从前，有一只猫。", "它说：“你好！”"]
        {
            assert_eq!(hint(line), None, "{line}");
        }
    }
}
