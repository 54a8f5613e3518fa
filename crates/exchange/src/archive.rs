//! Zip archives in memory, as `torch.save` and Keras write them.
//!
//! Nothing is written to disk. Names that leave a folder are refused, and what an archive unpacks to is
//! limited by its own size.

use charnn_message::{Describe, Message, display, in_a_line, text};
use flate2::bufread::DeflateDecoder;
use rawzip::{
    CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipArchiveWriter, ZipSliceArchive,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

/// The most entries of an archive: a state dict of 64 layers has fewer than 300.
const MOST_ENTRIES: usize = 10_000;
/// An archive may unpack to this, and as many times its own size as [`RATIO`] says. Weights hardly shrink.
const SPARE: u64 = 64 << 20;
const RATIO: u64 = 8;

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file is not a whole zip archive.
    Damaged {
        /// What is wrong with it.
        problem: String,
    },
    /// A name that leads out of the folder, or occurs twice.
    Name {
        /// The name.
        name: String,
    },
    /// An entry that unpacks to far more than any network of this size.
    Bomb {
        /// Its name.
        name: String,
    },
    /// An entry in a form that neither PyTorch nor Keras writes.
    Method {
        /// Its name.
        name: String,
    },
}

impl Describe for ArchiveError {
    fn describe(&self) -> Message {
        let again = || text!(en: "copy or save it again", zh: "请重新复制或保存");
        match self {
            Self::Damaged { problem } => {
                let problem = in_a_line(problem);
                Message::new(
                    "archive/damaged",
                    text!(en: "the zip archive is damaged: {problem}", zh: "zip 压缩包已损坏：{problem}"),
                )
                .hint(again())
            }
            Self::Name { name } => {
                let name = in_a_line(name);
                Message::new(
                    "archive/name",
                    text!(
                        en: "the zip archive has the entry {name:?}, whose name is not allowed or occurs twice",
                        zh: "zip 压缩包中的条目 {name} 名称不合法或重复"
                    ),
                )
                .hint(again())
            }
            Self::Bomb { name } => {
                let name = in_a_line(name);
                Message::new(
                    "archive/bomb",
                    text!(
                        en: "the entry {name:?} of the zip archive unpacks to far more than the archive's size",
                        zh: "zip 压缩包中的条目 {name} 解压后远大于压缩包本身"
                    ),
                )
                .hint(text!(
                    en: "save the weights without compression",
                    zh: "请不经压缩保存权重"
                ))
            }
            Self::Method { name } => {
                let name = in_a_line(name);
                Message::new(
                    "archive/method",
                    text!(
                        en: "the entry {name:?} of the zip archive is encrypted or compressed in an unusual way",
                        zh: "zip 压缩包中的条目 {name} 已加密或使用了不常见的压缩方式"
                    ),
                )
                .hint(again())
            }
        }
    }
}

display!(ArchiveError);

/// Whether a file begins like a zip archive.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// An archive, of which entries can be read.
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    zip: ZipSliceArchive<&'a [u8]>,
    entries: BTreeMap<String, Entry>,
    /// How many bytes may still be unpacked.
    budget: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    bytes: u64,
}

impl<'a> Archive<'a> {
    /// Reads the list of entries.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ArchiveError> {
        let zip = ZipArchive::from_slice(bytes).map_err(damaged)?;
        let (mut entries, mut list) = (BTreeMap::new(), zip.entries());
        while let Some(entry) = list.next_entry().map_err(damaged)? {
            let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
            let leaves = name.split('/').any(|part| part == "..");
            if leaves || name.starts_with('/') || name.contains(['\\', ':', '\0']) {
                return Err(ArchiveError::Name { name });
            }
            let about = Entry {
                place: entry.wayfinder(),
                method: entry.compression_method(),
                bytes: entry.uncompressed_size_hint(),
            };
            if entry.flags().is_encrypted() {
                return Err(ArchiveError::Method { name });
            }
            if let Some(_double) = entries.insert(name.clone(), about) {
                return Err(ArchiveError::Name { name });
            }
            if entries.len() > MOST_ENTRIES {
                return Err(damaged(format!("it has more than {MOST_ENTRIES} entries")));
            }
        }
        let budget = (bytes.len() as u64).saturating_mul(RATIO).saturating_add(SPARE);
        Ok(Self { bytes, zip, entries, budget })
    }

    /// The names of the entries, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Reads an entry and verifies its checksum. Returns `None` if the archive does not contain it.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Cow<'a, [u8]>>, ArchiveError> {
        let Some(&Entry { place, method, bytes }) = self.entries.get(name) else {
            return Ok(None);
        };
        let bomb = || ArchiveError::Bomb { name: name.to_owned() };
        let entry = self.zip.get_entry(place).map_err(damaged)?;
        self.budget = self.budget.checked_sub(bytes).ok_or_else(bomb)?;
        let (start, end) = entry.compressed_data_range();
        let range =
            usize::try_from(start).map_err(damaged)?..usize::try_from(end).map_err(damaged)?;
        let data = self.bytes.get(range).ok_or_else(|| damaged("an entry lies outside of it"))?;
        if method == CompressionMethod::STORE {
            // The checksum is that of the data, which need no copy.
            let mut reader = entry.verifying_reader(data);
            std::io::copy(&mut reader, &mut std::io::sink()).map_err(damaged)?;
            return Ok(Some(Cow::Borrowed(data)));
        }
        if method != CompressionMethod::DEFLATE {
            return Err(ArchiveError::Method { name: name.to_owned() });
        }
        let mut content = Vec::new();
        let mut reader = entry.verifying_reader(DeflateDecoder::new(data)).take(bytes + 1);
        reader.read_to_end(&mut content).map_err(damaged)?;
        if content.len() as u64 != bytes {
            return Err(bomb());
        }
        Ok(Some(Cow::Owned(content)))
    }
}

/// An archive of `files`, not compressed, the same bytes for the same files.
pub(crate) fn archived(files: &[(&str, &[u8])]) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content) in files {
        let file = archive.new_file(*name).compression_method(CompressionMethod::STORE);
        let (mut entry, config) = file.start().map_err(damaged)?;
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content).map_err(damaged)?;
        let (_, descriptor) = writer.finish().map_err(damaged)?;
        entry.finish(descriptor).map_err(damaged)?;
    }
    archive.finish().map_err(damaged)?;
    Ok(bytes)
}

fn damaged(problem: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Damaged { problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use flate2::{Compression, write::DeflateEncoder};

    fn deflated(name: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut archive = ZipArchiveWriter::new(&mut bytes);
        let file = archive.new_file(name).compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().unwrap();
        let encoder = DeflateEncoder::new(&mut entry, Compression::fast());
        let mut writer = config.wrap(encoder);
        writer.write_all(content).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
        archive.finish().unwrap();
        bytes
    }

    #[test]
    fn what_is_archived_is_read() {
        let files: [(&str, &[u8]); 2] = [("a/b", b"one"), ("c", b"")];
        let bytes = archived(&files).unwrap();
        let mut archive = Archive::open(&bytes).unwrap();
        assert_eq!(archive.names().collect::<Vec<_>>(), ["a/b", "c"]);
        assert_eq!(archive.read("a/b").unwrap().as_deref(), Some(&b"one"[..]));
        assert_eq!(archive.read("c").unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(archive.read("d").unwrap(), None);
        let bytes = deflated("x", b"text text text");
        let mut archive = Archive::open(&bytes).unwrap();
        assert_eq!(archive.read("x").unwrap().as_deref(), Some(&b"text text text"[..]));
    }

    #[test]
    fn changed_content_is_noticed() {
        for mut bytes in [archived(&[("x", b"content")]).unwrap(), deflated("x", b"content")] {
            let at = bytes.windows(5).position(|it| it == b"onten").unwrap_or(40);
            bytes[at] ^= 1;
            let error = Archive::open(&bytes).unwrap().read("x").unwrap_err();
            assert!(matches!(error, ArchiveError::Damaged { .. }), "{error}");
        }
    }

    #[test]
    fn names_that_leave_the_folder_or_occur_twice_are_refused() {
        for name in ["../x", "a/../../x", "/etc/x", "a\\b", "C:x"] {
            // rawzip's writer turns some of them into harmless names: the bytes are changed.
            let mut bytes = archived(&[("N".repeat(name.len()).as_str(), b"")]).unwrap();
            let filler = "N".repeat(name.len()).into_bytes();
            while let Some(at) = bytes.windows(filler.len()).position(|it| it == filler) {
                bytes[at..][..name.len()].copy_from_slice(name.as_bytes());
            }
            let error = Archive::open(&bytes).err().unwrap();
            assert!(matches!(error, ArchiveError::Name { .. }), "{name}: {error}");
        }
        let twice = archived(&[("x", b"1"), ("x", b"2")]).unwrap();
        assert!(matches!(Archive::open(&twice).err(), Some(ArchiveError::Name { .. })));
    }

    #[test]
    fn bombs_are_not_unpacked() {
        let bomb = deflated("x", &vec![0; 80 << 20]);
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        let error = Archive::open(&bomb).unwrap().read("x").unwrap_err();
        assert!(matches!(error, ArchiveError::Bomb { .. }), "{error}");
        // Less than the limit, but read again and again.
        let small = deflated("x", &vec![0; 40 << 20]);
        let mut archive = Archive::open(&small).unwrap();
        assert!(archive.read("x").is_ok());
        assert!(matches!(archive.read("x"), Err(ArchiveError::Bomb { .. })));
        // An entry that says that it is small.
        let mut lying = deflated("x", &vec![0; 1 << 20]);
        let size = (1_u32 << 20).to_le_bytes();
        while let Some(at) = lying.windows(4).position(|it| it == size) {
            lying[at..][..4].copy_from_slice(&7_u32.to_le_bytes());
        }
        assert!(Archive::open(&lying).unwrap().read("x").is_err());
    }
}
