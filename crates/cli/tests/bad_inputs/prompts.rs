//! Prompts with characters that the network has never seen, and prompts that are not text.

use crate::row::{Row, check, row};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let prompt = |what: &str, prompt: &str| row(what).trained().run("generate run --seed 1 --length 3 --prompt").with(prompt);
    let on = |what: &str, how: &str, text: &str| prompt(what, text).run("--on-unknown").with(how);
    vec![
        // 20
        prompt("a character that the text does not have", "On老ce").fails(4, &["U+8001", "--on-unknown"]),
        prompt("a character outside the first plane", "𠮷").fails(4, &["U+20BB7"]),
        prompt("a letter of the other width", "ａ").fails(4, &["U+FF41", "U+0061"]),
        prompt("a letter of the other case", "A cat").fails(4, &[]),
        prompt("a stop of the other width", "a．").fails(4, &[]),
        prompt("a space of another kind", "a\u{3000}cat").fails(4, &["U+3000"]),
        prompt("an emoji", "🐈").fails(4, &["U+1F408", "--on-unknown"]),
        prompt("a letter with a combining accent", "e\u{301}").fails(4, &["U+0301"]),
        prompt("a tab", "a\tcat").fails(4, &["U+0009"]),
        prompt("a terminal escape, as a prompt", "\u{1b}[2J").works(&[]),
        prompt("an override of the direction, as a prompt", "a\u{202e}b").fails(4, &["U+202E"]),
        prompt("U+FFFD", "a\u{fffd}").fails(4, &["U+FFFD"]),
        prompt("a character at the end of a long prompt", &("a".repeat(100_000) + "!")).fails(4, &[]),
        on("a prompt of unknown characters only, skipped", "skip", "老").fails(4, &["--prompt"]),
        on("a prompt in part", "skip", "a老").works(&[]),
        on("terminal escapes, left out", "skip", "a\u{1b}\u{202e}").works(&["u{202e}"]),
        on("--on-unknown unk without an unknown symbol", "unk", "a老").fails(4, &["--on-unknown"]),
        // 21
        prompt("no prompt", "").works(&[]),
        prompt("a line end as a prompt", "\n").works(&[]),
        prompt("a line end of Windows as a prompt", "a\r\na").works(&[]),
        prompt("a line end of old Macs as a prompt", "a\ra").works(&[]),
        prompt("a prompt that looks like a flag", "-a").fails(4, &["U+002D"]),
        prompt("a prompt of a hundred thousand characters", &"a cat. ".repeat(14_000)).works(&["cat"]),
        // 22
        row("GBK as a prompt").trained().run("generate run --prompt").with(OsStr::from_bytes(b"\xC4\xE3\xBA\xC3"))
            .fails(2, &["xC4"]),
        row("GBK as a prompt, with --json").trained().run("generate run --json --prompt").with(OsStr::from_bytes(b"\xC4\xE3"))
            .fails(2, &["xC4"]),
        row("GBK as the name of a run").run("generate").with(OsStr::from_bytes(b"\xC4\xE3")).fails(2, &["xC4"]),
        row("GBK as a command").with(OsStr::from_bytes(b"\xC4\xE3")).fails(2, &["xC4"]),
        row("GBK between two texts").trained().run("generate run --separator").with(OsStr::from_bytes(b"\xFF")).fails(2, &["xFF"]),
    ]
}

#[test]
fn bad_prompts() {
    check(&rows());
}
