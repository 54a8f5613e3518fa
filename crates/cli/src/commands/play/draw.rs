//! How a game looks, from 40 columns on, with or without colors.

use super::game::{Game, NUMBERED, Screen};
use super::session::{Branch, Candidate, Origin, Sampler};
use charnn_message::{Language, Text, in_a_line, is_hidden, text, wrap};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a game is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) language: Language,
    pub(super) color: bool,
}

impl Look {
    fn say(self, text: &Text) -> String {
        text.in_language(self.language).to_owned()
    }

    fn colored(self, color: Color) -> Style {
        if self.color { Style::new().fg(color) } else { Style::new() }
    }
}

/// Draws a game.
pub(super) fn draw(game: &Game, buffer: &mut Buffer, look: Look) {
    let Rect { width, height, .. } = *buffer.area();
    if width < 8 || height < 4 {
        return;
    }
    bar(buffer, 0, &title(game, look));
    let footer = footer(game, look, usize::from(width));
    let footer_rows = rows(footer.len()).min(height - 3);
    for (at, line) in (height - footer_rows..height).zip(&footer) {
        put(buffer, 0, at, line, look.colored(Color::DarkGray));
    }
    let inside = Rect::new(0, 1, width, height - 1 - footer_rows);
    match &game.screen {
        Screen::Help => help(buffer, inside, look),
        Screen::Branches { list, chosen } => branches(game, list, *chosen, buffer, inside, look),
        Screen::Text | Screen::Typing => {
            let candidates = rows(NUMBERED).min(inside.height.saturating_sub(2));
            let text = Rect { height: inside.height - candidates, ..inside };
            written(game, buffer, text, look);
            let list = Rect::new(0, text.y + text.height, width, candidates);
            list_candidates(game, buffer, list, look);
        }
    }
}

fn rows(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// A line of text, cut at the end of the screen.
fn put(buffer: &mut Buffer, x: u16, y: u16, text: &str, style: Style) {
    let width = buffer.area().width.saturating_sub(x);
    buffer.set_stringn(x, y, text, usize::from(width), style);
}

/// A reversed line over the whole width.
fn bar(buffer: &mut Buffer, y: u16, text: &str) {
    let area = Rect::new(0, y, buffer.area().width, 1);
    buffer.set_style(area, Style::new().add_modifier(Modifier::REVERSED));
    put(buffer, 0, y, text, Style::new().add_modifier(Modifier::REVERSED));
}

fn title(game: &Game, look: Look) -> String {
    let session = &game.session;
    let name = in_a_line(&session.model().name);
    let temperature = session.temperature();
    let sampler = look.say(&sampler(session.sampler()));
    let temperature = look.say(&text!(en: "T {temperature:.1}", zh: "温度 {temperature:.1}"));
    let branches = session.branches().len();
    let branches = if branches > 1 {
        let branches = text!(en: "{branches} branches", zh: "{branches} 个分支");
        format!(" · {}", look.say(&branches))
    } else {
        String::new()
    };
    let typing = if game.screen == Screen::Typing {
        format!(" · {}", look.say(&text!(en: "TYPING", zh: "输入模式")))
    } else {
        String::new()
    };
    format!(" {name} · {temperature} · {sampler}{branches}{typing}")
}

fn sampler(sampler: Sampler) -> Text {
    match sampler {
        Sampler::Own => text!(en: "own sampler", zh: "默认采样"),
        Sampler::All => text!(en: "all characters", zh: "全部字符"),
        Sampler::TopK => Text::verbatim("top-k 10"),
        Sampler::TopP => Text::verbatim("top-p 0.9"),
        Sampler::MinP => Text::verbatim("min-p 0.05"),
        Sampler::Typical => Text::verbatim("typical 0.9"),
        Sampler::Greedy => text!(en: "likeliest", zh: "取最可能"),
    }
}

/// A notice, or what the most important keys do.
fn footer(game: &Game, look: Look, width: usize) -> Vec<String> {
    let keys = match (&game.notice, &game.screen) {
        (Some(notice), _) => notice.clone(),
        (None, Screen::Text) => text!(
            en: "1-9, Enter choose · letters type · Space write · ^L line · ← back · Tab branches · ^G help · ^C quit",
            zh: "1-9、回车 选择 · 字母 输入 · 空格 续写 · ^L 写一行 · ← 退回 · Tab 分支 · ^G 帮助 · ^C 退出"
        ),
        (None, Screen::Typing) => text!(
            en: "every key types · Esc ends typing · ^G help · ^C quit",
            zh: "所有键均为输入 · Esc 结束输入 · ^G 帮助 · ^C 退出"
        ),
        (None, Screen::Branches { .. }) => text!(
            en: "↑ ↓ Enter go there · Esc back · ^C quit",
            zh: "↑ ↓ 回车 前往 · Esc 返回 · ^C 退出"
        ),
        (None, Screen::Help) => text!(en: "any key closes this", zh: "按任意键关闭"),
    };
    wrap(&look.say(&keys), Some(width), 0, "").lines().map(str::to_owned).collect()
}

fn help(buffer: &mut Buffer, area: Rect, look: Look) {
    let keys = [
        ("↑ ↓ Enter", text!(en: "choose a character", zh: "选择一个字符")),
        ("1-9", text!(en: "choose it by its number", zh: "按编号选择")),
        ("a ä 书", text!(en: "type any other character", zh: "输入任意其他字符")),
        ("^T", text!(en: "type digits and spaces too", zh: "数字和空格也作为输入")),
        ("Space", text!(en: "let the network write one", zh: "让网络写一个字符")),
        ("^L", text!(en: "let it write the line", zh: "让网络写完这一行")),
        ("← Backspace", text!(en: "go back", zh: "退回")),
        ("→", text!(en: "go on as before", zh: "沿原路前进")),
        ("Tab", text!(en: "list of branches", zh: "分支列表")),
        ("PgUp PgDn", text!(en: "temperature (or ^W ^K)", zh: "温度（或 ^W ^K）")),
        ("^P", text!(en: "next sampler", zh: "下一种采样方式")),
        ("^O", text!(en: "next network", zh: "下一个网络")),
        ("^C", text!(en: "quit; the text is printed", zh: "退出并输出文本")),
    ];
    for (y, (key, what)) in (area.y..area.y + area.height).zip(&keys) {
        put(buffer, 1, y, key, Style::new().add_modifier(Modifier::BOLD));
        put(buffer, 14, y, &look.say(what), Style::new());
    }
}

/// The end of the text, broken into lines.
fn written(game: &Game, buffer: &mut Buffer, area: Rect, look: Look) {
    let mut lines = Wrapped { width: usize::from(area.width), lines: vec![Vec::new()], column: 0 };
    let prompt = look.colored(Color::DarkGray);
    lines.push(game.session.prompt(), prompt);
    let chosen = look.colored(Color::Yellow).add_modifier(Modifier::BOLD);
    for (symbol, origin) in game.session.symbols() {
        let style = match origin {
            Origin::Chosen => chosen,
            Origin::Written => Style::new(),
        };
        lines.push(symbol, style);
    }
    lines.push("▏", look.colored(Color::Cyan));
    let first = lines.lines.len().saturating_sub(usize::from(area.height));
    for (y, line) in (area.y..).zip(&lines.lines[first..]) {
        let mut x = 0;
        for (piece, style) in line {
            let left = usize::from(area.width.saturating_sub(x));
            (x, _) = buffer.set_stringn(x, y, piece, left, *style);
        }
    }
}

/// A text in lines of at most `width` columns.
struct Wrapped {
    width: usize,
    lines: Vec<Vec<(String, Style)>>,
    column: usize,
}

impl Wrapped {
    fn push(&mut self, text: &str, style: Style) {
        for character in text.chars() {
            match character {
                '\n' => self.end(),
                '\t' => self.add("    ", 4, style),
                hidden if is_hidden(hidden) => {
                    let escaped = in_a_line(&hidden.to_string());
                    escaped.chars().for_each(|it| self.add(&it.to_string(), 1, style));
                }
                other => self.add(&other.to_string(), other.width().unwrap_or(0), style),
            }
        }
    }

    fn end(&mut self) {
        self.lines.push(Vec::new());
        self.column = 0;
    }

    fn add(&mut self, piece: &str, width: usize, style: Style) {
        if self.column + width > self.width {
            self.end();
        }
        self.column += width;
        let line = self.lines.last_mut().expect("there is always a line");
        match line.last_mut() {
            Some((text, own)) if *own == style => text.push_str(piece),
            _ => line.push((piece.to_owned(), style)),
        }
    }
}

/// A symbol in quotation marks.
fn quoted(symbol: &str) -> String {
    let mut out = String::from("\"");
    for character in symbol.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            other => out.push_str(&in_a_line(&other.to_string())),
        }
    }
    out.push('"');
    out
}

fn list_candidates(game: &Game, buffer: &mut Buffer, area: Rect, look: Look) {
    let candidates = game.session.candidates();
    let shown = usize::from(area.height);
    // The list follows the cursor.
    let first = (game.chosen + 1).saturating_sub(shown);
    for (y, (place, candidate)) in
        (area.y..).zip(candidates.iter().enumerate().skip(first).take(shown))
    {
        let is_chosen = place == game.chosen;
        let style =
            if is_chosen { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        let marker = if is_chosen { "›" } else { " " };
        let number = if place < NUMBERED { (place + 1).to_string() } else { " ".to_owned() };
        put(buffer, 0, y, &line(candidate, marker, &number), style);
        let room = f64::from(area.width.saturating_sub(BAR));
        let bar = "█".repeat(columns(candidate.probability * room));
        put(buffer, BAR, y, &bar, look.colored(Color::Cyan));
    }
}

/// Where bars begin.
const BAR: u16 = 29;

/// A candidate: its number, itself, its probability, and that with which it would be written.
fn line(candidate: &Candidate, marker: &str, number: &str) -> String {
    let symbol = quoted(&candidate.symbol);
    let gap = " ".repeat(8_usize.saturating_sub(symbol.width()));
    let drawn = if candidate.drawn > 0.0 { percent(candidate.drawn) } else { "–".to_owned() };
    format!("{marker}{number} {symbol}{gap} {:>7} {drawn:>7} ", percent(candidate.probability))
}

fn percent(probability: f64) -> String {
    format!("{:.1} %", 100.0 * probability)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "columns of a screen")]
fn columns(count: f64) -> usize {
    count.round() as usize
}

fn branches(
    game: &Game,
    list: &[Branch],
    chosen: usize,
    buffer: &mut Buffer,
    area: Rect,
    look: Look,
) {
    let symbols = game.session.symbols();
    let first = (chosen + 1).saturating_sub(usize::from(area.height));
    for (y, (at, branch)) in (area.y..area.y + area.height).zip(list.iter().enumerate().skip(first))
    {
        let marker = if at == chosen { "› " } else { "  " };
        let current = if branch.is_current {
            look.say(&text!(en: "(here) ", zh: "（当前）"))
        } else {
            String::new()
        };
        // A few symbols before the fork, and what follows it.
        let from = branch.shared.saturating_sub(12);
        let shared: String =
            symbols[from..branch.shared].iter().map(|(symbol, _)| *symbol).collect();
        let dots = if from > 0 { "…" } else { "" };
        let one_line = |text: &str| text.replace('\n', "↵");
        let shared = in_a_line(&one_line(&format!("{dots}{shared}")));
        let rest = in_a_line(&one_line(&branch.rest));
        let style =
            if at == chosen { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        let head = format!("{marker}{current}{shared}");
        put(buffer, 0, y, &head, style);
        let x = rows(head.width());
        put(buffer, x, y, &rest, style.add_modifier(Modifier::UNDERLINED));
    }
}
