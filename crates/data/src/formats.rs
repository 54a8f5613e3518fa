//! Files that are no text, known by how they begin, and how to get text out of them.

/// A kind of file that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    /// What it is, with its article.
    pub(crate) name: &'static str,
    /// What to do.
    pub(crate) advice: &'static str,
}

const CALIBRE: &str = "convert it with Calibre: ebook-convert book.epub book.txt";
const PANDOC: &str = "save it as plain text (UTF-8) in your word processor, or run pandoc -t plain";
const PDF: &str = "extract its text: pdftotext -enc UTF-8 book.pdf book.txt";
const UNPACK: &str = "unpack it and name the text file inside";
const NO_TEXT: &str = "name a text file";
const UTF_32: &str = "convert it: iconv -f UTF-32 -t UTF-8 in.txt > out.txt";
const ISO_2022: &str = "convert it: iconv -f ISO-2022-JP -t UTF-8 in.txt > out.txt";

/// What is inside a `.gz` file should be the text.
pub(crate) const GZIP: Format = Format { name: "a gzip file inside another", advice: UNPACK };

/// Where a mark stands, what it is, and what a file with it is. The first that fits counts.
const MARKS: [(usize, &[u8], Format); 35] = {
    const fn format(name: &'static str, advice: &'static str) -> Format {
        Format { name, advice }
    }
    [
        (0, b"%PDF-", format("a PDF", PDF)),
        (30, b"mimetypeapplication/epub", format("an e-book (EPUB)", CALIBRE)),
        (30, b"mimetypeapplication/vnd.oasis", format("an OpenDocument file", PANDOC)),
        (30, b"[Content_Types].xml", format("an Office file (docx)", PANDOC)),
        (30, b"word/", format("an Office file (docx)", PANDOC)),
        (30, b"_rels/", format("an Office file (docx)", PANDOC)),
        (0, b"PK\x03\x04", format("a ZIP archive", UNPACK)),
        (60, b"BOOKMOBI", format("an e-book (MOBI)", CALIBRE)),
        (0, b"{\\rtf", format("a rich text document (RTF)", PANDOC)),
        (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", format("an old Office document (doc)", PANDOC)),
        (0, b"\x89PNG", format("a picture (PNG)", NO_TEXT)),
        (0, b"\xFF\xD8\xFF", format("a picture (JPEG)", NO_TEXT)),
        (0, b"GIF8", format("a picture (GIF)", NO_TEXT)),
        (8, b"WEBP", format("a picture (WebP)", NO_TEXT)),
        (0, b"\x7FELF", format("a program (ELF)", NO_TEXT)),
        (0, b"MZ\x90\x00", format("a program (Windows)", NO_TEXT)),
        (0, b"\xCF\xFA\xED\xFE", format("a program (macOS)", NO_TEXT)),
        (0, b"\x80\x02", format("a pickle (Python)", NO_TEXT)),
        (0, b"\x80\x03", format("a pickle (Python)", NO_TEXT)),
        (0, b"\x80\x04", format("a pickle (Python)", NO_TEXT)),
        (0, b"\x80\x05", format("a pickle (Python)", NO_TEXT)),
        (0, b"\x89HDF\r\n", format("a file of numbers (HDF5)", NO_TEXT)),
        (0, b"\0asm", format("a program (WebAssembly)", NO_TEXT)),
        (0, b"BZh", format("a bzip2 file", UNPACK)),
        (0, b"\xFD7zXZ\x00", format("an xz file", UNPACK)),
        (0, b"\x28\xB5\x2F\xFD", format("a zstd file", UNPACK)),
        (0, b"7z\xBC\xAF\x27\x1C", format("a 7z archive", UNPACK)),
        (0, b"Rar!\x1A\x07", format("a RAR archive", UNPACK)),
        (257, b"ustar", format("a tar archive", UNPACK)),
        (0, b"SQLite format 3\0", format("an SQLite database", NO_TEXT)),
        (0, b"ID3", format("a sound file (MP3)", NO_TEXT)),
        (0, b"OggS", format("a sound file (Ogg)", NO_TEXT)),
        (4, b"ftyp", format("a film (MP4)", NO_TEXT)),
        (0, b"\xFF\xFE\0\0", format("UTF-32, which hardly anybody uses", UTF_32)),
        (0, b"\0\0\xFE\xFF", format("UTF-32, which hardly anybody uses", UTF_32)),
    ]
};

/// What `bytes` are, if they begin like something that is no text.
pub(crate) fn known_binary(bytes: &[u8]) -> Option<Format> {
    // Marks of letters alone may begin a text too: with them must come what no text has.
    let start = &bytes[..bytes.len().min(512)];
    let odd = start.iter().any(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let found = MARKS.iter().find(|(at, mark, _)| {
        let letters = mark.iter().all(u8::is_ascii_alphanumeric);
        bytes.get(*at..).is_some_and(|rest| rest.starts_with(mark)) && (odd || !letters)
    });
    if let Some((_, _, format)) = found {
        return Some(*format);
    }
    let escapes = [&b"\x1B$B"[..], b"\x1B$@"];
    let start = &bytes[..bytes.len().min(4096)];
    let escaped = start.windows(3).any(|window| escapes.contains(&window));
    escaped.then_some(Format { name: "ISO-2022-JP", advice: ISO_2022 })
}

/// Whether `bytes` begin like a `.gz` file.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1F\x8B\x08")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_begins_with_the_letters_of_a_mark_is_a_text() {
        for text in ["BZhang said hello.\n", "ID3 is a tag.\n", "GIF89 was a format.\n", "word/"] {
            assert_eq!(known_binary(text.as_bytes()), None, "{text}");
        }
        assert_eq!(known_binary(b"ID3\x03\0\0").unwrap().name, "a sound file (MP3)");
    }

    #[test]
    fn a_zip_is_told_by_its_first_member() {
        let mut zip = b"PK\x03\x04".to_vec();
        zip.resize(30, 0);
        assert_eq!(known_binary(&zip).unwrap().name, "a ZIP archive");
        zip.extend(b"mimetypeapplication/epub+zip");
        assert_eq!(known_binary(&zip).unwrap().name, "an e-book (EPUB)");
    }
}
