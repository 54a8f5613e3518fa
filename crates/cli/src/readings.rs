//! How texts were read: said before anything is done with them.

use crate::notes::Note;
use crate::output::{is_quiet, note, warning};
use charnn_data::{Decision, Reading, Skipped};

/// More lines would push the rest out of sight.
const MOST_FILES: usize = 20;

/// Says how each text was read, and what was found that is no text. Damage is said to who wants to hear
/// of warnings only, too.
pub(crate) fn say<'a>(readings: impl Iterator<Item = &'a Reading> + Clone, skipped: &'a [Skipped]) {
    if is_quiet() {
        let damaged = readings.clone().filter(|reading| reading.changes.malformed.bytes > 0);
        damaged.for_each(warning);
    }
    readings.clone().for_each(doubt);
    let files: Vec<Note<'_>> =
        readings.map(Note::Read).chain(skipped.iter().map(Note::LeftOut)).collect();
    files.iter().take(MOST_FILES).for_each(note);
    if files.len() > MOST_FILES {
        note(&Note::MoreFiles(files.len() - MOST_FILES));
    }
}

/// Says where a text looks like another encoding than the one that was named.
pub(crate) fn doubt(reading: &Reading) {
    if let Decision::Named { likelier: Some(likelier) } = reading.decision {
        warning(&Note::Likelier { name: &reading.name, likelier });
    }
}
