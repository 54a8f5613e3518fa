//! File formats that are not text, recognized by their first bytes, and how to extract text.

use crate::source::named;
use charnn_message::{Text, text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A known file format that is not text. `Display` has an article.
#[expect(missing_docs, reason = "`describe` names them")]
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
    /// What it is, in English with an article.
    pub fn describe(self) -> Text {
        match self {
            Self::Pdf => text!(en: "a PDF", zh: "PDF 文件"),
            Self::Epub => text!(en: "an e-book (EPUB)", zh: "电子书（EPUB）"),
            Self::Mobi => text!(en: "an e-book (MOBI)", zh: "电子书（MOBI）"),
            Self::OpenDocument => text!(en: "an OpenDocument file", zh: "OpenDocument 文档"),
            Self::Docx => text!(en: "an Office file (docx)", zh: "Office 文档（docx）"),
            Self::Doc => text!(en: "an old Office document (doc)", zh: "旧版 Office 文档（doc）"),
            Self::Rtf => text!(en: "a rich text document (RTF)", zh: "RTF 文档"),
            Self::Zip => text!(en: "a ZIP archive", zh: "ZIP 压缩包"),
            Self::SevenZip => text!(en: "a 7z archive", zh: "7z 压缩包"),
            Self::Rar => text!(en: "a RAR archive", zh: "RAR 压缩包"),
            Self::Tar => text!(en: "a tar archive", zh: "tar 归档文件"),
            Self::Bzip2 => text!(en: "a bzip2 file", zh: "bzip2 压缩文件"),
            Self::Xz => text!(en: "an xz file", zh: "xz 压缩文件"),
            Self::Zstd => text!(en: "a zstd file", zh: "zstd 压缩文件"),
            Self::GzipInGzip => {
                text!(en: "a gzip file inside another", zh: "套了两层的 gzip 压缩文件")
            }
            Self::Png => text!(en: "a picture (PNG)", zh: "图片（PNG）"),
            Self::Jpeg => text!(en: "a picture (JPEG)", zh: "图片（JPEG）"),
            Self::Gif => text!(en: "a picture (GIF)", zh: "图片（GIF）"),
            Self::WebP => text!(en: "a picture (WebP)", zh: "图片（WebP）"),
            Self::Mp3 => text!(en: "a sound file (MP3)", zh: "音频（MP3）"),
            Self::Ogg => text!(en: "a sound file (Ogg)", zh: "音频（Ogg）"),
            Self::Mp4 => text!(en: "a video (MP4)", zh: "视频（MP4）"),
            Self::ProgramOfUnix => text!(en: "a program (ELF)", zh: "可执行程序（ELF）"),
            Self::ProgramOfWindows => text!(en: "a program (Windows)", zh: "可执行程序（Windows）"),
            Self::ProgramOfMacOs => text!(en: "a program (macOS)", zh: "可执行程序（macOS）"),
            Self::WebAssembly => {
                text!(en: "a program (WebAssembly)", zh: "可执行程序（WebAssembly）")
            }
            Self::Pickle => text!(en: "a pickle (Python)", zh: "pickle 文件（Python）"),
            Self::Hdf5 => text!(en: "a numeric data file (HDF5)", zh: "数值文件（HDF5）"),
            Self::Sqlite => text!(en: "an SQLite database", zh: "SQLite 数据库"),
            Self::Utf32 => text!(en: "UTF-32 text", zh: "UTF-32 编码的文件"),
            Self::Iso2022Jp => text!(en: "ISO-2022-JP text", zh: "ISO-2022-JP 编码的文件"),
            Self::Hz => text!(en: "HZ text", zh: "HZ 编码的文件"),
            Self::Utf7 => text!(en: "UTF-7 text", zh: "UTF-7 编码的文件"),
        }
    }

    /// A file called `name` is of this format.
    pub(crate) fn not_text(self, name: &str) -> Text {
        let (name, what) = (named(name), self.describe());
        if self.is_encoding() {
            return text!(
                en: ("{} is {}, which charnn cannot decode", name.english, what.english),
                zh: ("{} 是 {}，charnn 无法解码", name.chinese, what.chinese),
            );
        }
        // Latin letters have a space before them in Chinese.
        let gap = if what.chinese.starts_with(|first: char| first.is_ascii()) { " " } else { "" };
        text!(
            en: ("{} is {}, not a text file", name.english, what.english),
            zh: ("{} 是{gap}{}，不是文本文件", name.chinese, what.chinese),
        )
    }

    fn is_encoding(self) -> bool {
        matches!(self, Self::Utf32 | Self::Iso2022Jp | Self::Hz | Self::Utf7)
    }

    /// How to get text out of it.
    pub(crate) fn advice(self) -> Text {
        let convert = |label: &str| {
            text!(
                en: "convert it: iconv -f {label} -t UTF-8 in.txt > out.txt",
                zh: "请转换编码：iconv -f {label} -t UTF-8 in.txt > out.txt"
            )
        };
        match self {
            Self::Pdf => text!(
                en: "extract its text: pdftotext -enc UTF-8 book.pdf book.txt",
                zh: "请提取其中的文字：pdftotext -enc UTF-8 book.pdf book.txt"
            ),
            Self::Epub | Self::Mobi => text!(
                en: "convert it with Calibre: ebook-convert book.epub book.txt",
                zh: "请用 Calibre 转换：ebook-convert book.epub book.txt"
            ),
            Self::OpenDocument | Self::Docx | Self::Doc | Self::Rtf => text!(
                en: "save it as plain text (UTF-8) in your word processor, or run pandoc -t plain",
                zh: "请在文字处理软件中另存为纯文本（UTF-8），或运行 pandoc -t plain"
            ),
            Self::Zip
            | Self::SevenZip
            | Self::Rar
            | Self::Tar
            | Self::Bzip2
            | Self::Xz
            | Self::Zstd
            | Self::GzipInGzip => text!(
                en: "unpack it and use the text file inside",
                zh: "请解压，再使用其中的文本文件"
            ),
            Self::Utf32 => convert("UTF-32"),
            Self::Iso2022Jp => convert("ISO-2022-JP"),
            Self::Utf7 => convert("UTF-7"),
            Self::Hz => convert("HZ"),
            _ => text!(en: "use a text file", zh: "请使用文本文件"),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.describe().english)
    }
}

/// Signatures: the offset, the bytes and the format. The first match counts.
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

/// The format of `bytes`, if they begin like a file that is not text.
pub(crate) fn known_binary(bytes: &[u8]) -> Option<Format> {
    // Signatures of letters may also begin a text, so something that no text contains must follow.
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
