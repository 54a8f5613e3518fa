//! The messages of the program itself, a file for each subject, English and Chinese side by side.
//! Libraries describe their own errors and warnings.

use charnn_message::{Language, Text};
use unicode_width::UnicodeWidthStr;

pub(crate) mod config;
pub(crate) mod data;
pub(crate) mod devices;
pub(crate) mod doctor;
pub(crate) mod exchange;
pub(crate) mod help;
pub(crate) mod inspection;
pub(crate) mod play;
pub(crate) mod reading;
pub(crate) mod records;
pub(crate) mod report;
pub(crate) mod run_folder;
pub(crate) mod runs;
pub(crate) mod scoring;
#[cfg(feature = "serve")]
pub(crate) mod serving;
pub(crate) mod writing;

/// Rows of two columns, one line each.
pub(crate) fn tabulated(rows: &[(&str, Text)], language: Language) -> String {
    let width = rows.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let row = |(name, text): &(&str, Text)| {
        let gap = " ".repeat(width - name.width() + 2);
        format!("{name}{gap}{}\n", text.in_language(language))
    };
    rows.iter().map(row).collect()
}

/// A word of a command line, quoted as a shell needs it.
pub(crate) fn word(word: &str) -> String {
    let special = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || "\"'`$\\|&;<>(){}*?!#~".contains(character)
    };
    match word {
        "" => "''".to_owned(),
        _ if !word.contains(special) => word.to_owned(),
        _ if word.contains(['"', '$', '\\', '`', '!']) => {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
        _ => format!("\"{word}\""),
    }
}
