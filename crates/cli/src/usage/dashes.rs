//! A dash of a Chinese keyboard, or of a word processor, where a flag begins: no shell and no parser
//! takes it for one, so `—set` would be the name of a text.

use super::command::word;
use clap::Command;
use std::path::Path;

/// What looks like `-`: hyphens, dashes, the minus sign, and the full-width form.
const DASHES: [char; 9] = [
    '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}', '\u{FE63}',
    '\u{FF0D}',
];

/// The first of `words` that begins with what looks like a dash and is the name of no file: what is wrong
/// with it. What a flag takes, such as a prompt, may begin with anything.
pub(super) fn slip(command: &Command, words: &[&str]) -> Option<String> {
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
        let code = u32::from(dash);
        return Some(format!(
            "{} begins with {dash} (U+{code:04X}), which no flag does; did you mean {dashes}{}?",
            word(written),
            name
        ));
    }
    None
}

/// Whether `word` is a flag, of whatever command, whose value is the next word.
fn takes_value(command: &Command, word: &str) -> bool {
    let own = command.get_arguments().any(|argument| {
        let long = argument.get_long().is_some_and(|long| word.strip_prefix("--") == Some(long));
        let short = argument.get_short().is_some_and(|short| word == format!("-{short}"));
        (long || short) && argument.get_action().takes_values()
    });
    own || command.get_subcommands().any(|command| takes_value(command, word))
}
