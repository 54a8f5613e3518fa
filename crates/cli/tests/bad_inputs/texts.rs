//! Texts that are too short, no text at all, or not to be had.

use crate::row::{Row, check, row, train};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let novel = train("novel.txt");
    let book = train("book.txt");
    let small = novel.strip_prefix("train novel.txt").unwrap().to_owned();
    let of = |what: &str, bytes: &[u8]| row(what).file("book.txt", bytes).run(&book);
    let tale = "Once upon a time there was a cat.\n".repeat(40);
    let han: String = ('\u{4E00}'..='\u{9FFF}').collect();
    let everything: String = ('\u{3400}'..='\u{D7FF}').chain('\u{20000}'..'\u{2B000}').collect();
    let many_controls = format!("{}{}", "\u{7}".repeat(200), tale);
    vec![
        // 1
        of("an empty text", b"").fails(4, &["book.txt"]),
        of("a byte order mark and no more", b"\xEF\xBB\xBF").fails(4, &["book.txt"]),
        of("only NUL bytes", &[0; 500]).fails(4, &["book.txt"]),
        row("an empty standard input").run(&train("-")).fails(4, &[]),
        row("an empty standard input to inspect").run("data inspect -").fails(4, &[]),
        row("an empty standard input, to convert").run("data convert - -").fails(4, &[]),
        row("one character that an encoding lacks").file("book.txt", "Once upon a time 猫 was.").run("data convert book.txt new.txt --to windows-1252")
            .fails(4, &["U+732B", "book.txt"]),
        row("a text of one character to inspect").file("book.txt", "a").run("data inspect book.txt").works(&[]),
        // 2
        of("one character", b"a").fails(4, &["book.txt"]),
        of("one character all the time", &[b'a'; 5000]).fails(4, &[]),
        of("only line breaks", b"\r\n\r\n\r\n\r\n").fails(4, &[]),
        row("a vocabulary of rare characters only").run(&novel).run("-s data.min_count=99999")
            .fails(4, &["min_count"]),
        // 3
        of("fewer characters than a sequence", b"abcdefgh")
            .fails(4, &["book.txt", "train.seq_length"]),
        row("fewer characters than batch rows").run(&novel).run("-s train.batch_size=60000 -s train.seq_length=1")
            .fails(4, &["train.batch_size"]),
        row("a held-out part of one character").run(&novel).run("-s data.val_fraction=0.001")
            .fails(4, &["data.val_fraction"]),
        row("a held-out part shorter than a window").run(&novel)
            .run("-s train.predict=last -s train.seq_length=200")
            .fails(4, &[]),
        row("documents shorter than a window").file("poems/1.txt", "a rose").file("poems/2.txt", "is a rose")
            .run(&train("poems")).run("-s train.predict=last -s data.val_fraction=0")
            .fails(4, &[]),
        // 4
        row("a short text").run(&novel).works(&["runs/novel-"]),
        // 10
        of("line ends of Windows", tale.replace('\n', "\r\n").as_bytes()).works(&[]),
        of("line ends of old Macs", tale.replace('\n', "\r").as_bytes()).works(&[]),
        of("line ends of all kinds", (tale.clone() + &tale.replace('\n', "\r\n")).as_bytes())
            .works(&[]),
        // 11
        of("some control characters", tale.replacen("cat", "c\0\u{1b}at", 2).as_bytes())
            .works(&[]),
        of("many control characters", many_controls.as_bytes())
            .fails(4, &["book.txt"]),
        // 12
        of("an EPUB", &zip("mimetypeapplication/epub+zip")).fails(4, &[]),
        of("a PDF", b"%PDF-1.7\n%\xe2\xe3").fails(4, &["PDF"]),
        of("a docx", &zip("[Content_Types].xml")).fails(4, &[]),
        of("a ZIP", &zip("a.txt")).fails(4, &[]),
        of("an RTF", b"{\\rtf1\\ansi hello}").fails(4, &[]),
        of("a picture", b"\x89PNG\r\n\x1a\n").fails(4, &["PNG"]),
        of("a program", b"\x7fELF\x02\x01\x01\0").fails(4, &["ELF"]),
        of("a database", b"SQLite format 3\0").fails(4, &["SQLite"]),
        of("weights of Keras", b"\x89HDF\r\n\x1a\n").fails(4, &[]),
        of("a pickle", b"\x80\x02}q\x00.").fails(4, &[]),
        of("a packed text", &gzip(tale.as_bytes())).works(&[]),
        of("a packed text that is packed again", &gzip(&gzip(tale.as_bytes()))).fails(4, &[]),
        of("an empty text in gzip", &gzip(b"")).fails(4, &["book.txt"]),
        of("a packed text truncated", &gzip(noise().as_bytes())[..2000])
            .fails(4, &["book.txt"]),
        // 13
        of("a gzip bomb", &gzip(&vec![b'a'; 50_000_000])).run("--max-bytes 1000000")
            .fails(4, &["book.txt", "--max-bytes"]),
        // 14
        row("more than the limit").run(&novel).run("--max-bytes 1000")
            .fails(4, &["novel.txt", "data.max_bytes", "--max-bytes"]),
        row("a limit for a folder as a whole").file("poems/1.txt", &tale).file("poems/2.txt", &tale)
            .run(&train("poems")).run("--max-bytes 2000").fails(4, &["000", "--max-bytes"]),
        row("more standard input than the limit").stdin(tale.as_bytes()).run(&train("-")).run("--max-bytes 99")
            .fails(4, &[]),
        // 15
        row("an endless device").run(&train("/dev/zero")).fails(4, &["/dev/zero"]),
        row("a device without content").run(&train("/dev/null")).fails(4, &["/dev/null"]),
        row("a pipe without a writer").by("mkfifo", &["book.txt"]).run(&book)
            .fails(4, &["book.txt"]),
        row("a socket").made(|at| drop(std::os::unix::net::UnixListener::bind(at.join("book.txt")).unwrap()))
            .run(&book).fails(4, &["book.txt"]),
        // 16
        row("no such text").run(&train("missing.txt")).fails(4, &["missing.txt"]),
        row("a name that is nearly right").run(&train("novle.txt")).fails(4, &["novel.txt"]),
        row("a path through a file").run(&train("novel.txt/more.txt"))
            .fails(4, &["novel.txt/more.txt"]),
        row("links in a circle").made(|at| symlink("book.txt", at.join("book.txt")).unwrap()).run(&book)
            .fails(4, &["book.txt"]),
        row("a link to nowhere").made(|at| symlink("gone", at.join("book.txt")).unwrap()).run(&book)
            .fails(4, &["book.txt"]),
        row("a name that is too long").run(&train(&format!("{}.txt", "n".repeat(300))))
            .fails(4, &[]),
        row("a folder without texts").file("empty/picture.png", b"\x89PNG\r\n\x1a\n").run(&train("empty"))
            .fails(4, &["PNG"]),
        row("an empty folder").by("mkdir", &["empty"]).run(&train("empty"))
            .fails(4, &[]),
        row("a pattern without a match").run(&train("*.text")).fails(4, &["*.text"]),
        row("an invalid pattern").run(&train("[novel.txt")).fails(4, &["novel.txt"]),
        row("no such built-in text").run(&train("builtin:nosuch"))
            .fails(4, &["nosuch"]),
        row("two texts at once").file("a.txt", &tale).file("poems/b.txt", &tale).run("train a.txt poems/b.txt").run(&small)
            .works(&["a.txt", "poems/b.txt"]),
        row("two texts, one missing").run("train novel.txt nowel.txt")
            .fails(4, &["nowel.txt", "novel.txt"]),
        row("a text beside a configuration").file("exp.toml", "").run("train exp.toml novel.txt")
            .fails(2, &["exp.toml"]),
        row("two texts, one of them with a comma").file("a,b.txt", &tale).run("train novel.txt a,b.txt").run(&small)
            .works(&["a,b.txt"]),
        row("a folder to inspect").file("poems/1.txt", &tale).file("poems/cover.png", b"\x89PNG\r\n\x1a\n").run("data inspect poems")
            .works(&["1.txt", "poems/cover.png"]),
        row("one character only, inspected").file("book.txt", "a".repeat(5000).as_bytes()).run("data inspect book.txt")
            .works(&[]),
        row("a folder where one text is converted").file("poems/1.txt", &tale).run("data convert poems new.txt")
            .fails(4, &[]),
        // 18
        of("more characters than a vocabulary holds", everything.as_bytes())
            .fails(4, &["data.max_vocab"]),
        of("very many characters", (han.clone() + &han).as_bytes()).run("-s train.max_steps=1")
            .works(&["data.min_count"]),
        // 19
        of("characters for private use", (tale.clone() + &"\u{E123}".repeat(60)).as_bytes())
            .works(&[]),
        of("surrogates in UTF-8", ["从前有一只猫，它住在山上。\n".repeat(99).as_bytes(), b"\xED\xA0\x80"].concat().as_slice())
            .works(&[]),
        // 39
        row("a loss that diverges").run(&novel)
            .run("-s train.max_steps=300 -s train.optimizer=sgd -s train.learning_rate=10 -s train.weight_decay=1")
            .run("-s train.grad_clip=0 -s train.warmup_steps=0 -s train.epochs=99 --name run").while_training()
            .fails(7, &["train.learning_rate"]),
        // 56
        of("terminal escapes", tale.replace("cat", "c\u{1b}[31m\u{202e}at").as_bytes())
            .run("-s sample.length=500").works(&["u{202e}"]),
    ]
}

/// A ZIP archive that begins with a file of this name.
fn zip(name: &str) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.resize(30, 0);
    bytes.extend(name.bytes());
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut child =
        Command::new("gzip").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, bytes) = (child.stdin.take().unwrap(), bytes.to_owned());
    let writer = std::thread::spawn(move || stdin.write_all(&bytes).unwrap());
    let packed = child.wait_with_output().unwrap().stdout;
    writer.join().unwrap();
    packed
}

/// Letters that cannot be packed well.
fn noise() -> String {
    let mut number = 1_u32;
    let mut letter = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + (number >> 16).to_le_bytes()[0] % 26)
    };
    (0..20_000).map(|_| letter()).collect()
}

#[test]
fn bad_texts() {
    check(&rows());
}
