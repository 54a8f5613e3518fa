//! A dash of a Chinese keyboard or a word processor where a flag begins. No shell and no parser takes it
//! for one, so `—set` would be the name of a text.

use super::flags::takes_value;
use crate::messages::word;
use charnn_message::{Message, text};
use clap::Command;
use std::path::Path;

/// What looks like `-`: hyphens, dashes, the minus sign, and the full-width form.
const DASHES: [char; 9] = [
    '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}', '\u{FE63}',
    '\u{FF0D}',
];

/// What is wrong with each of `words` that begins with what looks like a dash and is the name of no file.
/// The value of a flag, such as a prompt, may begin with anything.
pub(super) fn slips(command: &Command, words: &[&str]) -> Vec<Message> {
    let mut slips = Vec::new();
    let mut before = "";
    for &written in words.iter().take_while(|word| **word != "--") {
        let is_value = takes_value(command, before);
        before = written;
        let dash = written.chars().next().filter(|first| DASHES.contains(first));
        let Some(dash) = dash.filter(|_| !is_value && !Path::new(written).exists()) else {
            continue;
        };
        let name = written.trim_start_matches(|first| first == '-' || DASHES.contains(&first));
        let letters = name.split('=').next().unwrap_or_default().chars().count();
        let dashes = if letters > 1 { "--" } else { "-" };
        let (written, code) = (word(written), u32::from(dash));
        let what = text!(
            en: "{written} begins with {dash} (U+{code:04X}), which is not a hyphen",
            zh: "{written} 以 {dash}（U+{code:04X}）开头，这不是连字符"
        );
        slips.push(Message::new("usage/dash", what).hint(
            text!(en: "did you mean `{dashes}{name}`?", zh: "是不是想输入 `{dashes}{name}`？"),
        ));
    }
    slips
}
