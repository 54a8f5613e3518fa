//! Texts in other encodings, damaged ones, and what cannot be written in one.

use crate::row::{Row, check, row};
use std::path::Path;
use std::process::Command;

/// The shipped Chinese tales in another encoding, with some change to the bytes.
fn tales(what: &str, encoding: &'static str, change: impl Fn(&mut Vec<u8>) + 'static) -> Row {
    let text = if encoding == "shift_jis" { "kana.txt" } else { "builtin:tales-zh" };
    row(what)
        .file(
            "kana.txt",
            "昔々、あるところに、おじいさんとおばあさんが住んでいました。\n".repeat(40),
        )
        .made(move |at: &Path| {
            let path = at.join("book.txt");
            let mut command = Command::new(env!("CARGO_BIN_EXE_charnn"));
            command.args(["data", "convert", text, "book.txt", "--to", encoding]).current_dir(at);
            assert!(command.output().unwrap().status.success());
            let mut bytes = std::fs::read(&path).unwrap();
            change(&mut bytes);
            std::fs::write(path, bytes).unwrap();
        })
}

fn unchanged(_: &mut Vec<u8>) {}

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let english = "Once upon a time there was a cat, and it sat on the mat.\n".repeat(100);
    let one_bad = english.clone().into_bytes();
    let one_bad = [&one_bad[..1000], b"\xFF", &one_bad[1000..]].concat();
    let gbk = |what: &str, change: fn(&mut Vec<u8>)| tales(what, "gb18030", change).run("data inspect book.txt");
    let utf_16: Vec<u8> = english.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let inspect = |what: &str, bytes: &[u8]| row(what).file("book.txt", bytes).run("data inspect book.txt");
    vec![
        // 5
        inspect("a bad byte in a long text", &one_bad).works(&[]),
        inspect("a bad byte, left out", &one_bad).run("--on-malformed skip").works(&[]),
        inspect("a malformed byte, with --on-malformed error", &one_bad).run("--on-malformed error")
            .works(&["data.on_malformed"]),
        row("a malformed byte in training, with --on-malformed error").file("book.txt", &one_bad)
            .run("train book.txt --on-malformed error")
            .fails(4, &["book.txt", "--on-malformed"]),
        row("bytes in no encoding").file("book.txt", b"some text\nand \xff more").run("train book.txt")
            .fails(4, &["book.txt", "--encoding"]),
        tales("every hundredth byte lost", "gb18030", |bytes| {
            bytes.iter_mut().step_by(50).for_each(|byte| *byte = 0xFF);
        })
        .run("train book.txt").fails(4, &["book.txt", "--encoding"]),
        // 6
        inspect("a byte order mark", format!("\u{feff}{english}").as_bytes()).works(&[]),
        inspect("UTF-32", b"\xff\xfe\0\0a\0\0\0").fails(4, &[]),
        // 7
        gbk("a text in GBK", |_| {}).works(&[]),
        tales("a text in Big5", "gb18030", unchanged).run("data convert builtin:tales-zh t.txt --to big5")
            .fails(4, &[]),
        tales("a text in Shift_JIS", "shift_jis", unchanged).run("data inspect book.txt").works(&[]),
        inspect("four Chinese characters in GBK", b"\xC4\xE3\xBA\xC3\xCA\xC0\xBD\xE7").works(&[]),
        gbk("a text in GBK that is called UTF-8", |_| {}).run("--encoding utf-8").works(&[]),
        tales("a text in UTF-8 that is called GBK", "utf-8", unchanged).run("data convert book.txt new.txt --encoding gbk")
            .works(&["book.txt", "--encoding"]),
        row("a text with its encoding named").run("data inspect novel.txt --encoding utf-8").works(&[]),
        row("an unknown encoding").run("train novel.txt --encoding utf-9")
            .fails(2, &["--encoding", "utf-9"]),
        row("an unknown encoding to inspect").run("data inspect novel.txt --encoding gbx")
            .fails(2, &["--encoding"]),
        // 8
        gbk("GBK with malformed bytes", |bytes| drop(bytes.splice(100..100, [0xFF, 0xFF])))
            .works(&[]),
        gbk("GBK with a byte lost", |bytes| { bytes.remove(300); }).works(&[]),
        gbk("GBK truncated in a character", |bytes| bytes.truncate(301)).works(&[]),
        gbk("GBK with the end in UTF-8", |bytes| bytes.extend("谢谢阅读".bytes())).works(&[]),
        inspect("bidirectional controls, inspected", english.replace("cat", "c\u{202e}at").as_bytes())
            .works(&["u{202e}at"]),
        // 9
        inspect("UTF-16 without a mark", &utf_16).works(&[]),
        inspect("UTF-16 truncated in a character", &utf_16[..utf_16.len() - 1]).works(&[]),
        inspect("ISO-2022-JP", b"\x1b$B$3$s$K$A$O\x1b(B").fails(4, &[]),
        // what cannot be written
        row("characters that an encoding lacks").file("book.txt", "naïve 🐈 书\n")
            .run("data convert book.txt new.txt --to windows-1252")
            .fails(4, &["U+4E66", "--to"]),
        row("U+FFFD in a text to convert").file("book.txt", "lost \u{fffd}, and more\n")
            .run("data convert book.txt new.txt --to gbk")
            .works(&["U+FFFD"]),
        row("an unknown encoding to write").run("data convert novel.txt new.txt --to ebcdic")
            .fails(2, &[]),
        row("an existing file").file("new.txt", "mine").run("data convert novel.txt new.txt")
            .fails(9, &["new.txt", "--force"]),
        row("a file in a missing folder").run("data convert novel.txt no/new.txt")
            .fails(8, &["no/new.txt"]),
        row("a folder in the file's place").by("mkdir", &["new.txt"]).run("data convert novel.txt new.txt --force")
            .fails(8, &["new.txt"]),
        row("an empty text to convert").file("book.txt", "").run("data convert book.txt new.txt")
            .fails(4, &["book.txt"]),
        row("an unknown Unicode normalization").run("data inspect novel.txt --normalize nfd")
            .fails(2, &[]),
    ]
}

#[test]
fn bad_encodings() {
    check(&rows());
}
