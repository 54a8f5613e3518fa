//! An encoding that is named for a folder is not forced on files that say for themselves what they
//! are, and what is noise is left out of a folder.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_data::{Corpus, DataError, ReadProgress};
use charnn_message::Describe;
use charnn_text::{BUILTIN, Encoding, NoText, ReadOptions, Source, TextError};
use std::time::Instant;

/// Bytes without pattern.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // No control characters: these would tell.
        u8::try_from(state >> 56).unwrap() | 0x80
    };
    (0..length).map(|_| next()).collect()
}

fn read(files: &[(&str, &[u8])], encoding: Option<Encoding>) -> Result<Corpus, DataError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let options = ReadOptions { encoding, ..ReadOptions::default() };
    Corpus::read_with(&Source::File(folder.path().into()), &options)
}

#[test]
fn a_named_encoding_is_for_the_files_that_do_not_say_theirs() {
    let tale: String = BUILTIN[1].1.chars().take(300).collect();
    let tale = tale.trim_end().to_owned() + "\n";
    let gbk = encoding_rs::GBK.encode(&tale).0;
    let utf16: Vec<u8> =
        format!("\u{FEFF}{tale}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files: [(&str, &[u8]); 3] =
        [("1.txt", tale.as_bytes()), ("2.txt", &utf16), ("3.txt", &gbk)];
    let corpus = read(&files, Some(Encoding::GB18030)).unwrap();
    assert_eq!(corpus.text().unwrap(), tale.repeat(3));
    // A named encoding that cannot be right does not apply to files found in a folder.
    let error = read(&files, Some(Encoding::UTF_8)).unwrap_err();
    assert!(matches!(error, DataError::Text(TextError::TooManyMalformed { .. })), "{error}");
}

#[test]
fn reading_reports_every_file_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in
        [("1.txt", &b"One.\n"[..]), ("2.png", b"\x89PNG\r\n\x1a\n\0"), ("3.txt", b"Three.\n")]
    {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let mut seen = Vec::new();
    let sources = [Source::File(folder.path().into())];
    let mut watch =
        |progress: ReadProgress| seen.push((progress.done, progress.of, progress.bytes));
    let corpus =
        Corpus::read_all_watched(&sources, &ReadOptions::default(), None, &mut watch).unwrap();
    assert_eq!((corpus.documents().len(), corpus.skipped().len()), (2, 1));
    assert_eq!(seen, [(1, 3, 5), (2, 3, 5), (3, 3, 12)]);
}

#[test]
fn a_short_utf8_file_among_others_is_not_read_in_what_was_named() {
    let tale: String =
        BUILTIN[1].1.chars().take(300).collect::<String>().trim_end().to_owned() + "\n";
    let gbk = encoding_rs::GBK.encode(&tale).0;
    for short in ["The café is closed.\n", "Größe\n", "你好，小满。\n", "Zoë said no.\n"]
    {
        let files: [(&str, &[u8]); 2] = [("1.txt", short.as_bytes()), ("2.txt", &gbk)];
        let corpus = read(&files, Some(Encoding::GB18030)).unwrap();
        assert_eq!(corpus.text().unwrap(), format!("{short}{tale}"));
    }
    // Valid UTF-8 by accident, as nearly all short texts of two bytes a character are not.
    let files: [(&str, &[u8]); 2] = [("1.txt", b"\xC1\xAA\xCD\xA8\n"), ("2.txt", &gbk)];
    assert!(read(&files, Some(Encoding::GB18030)).unwrap().text().unwrap().starts_with("联通"));
}

#[test]
fn a_mark_of_utf_8_before_another_text_is_dropped() {
    let bytes = [b"\xEF\xBB\xBF", &*encoding_rs::GBK.encode("小满没有爹娘。\n").0].concat();
    let options = ReadOptions { encoding: Some(Encoding::GB18030), ..ReadOptions::default() };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("1.txt"), bytes).unwrap();
    let source = Source::File(folder.path().join("1.txt"));
    let corpus = Corpus::read_with(&source, &options).unwrap();
    assert_eq!(corpus.text().unwrap(), "小满没有爹娘。\n");
    assert!(corpus.documents()[0].reading.changes.byte_order_mark);
}

#[test]
fn the_same_characters_with_other_boundaries_are_another_text() {
    let cut = |first: &str, second: &str| {
        read(&[("1.txt", first.as_bytes()), ("2.txt", second.as_bytes())], None).unwrap()
    };
    let whole = read(&[("1.txt", b"one\ntwo\nthree\n")], None).unwrap();
    let (early, late) = (cut("one\n", "two\nthree\n"), cut("one\ntwo\n", "three\n"));
    for cut in [&early, &late] {
        assert_eq!(cut.text().unwrap(), whole.text().unwrap());
    }
    assert_ne!(early.fingerprint(), late.fingerprint());
    assert_ne!(early.fingerprint(), whole.fingerprint());
    assert_eq!(early.fingerprint(), cut("one\n", "two\nthree\n").fingerprint());
}

#[test]
fn noise_in_a_folder_is_left_out_and_an_unclear_text_says_what_to_do() {
    let noise = noise(3000);
    let corpus = read(&[("a.txt", b"some text\n"), ("b.dat", &noise)], None).unwrap();
    assert_eq!(corpus.text().unwrap(), "some text\n");
    assert_eq!(corpus.skipped()[0].why, NoText::Noise);
    let liantong = encoding_rs::GBK.encode("联通").0;
    let error = read(&[("a.txt", b"some text\n"), ("b.txt", &liantong)], None).unwrap_err();
    assert!(error.describe().in_full().english.contains("convert it to UTF-8 first"), "{error}");
}

#[test]
fn every_doubtful_file_of_a_folder_is_named() {
    let liantong = encoding_rs::GBK.encode("联通").0;
    let files: [(&str, &[u8]); 3] =
        [("a.txt", b"some text\n"), ("b.txt", &liantong), ("c.txt", &liantong)];
    let error = read(&files, None).unwrap_err();
    assert!(matches!(&error, DataError::Doubtful { problems } if problems.len() == 2), "{error}");
    let said = error.describe().in_full().english;
    assert!(said.contains("b.txt") && said.contains("c.txt"), "{said}");
}

#[test]
fn a_line_end_that_is_added_between_documents_is_reported() {
    let corpus = read(&[("1.txt", b"one"), ("2.txt", b"two")], None).unwrap();
    assert_eq!(corpus.text().unwrap(), "one\ntwo");
    let added = corpus.documents().iter().map(|it| it.reading.changes.newline_added);
    assert_eq!(added.collect::<Vec<_>>(), [true, false]);
    assert!(corpus.documents()[0].reading.to_string().contains("line end added"));
}

#[test]
fn many_small_files_take_hardly_longer_than_one_of_the_same_bytes() {
    let lines: Vec<&str> = BUILTIN[0].1.lines().filter(|line| line.is_ascii()).collect();
    let file = |at: usize| {
        let plain = |line: usize| lines[(at * 31 + line) % lines.len()];
        let plain: String = (0..20).flat_map(|line| [plain(line), "\n"]).collect();
        format!("{plain}The café wasn’t open.\n")
    };
    let whole: String = (0..1000).map(file).collect();
    // Other than for UTF-8, every encoding is tried for each file.
    for (encoding, most) in [(Encoding::UTF_8, 8), (Encoding::WINDOWS_1252, 16)] {
        let folder = tempfile::tempdir().unwrap();
        for at in 0..1000 {
            let path = folder.path().join(format!("{at}.txt"));
            std::fs::write(path, encoding.encode(&file(at))).unwrap();
        }
        let time = |read: &dyn Fn() -> Corpus| {
            let timed = || {
                let started = Instant::now();
                assert_eq!(read().characters(), whole.chars().count());
                started.elapsed()
            };
            // The fastest of three: other programs may disturb one.
            (0..3).map(|_| timed()).min().unwrap()
        };
        let bytes = encoding.encode(&whole);
        let one = time(&|| Corpus::from_bytes("whole".into(), &bytes).unwrap());
        let many = time(&|| Corpus::read(&Source::File(folder.path().into())).unwrap());
        println!(
            "{encoding}: {:.3} ms per file, {:.1} times as long",
            many.as_secs_f64(),
            many.as_secs_f64() / one.as_secs_f64()
        );
        assert!(many < one * most, "1000 files in {encoding}: {many:?}; one: {one:?}");
    }
}
