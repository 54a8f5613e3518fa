//! Breaks text into lines for a terminal: English at spaces, Chinese between characters, and neither
//! inside `backticks`, which hold what a person copies.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// No line of Chinese begins with one of these.
const CLOSING: &str = "，。、：；！？）」』】》”’…—％,.:;!?)]}%·";
/// No line of Chinese ends with one of these.
const OPENING: &str = "（「『【《“‘([{";

/// `text` in lines of at most `width` columns, the first of which starts at column `first` and the
/// others with `indent`. Line breaks in `text` stay. Without a width, only they break lines.
pub fn wrap(text: &str, width: Option<usize>, first: usize, indent: &str) -> String {
    let width = width.unwrap_or(usize::MAX);
    let mut out = String::new();
    let mut column = first;
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
            column = 0;
            if !line.is_empty() {
                out.push_str(indent);
                column = indent.width();
            }
        }
        let mut start = true;
        for piece in pieces(line) {
            let solid = piece.trim_end();
            if !start && column.saturating_add(solid.width()) > width {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                out.push_str(indent);
                column = indent.width();
            }
            out.push_str(piece);
            column = column.saturating_add(piece.width());
            start = false;
        }
    }
    out
}

/// The parts of a line between which it may be broken, each with the spaces behind it.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, behind) = rest.split_at(end_of_piece(rest));
        rest = behind;
        Some(piece)
    })
}

fn end_of_piece(line: &str) -> usize {
    let mut quoted = false;
    let mut characters = line.char_indices().peekable();
    // Spaces in front belong to the first piece: an indentation stays.
    while characters.next_if(|(_, character)| *character == ' ').is_some() {}
    while let Some((at, character)) = characters.next() {
        if character == '`' {
            quoted = !quoted && line[at + 1..].contains('`');
        }
        if quoted {
            continue;
        }
        if character == ' ' {
            while characters.next_if(|(_, character)| *character == ' ').is_some() {}
            return characters.peek().map_or(line.len(), |(at, _)| *at);
        }
        if let Some(&(next, following)) = characters.peek()
            && following != ' '
            && (is_wide(character) || is_wide(following))
            && !OPENING.contains(character)
            && !CLOSING.contains(following)
        {
            return next;
        }
    }
    line.len()
}

fn is_wide(character: char) -> bool {
    character.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_breaks_at_spaces() {
        assert_eq!(wrap("one two three", Some(8), 0, "  "), "one two\n  three");
        assert_eq!(wrap("one two three", Some(8), 4, "  "), "one\n  two\n  three");
        assert_eq!(wrap("one two three", None, 4, "  "), "one two three");
        assert_eq!(wrap("extraordinary", Some(4), 0, "  "), "extraordinary");
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_punctuation() {
        assert_eq!(wrap("没有这个文件。", Some(12), 0, ""), "没有这个文\n件。");
        assert_eq!(wrap("没有（这个）", Some(6), 0, ""), "没有\n（这\n个）");
    }

    #[test]
    fn what_stands_in_backticks_stays_in_one_line() {
        let text = "resume it: `charnn resume runs/a`, or wait";
        assert_eq!(
            wrap(text, Some(30), 0, "  "),
            "resume it:\n  `charnn resume runs/a`, or\n  wait"
        );
        assert_eq!(wrap("a ` b c", Some(4), 0, ""), "a `\nb c");
        assert_eq!(
            wrap("运行 `charnn train 书` 即可", Some(12), 0, ""),
            "运行\n`charnn train 书`\n即可"
        );
    }

    #[test]
    fn line_breaks_and_indentations_stay() {
        assert_eq!(wrap("a\n  b c\n\nd", Some(6), 0, " "), "a\n   b c\n\n d");
    }
}
