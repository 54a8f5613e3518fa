//! `charnn data convert`: a text in another encoding, or nothing.

use crate::program::{charnn, fails, stdout};
use std::path::Path;
use std::process::{Command, Stdio};

const TALE: &str =
    "从前，青云山下有个小村子，村子里有个放羊的孩子，名叫小满。\n小满没有爹娘，跟着爷爷过日子。\n";

/// A folder with the tale in GB18030, with line ends of Windows, and one bad byte.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = gb18030(&TALE.repeat(4).replace('\n', "\r\n"));
    bytes.insert(bytes.iter().position(|&byte| byte == b'\n').unwrap() + 1, 0xFF);
    std::fs::write(folder.path().join("novel.txt"), bytes).unwrap();
    std::fs::write(folder.path().join("tale.txt"), TALE.repeat(4)).unwrap();
    folder
}

/// What the program itself makes of a text: the tests of decoding say that it reads that.
fn gb18030(text: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in"), text).unwrap();
    let mut command = charnn(folder.path(), "data convert in - --to gbk", &[]);
    let bytes = command.output().unwrap().stdout;
    String::from_utf8_lossy(&bytes).lines().count(); // not UTF-8
    assert!(std::str::from_utf8(&bytes).is_err() && bytes.starts_with(&[0xB4, 0xD3, 0xC7, 0xB0]));
    // It makes LF of every line end.
    let crlf = text.contains('\r');
    let ends = bytes.into_iter().flat_map(|byte| match byte {
        b'\n' if crlf => vec![b'\r', b'\n'],
        byte => vec![byte],
    });
    ends.collect()
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

#[test]
fn a_damaged_gbk_novel_becomes_utf8_and_repairs_are_reported() {
    let folder = folder();
    let path = folder.path();
    let output = charnn(path, "data convert novel.txt out.txt", &[]).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    for words in ["GB18030", "1 malformed byte replaced by U+FFFD", "CRLF → LF", "out.txt: UTF-8"]
    {
        assert!(said.contains(words), "{words:?} is not in: {said}");
    }
    let text = TALE.repeat(4).replacen('\n', "\n\u{FFFD}", 1);
    assert_eq!(String::from_utf8(read(path, "out.txt")).unwrap(), text);
    let shown = stdout(charnn(path, "data convert novel.txt - --on-malformed skip", &[]));
    assert_eq!(shown, TALE.repeat(4));
    fails(
        charnn(path, "data convert novel.txt - --on-malformed error", &[]),
        4,
        &["novel.txt is not valid GB18030", "(0xff) at byte"],
    );
}

#[test]
fn every_encoding_gives_the_text_again() {
    let folder = folder();
    for to in ["gb18030", "utf-16le", "utf-16be", "utf-8", "big5-hkscs", "euc-kr"] {
        let ends = &["--to", to, "--force"];
        let outcome =
            charnn(folder.path(), "data convert tale.txt there.txt", ends).output().unwrap();
        let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
        match to {
            // Simplified characters that it lacks.
            "big5-hkscs" | "euc-kr" => {
                assert_eq!(outcome.status.code(), Some(4), "{said}");
                assert!(said.contains(" has no ") && said.contains("(U+"), "{said}");
            }
            _ => {
                assert!(outcome.status.success(), "{said}");
                let back = stdout(charnn(folder.path(), "data convert there.txt -", &[]));
                assert_eq!(back, TALE.repeat(4), "{to}");
            }
        }
    }
}

#[test]
fn nothing_is_overwritten_or_left_half_done() {
    let folder = folder();
    let path = folder.path();
    let before = read(path, "novel.txt");
    fails(charnn(path, "data convert tale.txt novel.txt", &[]), 9, &["novel.txt", "--force"]);
    fails(charnn(path, "data convert novel.txt novel.txt", &[]), 9, &["novel.txt", "--force"]);
    assert_eq!(read(path, "novel.txt"), before);
    fails(
        charnn(path, "data convert tale.txt new.txt --to koi8-r", &[]),
        4,
        &["KOI8-R", "has no", "UTF-8"],
    );
    fails(charnn(path, "data convert tale.txt .", &["--force"]), 8, &["cannot write"]);
    assert_eq!(std::fs::read_dir(path).unwrap().count(), 2, "nothing is left of them");
    // The same file, when it is asked for.
    stdout(charnn(path, "data convert novel.txt novel.txt --force --on-malformed skip", &[]));
    assert_eq!(read(path, "novel.txt"), TALE.repeat(4).as_bytes());
}

#[test]
fn standard_input_and_a_closed_output_are_fine() {
    let folder = folder();
    let shell = format!(
        "{} data convert - - < tale.txt | head -c 3 > head.txt; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_charnn")
    );
    let mut command = Command::new("bash");
    command.args(["-c", &shell]).current_dir(folder.path()).stderr(Stdio::null());
    assert!(command.status().unwrap().success());
    assert_eq!(read(folder.path(), "head.txt"), &TALE.as_bytes()[..3]);
}
