//! What a reader sees in a text at each symbol, as numbers that activations can be compared with.

use charnn_message::{Text, text};

/// Positions in a line or a paragraph beyond this one count as this one.
const LONGEST_LINE: usize = 100;
const LONGEST_WORD: usize = 12;
const LONGEST_PARAGRAPH: usize = 1000;
/// How the symbol between records is shown.
const RECORD: char = '\u{241E}';
/// A quotation or bracket longer than this was probably never closed.
const LONGEST_NEST: usize = 600;

/// A feature of a text.
#[derive(Debug, Clone)]
pub struct Feature {
    /// A stable name.
    pub id: &'static str,
    /// What it is.
    pub name: Text,
    /// Whether it depends on earlier symbols: a unit that follows it remembers something.
    pub is_memory: bool,
    /// Its value after each symbol.
    pub values: Vec<f32>,
}

/// All features of a text that have more than one value.
pub fn features(symbols: &[String]) -> Vec<Feature> {
    let text: Vec<char> =
        symbols.iter().map(|it| it.chars().next().unwrap_or('\u{FFFD}')).collect();
    let local = |is: &dyn Fn(char) -> bool| -> Vec<f32> {
        text.iter().map(|it| f32::from(u8::from(is(*it)))).collect()
    };
    let all = [
        feature("quotes", text!(en: "inside quotation marks", zh: "引号之内"), true, quotes(&text)),
        feature("brackets", text!(en: "inside brackets", zh: "括号之内"), true, brackets(&text)),
        feature(
            "comment",
            text!(en: "inside a comment (# or //)", zh: "注释之内（# 或 //）"),
            true,
            comments(&text),
        ),
        feature(
            "indentation",
            text!(en: "indentation of the line", zh: "行的缩进"),
            true,
            indentation(&text),
        ),
        feature(
            "line-position",
            text!(en: "position in the line", zh: "行内位置"),
            true,
            since(&text, LONGEST_LINE, |it| it == '\n'),
        ),
        feature(
            "line-end",
            text!(en: "distance to the end of the line", zh: "距行尾的距离"),
            true,
            to_line_end(&text),
        ),
        feature(
            "word-position",
            text!(en: "position in the word", zh: "词内位置"),
            true,
            since(&text, LONGEST_WORD, |it| !it.is_alphanumeric()),
        ),
        feature(
            "paragraph-position",
            text!(en: "position in the paragraph", zh: "段内位置"),
            true,
            paragraph(&text),
        ),
        feature(
            "record-position",
            text!(en: "position in the record", zh: "记录内位置"),
            true,
            in_record(&text),
        ),
        feature("line-break", text!(en: "line break", zh: "换行"), false, local(&|it| it == '\n')),
        feature("space", text!(en: "space", zh: "空格"), false, local(&|it| it == ' ')),
        feature("digit", text!(en: "digit", zh: "数字"), false, local(&char::is_numeric)),
        feature(
            "capital",
            text!(en: "capital letter", zh: "大写字母"),
            false,
            local(&char::is_uppercase),
        ),
        feature(
            "vowel",
            text!(en: "vowel", zh: "元音字母"),
            false,
            local(&|it| "aeiouAEIOU".contains(it)),
        ),
        feature(
            "punctuation",
            text!(en: "punctuation", zh: "标点"),
            false,
            local(&|it| {
                it.is_ascii_punctuation() || "，。！？；：、“”‘’「」『』（）《》—…".contains(it)
            }),
        ),
    ];
    let varies = |it: &Feature| it.values.windows(2).any(|it| it[0].to_bits() != it[1].to_bits());
    all.into_iter().filter(varies).collect()
}

fn feature(id: &'static str, name: Text, is_memory: bool, values: Vec<f32>) -> Feature {
    Feature { id, name, is_memory, values }
}

/// 1 from an opening mark to the last symbol before the closing one. Straight quotes open and close in turn. Each
/// paragraph starts outside of quotes, so that an unpaired quote does not invert the rest of the text.
fn quotes(text: &[char]) -> Vec<f32> {
    const PAIRS: [(char, char); 4] = [('“', '”'), ('「', '」'), ('『', '』'), ('«', '»')];
    let mut open: Option<(char, usize)> = None;
    let inside = |at: usize| {
        let character = text[at];
        let paragraph = character == '\n' && at > 0 && text[at - 1] == '\n';
        match open {
            Some((close, from)) if character == close || at - from > LONGEST_NEST => open = None,
            Some(('"', _)) if paragraph => open = None,
            Some(_) => {}
            None if character == '"' => open = Some(('"', at)),
            None => {
                let pair = PAIRS.iter().find(|(opening, _)| *opening == character);
                open = pair.map(|(_, close)| (*close, at));
            }
        }
        f32::from(u8::from(open.is_some()))
    };
    (0..text.len()).map(inside).collect()
}

/// 1 between an opening bracket and its closing one.
fn brackets(text: &[char]) -> Vec<f32> {
    const OPENING: [char; 7] = ['(', '[', '{', '（', '【', '《', '〔'];
    const CLOSING: [char; 7] = [')', ']', '}', '）', '】', '》', '〕'];
    let mut open: Vec<(usize, usize)> = Vec::new();
    let inside = |at: usize| {
        if let Some(kind) = OPENING.iter().position(|it| *it == text[at]) {
            open.push((kind, at));
        } else if let Some(kind) = CLOSING.iter().position(|it| *it == text[at])
            && let Some(last) = open.iter().rposition(|it| it.0 == kind)
        {
            open.truncate(last);
        }
        open.retain(|(_, from)| at - from <= LONGEST_NEST);
        f32::from(u8::from(!open.is_empty()))
    };
    (0..text.len()).map(inside).collect()
}

/// 1 from `#` or `//` to the end of the line.
fn comments(text: &[char]) -> Vec<f32> {
    let mut inside = false;
    let is = |at: usize| {
        let slashes = text[at] == '/' && at > 0 && text[at - 1] == '/';
        // An address has slashes too.
        let address = slashes && at > 1 && text[at - 2] == ':';
        inside = text[at] != '\n' && (inside || text[at] == '#' || (slashes && !address));
        f32::from(u8::from(inside))
    };
    (0..text.len()).map(is).collect()
}

/// Columns of white space at the start of the line.
fn indentation(text: &[char]) -> Vec<f32> {
    let (mut columns, mut at_start) = (0, true);
    let of = |character: &char| {
        match character {
            '\n' => (columns, at_start) = (0, true),
            ' ' if at_start => columns += 1,
            '\t' if at_start => columns += 4,
            '\u{3000}' if at_start => columns += 2,
            _ => at_start = false,
        }
        small(columns.min(LONGEST_LINE))
    };
    text.iter().map(of).collect()
}

/// Symbols since the last one for which `is` holds, at most `most`.
fn since(text: &[char], most: usize, is: impl Fn(char) -> bool) -> Vec<f32> {
    let mut count = 0;
    let of = |character: &char| {
        count = if is(*character) { 0 } else { (count + 1).min(most) };
        small(count)
    };
    text.iter().map(of).collect()
}

/// Symbols up to the next line break.
fn to_line_end(text: &[char]) -> Vec<f32> {
    let reversed: Vec<char> = text.iter().rev().copied().collect();
    let mut distances = since(&reversed, LONGEST_LINE, |it| it == '\n');
    distances.reverse();
    distances
}

/// Symbols since the beginning of the record; nothing in a text without records.
fn in_record(text: &[char]) -> Vec<f32> {
    if !text.contains(&RECORD) {
        return vec![0.0; text.len()];
    }
    since(text, LONGEST_PARAGRAPH, |it| it == RECORD)
}

/// Symbols since the last blank line.
fn paragraph(text: &[char]) -> Vec<f32> {
    let mut count = 0;
    let of = |at: usize| {
        let is_blank = text[at] == '\n' && at > 0 && text[at - 1] == '\n';
        count = if is_blank { 0 } else { (count + 1).min(LONGEST_PARAGRAPH) };
        small(count)
    };
    (0..text.len()).map(of).collect()
}

fn small(count: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
    {
        count as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str, of: fn(&[char]) -> Vec<f32>) -> String {
        let text: Vec<char> = text.chars().collect();
        of(&text).iter().map(|value| if *value > 0.5 { '1' } else { '0' }).collect()
    }

    #[test]
    fn quotes_and_brackets_are_followed() {
        assert_eq!(marks("a \"b\" c", quotes), "0011000");
        assert_eq!(marks("“a”b「c」", quotes), "1100110");
        assert_eq!(marks("\"a\n\nb", quotes), "11100", "a paragraph ends it");
        assert_eq!(marks("a(b[c]d)e", brackets), "011111100");
        assert_eq!(marks("a)b(", brackets), "0001");
        let long = format!("“{}", "a".repeat(700));
        assert!(marks(&long, quotes).ends_with('0'), "never closed");
    }

    #[test]
    fn lines_words_and_comments_are_followed() {
        let text: Vec<char> = "ab\n  c #d\ne://f".chars().collect();
        assert_eq!(since(&text, 100, |it| it == '\n')[..4], [1.0, 2.0, 0.0, 1.0]);
        assert_eq!(to_line_end(&text)[..4], [2.0, 1.0, 0.0, 6.0]);
        assert_eq!(indentation(&text)[..8], [0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0, 2.0]);
        assert_eq!(marks("ab\n  c #d\ne://f", comments), "000000011000000");
        assert_eq!(marks("a//b\nc", comments), "001100");
    }

    #[test]
    fn the_position_in_a_record_starts_at_each() {
        let text: Vec<char> = "\u{241E}ab\u{241E}c".chars().collect();
        assert_eq!(in_record(&text), [0.0, 1.0, 2.0, 0.0, 1.0]);
        assert_eq!(in_record(&['a', 'b']), [0.0, 0.0], "no records");
    }

    #[test]
    fn features_without_a_difference_are_left_out() {
        let symbols: Vec<String> = "aaaa".chars().map(String::from).collect();
        let ids: Vec<_> = features(&symbols).iter().map(|it| it.id).collect();
        assert!(
            !ids.contains(&"quotes") && !ids.contains(&"digit") && ids.contains(&"word-position")
        );
        assert!(features(&[]).is_empty());
    }
}
