//! How texts were read: shown before anything is done with them.

use crate::messages::reading;
use crate::terminal::Terminal;
use charnn_data::{ReadProgress, Skipped};
use charnn_message::Text;
use charnn_text::{Decision, Reading};
use std::time::{Duration, Instant};

/// More lines would push the rest out of sight.
const MOST_FILES: usize = 20;
/// How often to show how far the reading of a folder is.
const PROGRESS: Duration = Duration::from_secs(2);

/// Shows how each text was read, and which files were skipped. Damage is shown even when quiet.
pub(crate) fn show<'a>(
    terminal: &Terminal,
    readings: impl Iterator<Item = &'a Reading> + Clone,
    skipped: &'a [Skipped],
) {
    if terminal.quiet {
        let damaged = readings.clone().filter(|reading| reading.changes.malformed.bytes > 0);
        damaged.for_each(|it| terminal.warning(&reading::damaged(it)));
    }
    readings.clone().for_each(|it| doubt(terminal, it));
    let files: Vec<Text> =
        readings.map(reading::read).chain(skipped.iter().map(reading::skipped)).collect();
    files.iter().take(MOST_FILES).for_each(|file| terminal.note(file));
    if files.len() > MOST_FILES {
        terminal.note(&reading::more_files(files.len() - MOST_FILES));
    }
}

/// Warns of a text that looks like another encoding than the one that was named, mixes encodings or was
/// encoded twice.
pub(crate) fn doubt(terminal: &Terminal, reading: &Reading) {
    reading.warnings().for_each(|warning| terminal.warning(&warning));
    if let Decision::Named { likelier: Some(likelier) } = reading.decision {
        terminal.warning(&reading::likelier(&reading.name, likelier));
    }
}

/// Shows how far the reading of a folder is, every few seconds.
pub(crate) fn progress(terminal: &Terminal) -> impl FnMut(ReadProgress) + '_ {
    let mut is_due = every(PROGRESS, Instant::now());
    move |progress| {
        if is_due(Instant::now()) {
            terminal.note(&reading::progress(progress));
        }
    }
}

/// Whether `period` has passed since the last time that it had, or since `start`.
fn every(period: Duration, start: Instant) -> impl FnMut(Instant) -> bool {
    let mut last = start;
    move |now| {
        let is_due = now.saturating_duration_since(last) >= period;
        if is_due {
            last = now;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_due_once_a_period() {
        let start = Instant::now();
        let mut is_due = every(Duration::from_secs(2), start);
        let due = [0, 1, 2, 3, 4, 9, 10].map(|second| is_due(start + Duration::from_secs(second)));
        assert_eq!(due, [false, false, true, false, true, true, false]);
    }
}
