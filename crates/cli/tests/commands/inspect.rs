//! What `data inspect` shows of folders and of books with a layout of their own.

use crate::program::{charnn, stdout};

/// Lines of at most 60 columns behind an indent, with a blank line after each paragraph.
fn wrapped() -> String {
    let mut text = String::new();
    for paragraph in charnn_text::BUILTIN[0].1.lines().filter(|line| line.len() > 60) {
        let mut width = 0;
        for word in paragraph.split(' ') {
            if width + word.len() > 60 {
                text += "\n";
                width = 0;
            }
            text.extend([word, " "]);
            width += word.len() + 1;
        }
        text += "\n\n";
    }
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[test]
fn a_folder_is_a_table_with_totals_and_every_doubtful_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("books");
    std::fs::create_dir(&at).unwrap();
    let tale = charnn_text::BUILTIN[1].1;
    let gbk = charnn_text::Encoding::GB18030.encode(tale);
    let unclear = [&b"The cat sat on the mat.\n".repeat(100)[..], &gbk[..6]].concat();
    for (name, bytes) in [
        ("1.txt", tale.as_bytes()),
        ("2.txt", &gbk),
        ("3.txt", &unclear),
        ("4.txt", &unclear),
        ("5.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ] {
        std::fs::write(at.join(name), bytes).unwrap();
    }
    let output = charnn(folder.path(), "data inspect books", &[]).output().unwrap();
    let (shown, told) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let rows: Vec<Vec<&str>> = shown
        .lines()
        .map(|line| line.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect())
        .collect();
    let length = tale.chars().count();
    let grouped = format!("{},{:03}", length / 1000, length % 1000);
    assert_eq!(rows[0], ["file", "encoding", "bytes", "characters", "malformed"], "{shown}");
    assert_eq!(rows[1][1..2], ["UTF-8"], "{shown}");
    assert_eq!((rows[2][1], rows[2][3]), ("GB18030", &*grouped), "{shown}");
    assert!(rows[5][0] == "4 files, 1 skipped" && rows[5].last() == Some(&"2 doubtful"), "{shown}");
    for name in ["3.txt", "4.txt"] {
        assert!(told.lines().any(|line| line.contains("warning") && line.contains(name)), "{told}");
    }
    assert!(told.contains("skipped") && told.contains("5.png"), "{told}");
}

#[test]
fn the_layout_of_a_book_is_shown_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wrapped.txt"), wrapped()).unwrap();
    let shown = stdout(charnn(folder.path(), "data inspect wrapped.txt", &[]));
    let found = shown.lines().position(|line| line.contains("wrap at")).unwrap();
    let training = shown.lines().position(|line| line.contains("charnn train would use")).unwrap();
    let after: Vec<&str> = shown.lines().skip(training).collect();
    assert!(found < training, "{shown}");
    assert!(
        after.iter().any(|line| line.contains("hint: data.whitespace = \"unwrap\"")),
        "{shown}"
    );

    let tale = charnn_text::BUILTIN[1].1;
    let indented: String =
        tale.lines().flat_map(|line| ["\u{3000}\u{3000}", line, "\r\n\r\n"]).collect();
    std::fs::write(folder.path().join("indented.txt"), indented).unwrap();
    let shown = stdout(charnn(folder.path(), "data inspect indented.txt", &[]));
    assert!(shown.contains("indents removed"), "{shown}");
    let beginning = shown.split("beginning:\n").nth(1).unwrap();
    assert!(!beginning.contains('\u{3000}'), "{shown}");
}
