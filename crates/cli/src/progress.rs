//! How far training is, in a line: the same figures on a bar and in a log.

use charnn_message::{Language, Text, text};
use charnn_model::Nats;
use indicatif::FormattedDuration;
use std::time::Duration;

/// What a line of progress shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    pub(crate) step: u64,
    pub(crate) steps: u64,
    /// Counted from 1.
    pub(crate) epoch: u64,
    pub(crate) epochs: u64,
    /// Of the last steps.
    pub(crate) loss: Nats,
    /// Characters a second.
    pub(crate) speed: f64,
    /// Nats a character of the held-out text, when it was last measured.
    pub(crate) valid: Option<f64>,
    pub(crate) left: Duration,
}

/// A bar in one row of the terminal; what does not fit is cut off.
pub(crate) fn bar(language: Language) -> &'static str {
    match language {
        Language::English => "{bar:10} {pos}/{len} {wide_msg} eta={eta}",
        Language::Chinese => "{bar:10} {pos}/{len} {wide_msg} 剩余 {eta}",
    }
}

impl Progress {
    /// A line by itself.
    pub(crate) fn line(&self) -> Text {
        let Self { step, steps, epoch, epochs, loss, speed, valid, left } = *self;
        let (percent, bits) = (100.0 * step as f64 / steps as f64, loss.bits_per_character());
        let (nats, speed, left) = (loss.mean(), speed / 1e3, FormattedDuration(left));
        let valid = valid.map_or(
            Text::verbatim(""),
            |nats| text!(en: " valid={nats:.3}", zh: "，验证 {nats:.3}"),
        );
        text!(
            en: (
                "step={step}/{steps} {percent:.1}% epoch={epoch}/{epochs} loss={nats:.3} bpc={bits:.2} \
                 chars/s={speed:.1}k{} eta={left}",
                valid.english
            ),
            zh: (
                "第 {step}/{steps} 步（{percent:.1}%），第 {epoch}/{epochs} 轮，损失 {nats:.3}，每字符 \
                 {bits:.2} 比特{}，每秒 {speed:.1}k 字符，剩余 {left}",
                valid.chinese
            ),
        )
    }

    /// What stands beside a bar: little enough for 80 columns.
    pub(crate) fn beside(&self) -> Text {
        let Self { epoch, epochs, loss, speed, valid, .. } = *self;
        let (nats, speed) = (loss.mean(), speed / 1e3);
        let valid = valid.map_or(
            Text::verbatim(""),
            |nats| text!(en: " valid={nats:.3}", zh: " 验证 {nats:.3}"),
        );
        text!(
            en: ("epoch={epoch}/{epochs} loss={nats:.3}{} chars/s={speed:.0}k", valid.english),
            zh: ("第 {epoch}/{epochs} 轮 损失 {nats:.3}{} 每秒 {speed:.0}k 字", valid.chinese),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};
    use std::io::Result;
    use std::sync::{Arc, Mutex};
    use unicode_width::UnicodeWidthStr;

    const COLUMNS: u16 = 50;

    /// A terminal that remembers what was written to it.
    #[derive(Debug, Default, Clone)]
    struct Terminal(Arc<Mutex<Vec<String>>>);

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            COLUMNS
        }
        fn move_cursor_up(&self, _: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> Result<()> {
            self.0.lock().expect("one thread").push(text.to_owned());
            Ok(())
        }
        fn clear_line(&self) -> Result<()> {
            Ok(())
        }
        fn flush(&self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_bar_stays_in_one_row_of_a_narrow_terminal() {
        let progress = Progress {
            step: 11_509,
            steps: 12_000,
            epoch: 271,
            epochs: 325,
            loss: Nats { sum: 500.0, characters: 100 },
            speed: 161_000.0,
            valid: Some(4.2),
            left: Duration::from_secs(100),
        };
        let beside = progress.beside().chinese;
        assert!("██████████ 11509/12000 ".width() + beside.width() + " 剩余 10s".width() <= 80);
        let terminal = Terminal::default();
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let template = bar(Language::Chinese);
        let bar = ProgressBar::with_draw_target(Some(12_000), target);
        bar.set_style(ProgressStyle::with_template(template).expect("a template"));
        bar.set_message(beside);
        bar.set_position(11_509);
        bar.tick();
        let written = terminal.0.lock().expect("one thread").clone();
        assert!(written.iter().any(|row| row.contains("11509/12000 第 271/325 轮")), "{written:?}");
        assert!(written.iter().all(|row| row.width() <= COLUMNS.into()), "{written:?}");
    }
}
