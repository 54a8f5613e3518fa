//! Draws a [`Message`] for a person: what is wrong, where, and what to do about it.
//!
//! ```text
//! error: unknown key `hiden_size` in [model]
//!  --> exp.toml:3:1
//!   |
//! 3 | hiden_size = 256
//!   | ^^^^^^^^^^
//!   hint: did you mean `hidden_size`?
//! ```

use anstyle::{AnsiColor, Style};
use charnn_message::{Excerpt, Language, Message, Place, in_a_line, visible, wrap};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Characters shown on either side of the start of a stretch.
const MOST_SHOWN: usize = 60;
/// How far hints, and later lines of a message, are indented.
const INDENT: &str = "  ";

/// How bad a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The command fails.
    Error,
    /// The command continues.
    Warning,
}

impl Severity {
    fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Error, Language::English) => "error: ",
            (Self::Error, Language::Chinese) => "错误：",
            (Self::Warning, Language::English) => "warning: ",
            (Self::Warning, Language::Chinese) => "警告：",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Warning => AnsiColor::Yellow.on_default().bold(),
        }
    }
}

/// The lines of `message`, each ending with a line break, with ANSI colors. `width` is that of the
/// terminal; without one, lines are not wrapped. Control characters are escaped.
pub(crate) fn draw(
    severity: Severity,
    message: &Message,
    language: Language,
    width: Option<usize>,
) -> String {
    let mut out = String::new();
    let text = message.message.in_language(language);
    labelled(&mut out, "", severity.label(language), severity.style(), text, width);
    if let Some(place) = &message.place {
        place_of(&mut out, place);
    }
    let hint = match language {
        Language::English => "hint: ",
        Language::Chinese => "提示：",
    };
    let style = AnsiColor::Cyan.on_default().bold();
    for text in &message.hints {
        labelled(&mut out, INDENT, hint, style, text.in_language(language), width);
    }
    out
}

/// `text` behind a colored label. Later lines are indented below the first.
fn labelled(
    out: &mut String,
    indent: &str,
    label: &str,
    style: Style,
    text: &str,
    width: Option<usize>,
) {
    let text = visible(text);
    let first = indent.width() + label.width();
    let later = format!("{indent}{INDENT}");
    let lines = wrap(&text, width, first, &later);
    let label_end = label.trim_end();
    let gap = &label[label_end.len()..];
    let _ = writeln!(out, "{indent}{style}{label_end}{style:#}{gap}{lines}");
}

/// The file and line of a place, and the line itself with carets below what is wrong.
fn place_of(out: &mut String, place: &Place) {
    if place.line.is_none() && place.excerpt.is_none() {
        return; // the message names the object
    }
    let frame = AnsiColor::Blue.on_default().bold();
    let number = place.line.map_or(String::new(), |line| line.to_string());
    let margin = " ".repeat(number.len().max(1));
    let source = in_a_line(&place.source);
    let position = match (place.line, place.column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        (None, _) => String::new(),
    };
    let _ = writeln!(out, "{margin}{frame}-->{frame:#} {source}{position}");
    let Some(Excerpt { text, start, length }) = &place.excerpt else { return };
    let line: Vec<char> = text.chars().collect();
    let start = (*start).min(line.len());
    let end = (start + length).min(line.len());
    let (before, at, after) = (last(&line[..start]), first(&line[start..end]), first(&line[end..]));
    let blank = " ".repeat(before.width());
    let carets = "^".repeat(at.width().max(1));
    let _ = writeln!(out, "{margin} {frame}|{frame:#}");
    let _ = writeln!(out, "{frame}{number:>0$} |{frame:#} {before}{at}{after}", margin.len());
    let red = AnsiColor::Red.on_default().bold();
    let _ = writeln!(out, "{margin} {frame}|{frame:#} {blank}{red}{carets}{red:#}");
}

/// The beginning of a piece of a line.
fn first(piece: &[char]) -> String {
    let more = if piece.len() > MOST_SHOWN { "..." } else { "" };
    plain(&piece[..piece.len().min(MOST_SHOWN)]) + more
}

/// The end of a piece of a line.
fn last(piece: &[char]) -> String {
    let cut = piece.len().saturating_sub(MOST_SHOWN);
    let more = if cut > 0 { "..." } else { "" };
    more.to_owned() + &plain(&piece[cut..])
}

/// A tab becomes one column, as wide as the caret below it.
fn plain(piece: &[char]) -> String {
    let spaces: String = piece.iter().map(|&it| if it == '\t' { ' ' } else { it }).collect();
    in_a_line(&spaces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_message::text;

    fn plainly(message: &Message, language: Language, width: Option<usize>) -> String {
        anstream::adapter::strip_str(&draw(Severity::Error, message, language, width)).to_string()
    }

    fn excerpt(line: &str, start: usize, length: usize) -> Message {
        let excerpt = Excerpt { text: line.into(), start, length };
        let place =
            Place { column: Some(start + 1), excerpt: Some(excerpt), ..Place::line("exp.toml", 3) };
        Message::new("config/unknown-key", text!(en: "unknown key", zh: "未知的配置项")).at(place)
    }

    #[test]
    fn the_hints_follow_the_place() {
        let message = excerpt("hiden_size = 256", 0, 10)
            .hint(text!(en: "did you mean `hidden_size`?", zh: "是不是 `hidden_size`？"));
        assert_eq!(
            plainly(&message, Language::English, None),
            "error: unknown key\n --> exp.toml:3:1\n  |\n3 | hiden_size = 256\n  | ^^^^^^^^^^\n  \
             hint: did you mean `hidden_size`?\n"
        );
        assert_eq!(
            plainly(&message, Language::Chinese, None),
            "错误：未知的配置项\n --> exp.toml:3:1\n  |\n3 | hiden_size = 256\n  | ^^^^^^^^^^\n  \
             提示：是不是 `hidden_size`？\n"
        );
    }

    #[test]
    fn wide_characters_move_the_caret() {
        let drawn = plainly(&excerpt("书 = 1", 4, 1), Language::English, None);
        assert!(drawn.ends_with("3 | 书 = 1\n  |      ^\n"), "{drawn}");
    }

    #[test]
    fn long_lines_and_control_characters_stay_off_the_screen() {
        let line = format!("{}=\u{1b}[2J{}", "x".repeat(1000), "y".repeat(1000));
        let drawn = plainly(&excerpt(&line, 1001, 999), Language::English, None);
        assert!(drawn.lines().all(|line| line.chars().count() < 200), "{drawn}");
        assert!(!drawn.contains('\u{1b}') && drawn.contains("exp.toml:3:1002"), "{drawn}");
        let name = "\u{1b}[2J";
        let message = Message::new("a/b", text!(en: "cannot read {name}", zh: "无法读取 {name}"));
        assert!(!plainly(&message, Language::English, None).contains('\u{1b}'));
    }

    #[test]
    fn a_stretch_may_lie_at_the_end_of_its_line_or_beyond() {
        for (line, start, length) in [("a =", 3, 0), ("", 0, 0), ("a", 7, 9)] {
            let drawn = plainly(&excerpt(line, start, length), Language::English, None);
            assert!(drawn.ends_with("^\n"), "{drawn}");
        }
    }

    #[test]
    fn lines_are_wrapped_to_the_terminal() {
        let message = Message::new(
            "data/empty",
            text!(en: "cannot read novel.txt: permission denied", zh: "无法读取 novel.txt：没有权限，也没有文件夹"),
        );
        let drawn = plainly(&message, Language::English, Some(30));
        assert_eq!(drawn, "error: cannot read novel.txt:\n  permission denied\n");
        let drawn = plainly(&message, Language::Chinese, Some(30));
        assert_eq!(drawn, "错误：无法读取 novel.txt：没有\n  权限，也没有文件夹\n");
    }
}
