//! Files that are no text, in Chinese.

use super::named;
use crate::language::Spoken;
use charnn_data::{Format, NoFile, NoText, Skipped};

/// What is there in place of a file.
pub(super) fn no_file(what: NoFile) -> &'static str {
    match what {
        NoFile::Folder => "文件夹",
        NoFile::Pipe => "管道",
        NoFile::Socket => "套接字",
        NoFile::Device => "设备",
        NoFile::Several => "多个文件",
    }
}

const CALIBRE: &str = "请用 Calibre 转换：ebook-convert book.epub book.txt";
const PDF: &str = "请提取其中的文字：pdftotext -enc UTF-8 book.pdf book.txt";
const PANDOC: &str = "请在文字处理软件中另存为纯文本（UTF-8），或运行 pandoc -t plain";
const UNPACK: &str = "请解压，再给出其中的文本文件";
const NO_TEXT: &str = "请给出文本文件";
const UTF_32: &str = "请转换编码：iconv -f UTF-32 -t UTF-8 in.txt > out.txt";
const ISO_2022: &str = "请转换编码：iconv -f ISO-2022-JP -t UTF-8 in.txt > out.txt";
const UTF_7: &str = "请转换编码：iconv -f UTF-7 -t UTF-8 in.txt > out.txt";
const HZ: &str = "请转换编码：iconv -f HZ -t UTF-8 in.txt > out.txt";

/// What a file is, and how to get text out of it.
pub(super) fn format(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Pdf => ("PDF 文件", PDF),
        Format::Epub => ("电子书（EPUB）", CALIBRE),
        Format::Mobi => ("电子书（MOBI）", CALIBRE),
        Format::OpenDocument => ("OpenDocument 文档", PANDOC),
        Format::Docx => ("Office 文档（docx）", PANDOC),
        Format::Doc => ("旧版 Office 文档（doc）", PANDOC),
        Format::Rtf => ("RTF 文档", PANDOC),
        Format::Zip => ("ZIP 压缩包", UNPACK),
        Format::SevenZip => ("7z 压缩包", UNPACK),
        Format::Rar => ("RAR 压缩包", UNPACK),
        Format::Tar => ("tar 归档文件", UNPACK),
        Format::Bzip2 => ("bzip2 压缩文件", UNPACK),
        Format::Xz => ("xz 压缩文件", UNPACK),
        Format::Zstd => ("zstd 压缩文件", UNPACK),
        Format::GzipInGzip => ("套了两层的 gzip 压缩文件", UNPACK),
        Format::Png => ("图片（PNG）", NO_TEXT),
        Format::Jpeg => ("图片（JPEG）", NO_TEXT),
        Format::Gif => ("图片（GIF）", NO_TEXT),
        Format::WebP => ("图片（WebP）", NO_TEXT),
        Format::Mp3 => ("音频（MP3）", NO_TEXT),
        Format::Ogg => ("音频（Ogg）", NO_TEXT),
        Format::Mp4 => ("视频（MP4）", NO_TEXT),
        Format::ProgramOfUnix => ("可执行程序（ELF）", NO_TEXT),
        Format::ProgramOfWindows => ("可执行程序（Windows）", NO_TEXT),
        Format::ProgramOfMacOs => ("可执行程序（macOS）", NO_TEXT),
        Format::WebAssembly => ("可执行程序（WebAssembly）", NO_TEXT),
        Format::Pickle => ("pickle 文件（Python）", NO_TEXT),
        Format::Hdf5 => ("数值文件（HDF5）", NO_TEXT),
        Format::Sqlite => ("SQLite 数据库", NO_TEXT),
        Format::Utf32 => ("很少有人使用的 UTF-32 编码的文件", UTF_32),
        Format::Iso2022Jp => ("ISO-2022-JP 编码的文件", ISO_2022),
        Format::Hz => ("HZ 编码的文件", HZ),
        Format::Utf7 => ("UTF-7 编码的文件", UTF_7),
    }
}

impl Spoken for Skipped {
    fn chinese(&self) -> Option<String> {
        let name = named(&self.name);
        Some(match self.why {
            NoText::Known(kind) => format!("{name} 是{}，不是文本文件", spaced(format(kind).0)),
            NoText::Binary(percent) => binary(name, percent),
            NoText::Empty => empty(name),
            NoText::Noise => format!("{name} 用任何一种编码来读，都不像文本"),
        })
    }
}

pub(super) fn binary(name: &str, percent: u64) -> String {
    format!("{name} 像是二进制文件：其中 {percent}% 是控制字符")
}

pub(super) fn empty(name: &str) -> String {
    format!("{name} 是空的，没有任何字符")
}

/// A word as it stands behind a Chinese character: Latin letters with a space before them.
pub(super) fn spaced(word: &str) -> String {
    let latin = word.starts_with(|first: char| first.is_ascii());
    if latin { format!(" {word}") } else { word.into() }
}
