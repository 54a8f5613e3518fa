//! Files that are no text, known by how they begin, and how to get text out of them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of file that is known and is no text. Its `Display` has an article.
#[expect(missing_docs, reason = "`Display` says what they are")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    Pdf,
    Epub,
    Mobi,
    OpenDocument,
    Docx,
    Doc,
    Rtf,
    Zip,
    SevenZip,
    Rar,
    Tar,
    Bzip2,
    Xz,
    Zstd,
    GzipInGzip,
    Png,
    Jpeg,
    Gif,
    WebP,
    Mp3,
    Ogg,
    Mp4,
    ProgramOfUnix,
    ProgramOfWindows,
    ProgramOfMacOs,
    WebAssembly,
    Pickle,
    Hdf5,
    Sqlite,
    Utf32,
    Iso2022Jp,
    Hz,
    Utf7,
}

impl Format {
    /// How to get text out of it.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Pdf => "extract its text: pdftotext -enc UTF-8 book.pdf book.txt",
            Self::Epub | Self::Mobi => "convert it with Calibre: ebook-convert book.epub book.txt",
            Self::OpenDocument | Self::Docx | Self::Doc | Self::Rtf => {
                "save it as plain text (UTF-8) in your word processor, or run pandoc -t plain"
            }
            Self::Zip
            | Self::SevenZip
            | Self::Rar
            | Self::Tar
            | Self::Bzip2
            | Self::Xz
            | Self::Zstd
            | Self::GzipInGzip => "unpack it and name the text file inside",
            Self::Utf32 => "convert it: iconv -f UTF-32 -t UTF-8 in.txt > out.txt",
            Self::Iso2022Jp => "convert it: iconv -f ISO-2022-JP -t UTF-8 in.txt > out.txt",
            Self::Utf7 => "convert it: iconv -f UTF-7 -t UTF-8 in.txt > out.txt",
            Self::Hz => "convert it: iconv -f HZ -t UTF-8 in.txt > out.txt",
            _ => "name a text file",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Pdf => "a PDF",
            Self::Epub => "an e-book (EPUB)",
            Self::Mobi => "an e-book (MOBI)",
            Self::OpenDocument => "an OpenDocument file",
            Self::Docx => "an Office file (docx)",
            Self::Doc => "an old Office document (doc)",
            Self::Rtf => "a rich text document (RTF)",
            Self::Zip => "a ZIP archive",
            Self::SevenZip => "a 7z archive",
            Self::Rar => "a RAR archive",
            Self::Tar => "a tar archive",
            Self::Bzip2 => "a bzip2 file",
            Self::Xz => "an xz file",
            Self::Zstd => "a zstd file",
            Self::GzipInGzip => "a gzip file inside another",
            Self::Png => "a picture (PNG)",
            Self::Jpeg => "a picture (JPEG)",
            Self::Gif => "a picture (GIF)",
            Self::WebP => "a picture (WebP)",
            Self::Mp3 => "a sound file (MP3)",
            Self::Ogg => "a sound file (Ogg)",
            Self::Mp4 => "a film (MP4)",
            Self::ProgramOfUnix => "a program (ELF)",
            Self::ProgramOfWindows => "a program (Windows)",
            Self::ProgramOfMacOs => "a program (macOS)",
            Self::WebAssembly => "a program (WebAssembly)",
            Self::Pickle => "a pickle (Python)",
            Self::Hdf5 => "a file of numbers (HDF5)",
            Self::Sqlite => "an SQLite database",
            Self::Utf32 => "UTF-32, which hardly anybody uses",
            Self::Iso2022Jp => "ISO-2022-JP",
            Self::Hz => "HZ, Chinese for the mail of long ago",
            Self::Utf7 => "UTF-7, for the mail of long ago",
        })
    }
}

/// Where a mark stands, what it is, and what a file with it is. The first that fits counts.
const MARKS: [(usize, &[u8], Format); 35] = [
    (0, b"%PDF-", Format::Pdf),
    (30, b"mimetypeapplication/epub", Format::Epub),
    (30, b"mimetypeapplication/vnd.oasis", Format::OpenDocument),
    (30, b"[Content_Types].xml", Format::Docx),
    (30, b"word/", Format::Docx),
    (30, b"_rels/", Format::Docx),
    (0, b"PK\x03\x04", Format::Zip),
    (60, b"BOOKMOBI", Format::Mobi),
    (0, b"{\\rtf", Format::Rtf),
    (0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Format::Doc),
    (0, b"\x89PNG", Format::Png),
    (0, b"\xFF\xD8\xFF", Format::Jpeg),
    (0, b"GIF8", Format::Gif),
    (8, b"WEBP", Format::WebP),
    (0, b"\x7FELF", Format::ProgramOfUnix),
    (0, b"MZ\x90\x00", Format::ProgramOfWindows),
    (0, b"\xCF\xFA\xED\xFE", Format::ProgramOfMacOs),
    (0, b"\x80\x02", Format::Pickle),
    (0, b"\x80\x03", Format::Pickle),
    (0, b"\x80\x04", Format::Pickle),
    (0, b"\x80\x05", Format::Pickle),
    (0, b"\x89HDF\r\n", Format::Hdf5),
    (0, b"\0asm", Format::WebAssembly),
    (0, b"BZh", Format::Bzip2),
    (0, b"\xFD7zXZ\x00", Format::Xz),
    (0, b"\x28\xB5\x2F\xFD", Format::Zstd),
    (0, b"7z\xBC\xAF\x27\x1C", Format::SevenZip),
    (0, b"Rar!\x1A\x07", Format::Rar),
    (257, b"ustar", Format::Tar),
    (0, b"SQLite format 3\0", Format::Sqlite),
    (0, b"ID3", Format::Mp3),
    (0, b"OggS", Format::Ogg),
    (4, b"ftyp", Format::Mp4),
    (0, b"\xFF\xFE\0\0", Format::Utf32),
    (0, b"\0\0\xFE\xFF", Format::Utf32),
];

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
    if escaped {
        return Some(Format::Iso2022Jp);
    }
    is_hz(start).then_some(Format::Hz)
}

/// Whether there is Chinese between `~{` and `~}`, two bytes of ASCII a character.
fn is_hz(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let (mut characters, mut common) = (0, 0);
    while let Some(at) = rest.windows(2).position(|pair| pair == b"~{") {
        rest = &rest[at + 2..];
        let end = rest.windows(2).position(|pair| pair == b"~}" || pair[0] == b'\n');
        let shifted = &rest[..end.unwrap_or(rest.len())];
        for pair in shifted.chunks_exact(2) {
            characters += 1;
            // Rows 16 to 55 hold what is common, the first 9 punctuation.
            let row = pair[0].wrapping_sub(0x20);
            let exists = (0x21..=0x7E).contains(&pair[1]) && matches!(row, 1..=9 | 16..=55);
            common += usize::from(exists);
        }
        rest = &rest[shifted.len()..];
    }
    characters >= 4 && common * 10 >= characters * 9
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
        assert_eq!(known_binary(b"ID3\x03\0\0"), Some(Format::Mp3));
    }

    #[test]
    fn chinese_in_seven_bits_is_known_and_braces_of_programs_are_not() {
        let hz = b"~{<:Ky2;~} said ~{VPND~}.~}\n";
        assert_eq!(known_binary(hz), Some(Format::Hz));
        for text in ["cd ~{user,root}/x ~}\n", "a ~{b~} c", "~{~a~^, ~}"] {
            assert_eq!(known_binary(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_zip_is_told_by_its_first_member() {
        let mut zip = b"PK\x03\x04".to_vec();
        zip.resize(30, 0);
        assert_eq!(known_binary(&zip), Some(Format::Zip));
        zip.extend(b"mimetypeapplication/epub+zip");
        assert_eq!(known_binary(&zip), Some(Format::Epub));
    }
}
