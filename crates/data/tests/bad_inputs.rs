//! For any content and any kind of file: a text is read, or the error names the
//! thing and the next step.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(clippy::cast_possible_truncation, reason = "noise is made that way")]

use charnn_data::{Corpus, DataError, Inspection};
use charnn_message::Describe;
use charnn_text::{
    BUILTIN, Decision, Encoding, Newlines, Normalization, OnMalformed, ReadOptions, Source,
    TextError, Whitespace,
};
use proptest::prelude::*;
use std::io::Write as _;
use std::path::Path;

fn read_with(bytes: &[u8], options: &ReadOptions) -> Result<Corpus, DataError> {
    Corpus::from_bytes_with("novel.txt".into(), bytes, options)
}

fn read(bytes: &[u8]) -> Result<Corpus, DataError> {
    read_with(bytes, &ReadOptions::default())
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// The message with its hints.
fn full(error: &DataError) -> String {
    error.describe().in_full().english
}

/// The first characters of the Chinese tales.
fn tale(characters: usize) -> String {
    BUILTIN[1].1.chars().take(characters).collect()
}

#[test]
fn every_unusable_text_is_refused_with_the_thing_and_the_next_step() {
    let mut zip = b"PK\x03\x04".to_vec();
    zip.resize(30, 0);
    let epub = [&zip[..], b"mimetypeapplication/epub+zip"].concat();
    let docx = [&zip[..], b"word/document.xml"].concat();
    let mut tar = b"novel.txt".to_vec();
    tar.resize(257, 0);
    tar.extend(b"ustar\0");
    let noise: Vec<u8> = (0..4000_u32).map(|n| (n * n / 7 + n * 13) as u8).collect();
    let bell = [&BUILTIN[0].1.as_bytes()[..2000], &[7; 200][..]].concat();
    let damaged = [gbk(&tale(500)), vec![0xFF; 40]].concat();
    let rows: &[(&[u8], &[&str])] = &[
        (b"", &["novel.txt is empty"]),
        (b"\xef\xbb\xbf", &["novel.txt is empty"]),
        (b"some text\nand \xff more", &["novel.txt", "data.encoding = "]),
        (
            &damaged,
            &[
                "novel.txt is damaged or not GB18030",
                "more than 1 %",
                "data.encoding = \"gb18030\"",
            ],
        ),
        (b"%PDF-1.7\n%\xe2\xe3", &["is a PDF", "pdftotext"]),
        (&epub, &["is an e-book (EPUB)", "ebook-convert"]),
        (&docx, &["is an Office file (docx)", "plain text"]),
        (&zip, &["is a ZIP archive", "unpack"]),
        (&tar, &["is a tar archive", "unpack"]),
        (&gzip(&tar), &["is a tar archive", "unpack"]),
        (&gzip(&gzip(b"text")), &["gzip"]),
        (b"{\\rtf1\\ansi hello}", &["rich text", "plain text"]),
        (b"\x89PNG\r\n\x1a\n", &["is a picture (PNG)"]),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", &["is a picture (JPEG)"]),
        (b"GIF89a\x01\0\x01\0", &["is a picture (GIF)"]),
        (b"\x7fELF\x02\x01\x01\0", &["is a program (ELF)"]),
        (b"\xff\xfe\0\0a\0\0\0", &["UTF-32", "iconv"]),
        (b"\x1b$B$3$s$K$A$O\x1b(B", &["ISO-2022-JP", "iconv"]),
        (&gzip(BUILTIN[0].1.as_bytes())[..2000], &["damaged gzip", "gzip -dc"]),
        (&noise, &["novel.txt"]),
        (&bell, &["looks binary", "% of it is control characters"]),
    ];
    for (bytes, expected) in rows {
        let error = full(&read(bytes).unwrap_err());
        for part in *expected {
            assert!(error.contains(part), "{part:?} is missing: {error}");
        }
    }
}

#[test]
fn every_oddity_of_a_good_text_is_repaired_and_reported() {
    let text = "One line,\nand another.\n";
    let crlf = text.replace('\n', "\r\n");
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let rows: &[(Vec<u8>, &str, &str)] = &[
        (text.into(), text, "novel.txt: UTF-8, 23 characters"),
        (format!("\u{feff}{text}").into(), text, "UTF-8, 23 characters, byte order mark dropped"),
        (crlf.clone().into(), text, "UTF-8, 23 characters, CRLF → LF"),
        (text.replace('\n', "\r").into(), text, "23 characters, CR → LF"),
        (
            format!("{crlf}{text}").into(),
            &text.repeat(2),
            "mixed line ends → LF (2 CRLF, 0 CR, 2 LF)",
        ),
        (
            text.repeat(4).replacen("and", "a\0n\x07d", 1).into(),
            &text.repeat(4),
            "2 control characters dropped",
        ),
        (
            utf16(&format!("\u{feff}{text}")),
            text,
            "UTF-16LE, 23 characters, byte order mark dropped",
        ),
        (utf16(text), text, "UTF-16LE ("),
        (gzip(text.as_bytes()), text, "UTF-8, 23 characters, unpacked from gzip"),
        ("pri\u{e000}vate".into(), "pri\u{e000}vate", "1 private-use character"),
        ("lost \u{fffd}".into(), "lost \u{fffd}", "1 U+FFFD in the file itself"),
    ];
    for (bytes, expected, report) in rows {
        let corpus = read(bytes).unwrap();
        assert_eq!(corpus.text().unwrap(), *expected);
        let said = corpus.documents()[0].reading.to_string();
        assert!(said.contains(report), "{report:?} is missing: {said}");
    }
}

#[test]
fn a_gbk_novel_with_a_few_bad_bytes_is_read_and_the_damage_is_counted() {
    let text = tale(20_000);
    let mut bytes = gbk(&text.replace('\n', "\r\n"));
    let line = bytes.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    bytes.splice(line..line, [0xFF, 0xFF]);
    let corpus = read(&bytes).unwrap();
    let reading = &corpus.documents()[0].reading;
    assert_eq!(reading.encoding, Encoding::GB18030);
    assert!(matches!(&reading.decision, Decision::Contest { best, runner_up }
        if best.bits_per_byte < 6.0 && runner_up.bits_per_byte > 7.0));
    let malformed = &reading.changes.malformed;
    assert_eq!((malformed.bytes, malformed.places[0].byte), (2, line as u64));
    assert_eq!((malformed.places[0].line, malformed.places.len()), (2, 2));
    let line = text.find('\n').unwrap() + 1;
    assert_eq!(corpus.text().unwrap(), format!("{}\u{fffd}{}", &text[..line], &text[line..]));
    let said = reading.to_string();
    assert!(said.contains("2 malformed bytes replaced by U+FFFD (first at byte"), "{said}");
    assert!(matches!(reading.changes.newlines, Newlines { lf: 0, cr: 0, crlf: 1.. }));

    let skip = ReadOptions { on_malformed: OnMalformed::Skip, ..ReadOptions::default() };
    assert_eq!(read_with(&bytes, &skip).unwrap().text().unwrap(), text);
    let strict = ReadOptions { on_malformed: OnMalformed::Error, ..ReadOptions::default() };
    let error = read_with(&bytes, &strict).unwrap_err().describe().in_full().english;
    assert!(error.contains("the first (0xff) at byte") && error.contains("line 2"), "{error}");
}

#[test]
fn what_is_named_is_believed() {
    let named = |encoding| ReadOptions { encoding: Some(encoding), ..ReadOptions::default() };
    let bytes = gbk(&tale(300));
    assert_eq!(read_with(&bytes, &named(Encoding::GB18030)).unwrap().text().unwrap(), tale(300));
    // Also where that is wrong, and more than 1 % of the bytes are malformed.
    let corpus = read_with(&bytes, &named(Encoding::UTF_8)).unwrap();
    assert!(corpus.documents()[0].reading.to_string().contains("UTF-8 (as configured)"));
    assert!(corpus.text().unwrap().contains('\u{fffd}'));
    let short = gbk("你好");
    assert!(matches!(read(&gbk("联通")), Err(DataError::Text(TextError::UnclearEncoding { .. }))));
    assert_eq!(read_with(&short, &named(Encoding::GB18030)).unwrap().text().unwrap(), "你好");
}

#[test]
fn an_unclear_encoding_shows_both_readings() {
    let error = read(&gbk("联通")).unwrap_err().describe().in_full().english;
    assert!(error.contains("data.encoding = \"gb18030\" reads: 联通"), "{error}");
    assert_eq!(error.matches("data.encoding = ").count(), 2, "{error}");
}

#[test]
fn what_reads_like_no_text_is_not_taken_for_the_least_bad() {
    // Russian, in an unknown encoding.
    let text =
        "Когда-то в далёкой деревне жил старик, который каждое утро спускался к реке за водой.\n";
    let bytes = encoding_rs::WINDOWS_1251.encode(text).0;
    let moved = |byte: &u8| if *byte < 0x80 { *byte } else { 0x80 | byte.wrapping_mul(45) };
    let bytes: Vec<u8> = bytes.iter().map(moved).collect();
    let error = read(&bytes).unwrap_err();
    assert!(error.to_string().contains("does not read like text"), "{error}");
}

#[test]
fn a_gzip_bomb_and_a_large_file_stop_at_the_limit() {
    let options = ReadOptions { max_bytes: 10_000, ..ReadOptions::default() };
    let bomb = gzip(&vec![b'a'; 3_000_000]);
    assert!(bomb.len() < 60_000, "{}", bomb.len());
    // The end of the bomb is missing: reporting that would mean unpacking all of it.
    for bytes in [&bomb[..bomb.len() - 20], &[b'a'; 10_001]] {
        let error = read_with(bytes, &options).unwrap_err().describe().in_full().english;
        assert!(error.contains("more than 10,000 bytes") && error.contains("data.max_bytes"));
    }
    assert!(read_with(&[b'a'; 10_000], &options).is_ok());
}

#[test]
fn text_options_do_what_they_say() {
    let options =
        |normalize, whitespace| ReadOptions { normalize, whitespace, ..Default::default() };
    let text = "e\u{301}  ｆ①\n\n\n\nx";
    for (normalize, whitespace, expected) in [
        (Normalization::None, Whitespace::Keep, text),
        (Normalization::Nfc, Whitespace::Keep, "é  ｆ①\n\n\n\nx"),
        (Normalization::Nfkc, Whitespace::Collapse, "é f1\n\nx"),
    ] {
        let corpus = read_with(text.as_bytes(), &options(normalize, whitespace)).unwrap();
        assert_eq!(corpus.text().unwrap(), expected);
        assert_eq!(corpus.documents()[0].characters, expected.chars().count());
    }
}

#[test]
fn options_are_written_as_a_configuration_writes_them() {
    let json = r#"{"encoding":"gbk","on_malformed":"skip","on_mixed":"decode","max_bytes":5,"normalize":"nfkc","whitespace":"collapse"}"#;
    let options: ReadOptions = serde_json::from_str(json).unwrap();
    assert_eq!(options.encoding, Some(Encoding::GB18030));
    let written = serde_json::to_string(&options).unwrap();
    assert_eq!(written, json.replace("gbk", "gb18030"));
    let auto: ReadOptions = serde_json::from_str(r#"{"encoding":"auto"}"#).unwrap();
    assert_eq!(auto, ReadOptions::default());
    assert!(serde_json::from_str::<ReadOptions>(r#"{"encodin":"auto"}"#).is_err());
}

#[test]
fn an_inspection_of_control_characters_alone_names_the_problem() {
    let options = ReadOptions { encoding: Some(Encoding::UTF_8), ..ReadOptions::default() };
    let look = Inspection::of_bytes("any", &[0], &options).unwrap();
    assert_eq!(look.distinct, 0);
    assert!(look.problem.is_some());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..600), repeat in 1..4_usize,
        collapse in any::<bool>(), which in 0..22_usize,
    ) {
        let whitespace = if collapse { Whitespace::Collapse } else { Whitespace::Keep };
        let encoding = Encoding::CANDIDATES.get(which).copied();
        let options = ReadOptions { whitespace, encoding, ..ReadOptions::default() };
        let bytes = bytes.repeat(repeat);
        if let Ok(corpus) = read_with(&bytes, &options) {
            prop_assert!(!corpus.text().unwrap().is_empty());
            let dropped = ['\r', '\0', '\u{feff}'];
            prop_assert!(!corpus.text().unwrap().contains(dropped));
            prop_assert_eq!(corpus.documents()[0].characters, corpus.text().unwrap().chars().count());
        }
        if let Ok(look) = Inspection::of_bytes("any", &bytes, &options) {
            prop_assert!(look.distinct > 0 || look.problem.is_some());
        }
    }

    #[test]
    fn what_was_encoded_is_read_again(text in "[a-z ,.的一是不了\n]{1,80}", which in 0..21_usize) {
        let encoding = Encoding::CANDIDATES[which];
        let bytes: Vec<u8> = match encoding.name() {
            "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            name => {
                let tables = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap();
                let (bytes, _, unmappable) = tables.encode(&text);
                prop_assume!(!unmappable);
                bytes.into_owned()
            }
        };
        let options = ReadOptions { encoding: Some(encoding), ..ReadOptions::default() };
        prop_assert_eq!(read_with(&bytes, &options).unwrap().text().unwrap(), text);
    }
}

mod paths {
    //! Everything that may exist at a path.

    use super::*;

    fn at(path: &Path) -> Result<Corpus, String> {
        Corpus::read(&Source::File(path.to_owned())).map_err(|error| full(&error))
    }

    #[test]
    fn what_is_no_file_is_refused_with_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("novel.txt"), "text").unwrap();
        let error = at(&folder.path().join("novle.txt")).unwrap_err();
        assert!(error.contains("no such file or folder; did you mean novel.txt?"), "{error}");
        let error = at(&folder.path().join("novel.txt/x")).unwrap_err();
        assert!(error.contains("a part of the path is a file"), "{error}");
        let empty = tempfile::tempdir().unwrap();
        let error = at(empty.path()).unwrap_err();
        assert!(error.contains("contains no text file"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_pipes_are_not_opened() {
        for (path, what) in [("/dev/zero", "a device"), ("/dev/null", "a device")] {
            let error = at(Path::new(path)).unwrap_err();
            assert!(error.contains(what) && error.contains("or - to read"), "{error}");
        }
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        if std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|s| s.success()) {
            assert!(at(&pipe).unwrap_err().contains("is a pipe"));
        }
    }

    #[test]
    fn a_folder_is_one_corpus_of_documents_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        write("10.txt", b"tenth\r\n");
        write("9.txt", b"ninth, with no line end");
        write("more/1.txt", &gbk(&tale(300)));
        write(".hidden.txt", b"hidden");
        write("cover.png", b"\x89PNG\r\n\x1a\n");
        let corpus = at(folder.path()).unwrap();
        assert_eq!(
            corpus.text().unwrap(),
            format!("ninth, with no line end\ntenth\n{}", tale(300))
        );
        let borders: Vec<_> = corpus
            .documents()
            .iter()
            .map(|document| (document.start, document.characters))
            .collect();
        assert_eq!(borders, [(0, 24), (24, 6), (30, 300)]);
        assert_eq!(corpus.documents()[2].reading.encoding, Encoding::GB18030);
        assert!(
            corpus.skipped()[0].to_string().contains("cover.png is a picture (PNG)"),
            "{:?}",
            corpus.skipped()
        );

        let pattern = folder.path().join("*.txt");
        let corpus = at(&pattern).unwrap();
        assert_eq!(corpus.text().unwrap(), "ninth, with no line end\ntenth\n");
        assert!(at(&folder.path().join("*.md")).unwrap_err().contains("no file matches"));
        assert!(at(&folder.path().join("[")).unwrap_err().contains("pattern"));

        let sources = [Source::File(folder.path().join("10.txt")), Source::parse("builtin:tales")];
        let corpus = Corpus::read_all(&sources, &ReadOptions::default(), None).unwrap();
        assert!(corpus.text().unwrap().starts_with("tenth\nThe Dragon"));
        assert!(corpus.name.ends_with("10.txt (+1)"));
        // Enough for each file, but not for all.
        let max_bytes = gbk(&tale(300)).len() as u64 + 10;
        let small = ReadOptions { max_bytes, ..ReadOptions::default() };
        let error = Corpus::read_with(&Source::File(folder.path().into()), &small).unwrap_err();
        assert!(matches!(error, DataError::Text(TextError::TooLarge { .. })), "{error}");
        let error = at(&folder.path().join("cover.png")).unwrap_err();
        assert!(error.contains("is a picture"), "{error}");
    }
}

#[test]
fn a_sparse_file_and_a_file_of_zeros_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("disk.img");
    std::fs::File::create(&path).unwrap().set_len(3 << 40).unwrap();
    let started = std::time::Instant::now();
    let read = |max_bytes| {
        let options = ReadOptions { max_bytes, ..ReadOptions::default() };
        Corpus::read_with(&Source::File(path.clone()), &options).err().unwrap()
    };
    let error = read(1 << 30);
    assert!(matches!(error, DataError::Text(TextError::TooLarge { .. })), "{error}");
    let error = read(u64::MAX);
    assert!(matches!(error, DataError::Text(TextError::Binary { percent: 100, .. })), "{error}");
    assert!(started.elapsed().as_secs() < 20);
}
