//! How far training is: a bar as wide as the terminal, or a line of a log. Both show the same numbers.

use crate::output::clock;
use anstyle::{AnsiColor, Style};
use charnn_message::{Language, Text, text};
use std::fmt::Write as _;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// The bar itself has at least this many columns, or the least important number is left out.
const LEAST_BAR: usize = 10;

/// What a line of progress shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    /// Of this process.
    pub(crate) elapsed: Duration,
    pub(crate) step: u64,
    pub(crate) steps: u64,
    /// Counted from 1.
    pub(crate) epoch: u64,
    pub(crate) epochs: u64,
    /// The mean training loss since the last line, in nats per character.
    pub(crate) train_loss: f64,
    /// The newest validation loss.
    pub(crate) val_loss: Option<f64>,
    /// Characters per second.
    pub(crate) speed: f64,
    /// The estimated time to the end.
    pub(crate) left: Duration,
}

impl Progress {
    /// A line of a log, without the elapsed time.
    pub(crate) fn line(&self) -> Text {
        let Self { step, steps, epoch, epochs, train_loss, val_loss, speed, left, .. } = *self;
        let (percent, speed, left) = (self.percent(), speed / 1e3, clock(left));
        let val = val_loss.map_or(
            Text::verbatim(""),
            |loss| text!(en: ", val loss {loss:.3}", zh: "，验证损失 {loss:.3}"),
        );
        text!(
            en: (
                "step {step}/{steps} ({percent:.1}%), epoch {epoch}/{epochs}, loss {train_loss:.3}{}, \
                 {speed:.1}k characters/s, {left} left",
                val.english
            ),
            zh: (
                "第 {step}/{steps} 步（{percent:.1}%），第 {epoch}/{epochs} 轮，损失 {train_loss:.3}{}，\
                 每秒 {speed:.1}k 字符，剩余 {left}",
                val.chinese
            ),
        )
    }

    /// One row of a terminal of `width` columns: a bar and as many numbers as fit, with ANSI colors.
    pub(crate) fn row(&self, language: Language, width: usize) -> String {
        let mut numbers = self.numbers(language);
        let columns = |numbers: &[Number]| -> usize {
            numbers.iter().map(|number| 2 + number.text.width()).sum()
        };
        let head = format!("{:>3.0}% ", self.percent().floor());
        // The last column stays free: some terminals wrap when it is written.
        let room = width.saturating_sub(head.width() + 1);
        while columns(&numbers) + LEAST_BAR > room
            && let Some(least) = numbers.iter().map(|number| number.rank).max()
            && numbers.len() > 1
        {
            numbers.retain(|number| number.rank != least);
        }
        let bar = room.saturating_sub(columns(&numbers));
        let mut row = head + &self.bar(bar);
        for Number { text, style, .. } in &numbers {
            let _ = write!(row, "  {style}{text}{style:#}");
        }
        row
    }

    /// The numbers beside the bar, in order.
    fn numbers(&self, language: Language) -> Vec<Number> {
        let Self { step, steps, epoch, epochs, train_loss, val_loss, speed, left, elapsed } = *self;
        let (left, elapsed, speed) = (clock(left), clock(elapsed), speed / 1e3);
        let number = |rank, style, text: Text| {
            let text = text.in_language(language).to_owned();
            Number { rank, style, text }
        };
        let plain = Style::new();
        let (train, val) =
            (AnsiColor::Cyan.on_default().bold(), AnsiColor::Green.on_default().bold());
        let train = number(0, train, text!(en: "loss {train_loss:.3}", zh: "损失 {train_loss:.3}"));
        let val =
            val_loss.map(|loss| number(1, val, text!(en: "val {loss:.3}", zh: "验证 {loss:.3}")));
        let others = [
            number(2, plain, text!(en: "{left} left", zh: "剩余 {left}")),
            number(3, plain, text!(en: "step {step}/{steps}", zh: "{step}/{steps} 步")),
            number(4, plain, text!(en: "epoch {epoch}/{epochs}", zh: "{epoch}/{epochs} 轮")),
            number(5, plain, text!(en: "{speed:.0}k char/s", zh: "{speed:.0}k 字/秒")),
            number(6, plain, text!(en: "{elapsed} elapsed", zh: "已用 {elapsed}")),
        ];
        [Some(train), val].into_iter().flatten().chain(others).collect()
    }

    fn bar(&self, width: usize) -> String {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the width"
        )]
        let full = ((self.percent() / 100.0).clamp(0.0, 1.0) * width as f64) as usize;
        let (done, rest) = (AnsiColor::Cyan.on_default(), Style::new().dimmed());
        format!("{done}{}{done:#}{rest}{}{rest:#}", "━".repeat(full), "─".repeat(width - full))
    }

    fn percent(&self) -> f64 {
        100.0 * self.step as f64 / self.steps.max(1) as f64
    }
}

/// A number beside the bar.
struct Number {
    /// How important it is, from 0. The least important ones are left out first.
    rank: u8,
    style: Style,
    text: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstream::adapter::strip_str;

    const PROGRESS: Progress = Progress {
        elapsed: Duration::from_secs(75),
        step: 5_509,
        steps: 12_000,
        epoch: 71,
        epochs: 325,
        train_loss: 4.1234,
        val_loss: Some(4.2),
        speed: 161_000.0,
        left: Duration::from_secs(3_700),
    };

    fn plain(progress: &Progress, language: Language, width: usize) -> String {
        strip_str(&progress.row(language, width)).to_string()
    }

    #[test]
    fn a_row_fills_the_terminal_and_leaves_out_what_does_not_fit() {
        for language in [Language::English, Language::Chinese] {
            for width in 40..200 {
                let row = plain(&PROGRESS, language, width);
                assert_eq!(row.width(), width - 1, "{width}: {row}");
                assert!(row.starts_with(" 45% ━━━"), "{row}");
                assert!(row.contains("4.123") && row.contains("4.200"), "{width}: {row}");
            }
        }
        let wide = plain(&PROGRESS, Language::English, 120);
        assert!(wide.ends_with("epoch 71/325  161k char/s  1:15 elapsed"), "{wide}");
        let narrow = plain(&PROGRESS, Language::Chinese, 60);
        assert!(narrow.ends_with("验证 4.200  剩余 1:01:40"), "{narrow}");
    }

    #[test]
    fn a_tiny_terminal_shows_the_loss() {
        assert_eq!(plain(&PROGRESS, Language::English, 3), " 45%   loss 4.123");
    }

    #[test]
    fn a_log_line_has_all_numbers() {
        let line = PROGRESS.line();
        assert_eq!(
            line.english,
            "step 5509/12000 (45.9%), epoch 71/325, loss 4.123, val loss 4.200, 161.0k characters/s, \
             1:01:40 left"
        );
        assert_eq!(
            line.chinese,
            "第 5509/12000 步（45.9%），第 71/325 轮，损失 4.123，验证损失 4.200，每秒 161.0k 字符，\
             剩余 1:01:40"
        );
    }
}
