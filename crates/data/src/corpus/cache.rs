//! The cache of texts that are too large for memory.
//!
//! ```text
//! FOLDER/KEY.text      facts about a text, as JSON
//! FOLDER/KEY.ids       a text as ids, u16 with the low byte first
//! ```
//!
//! Both begin with a header with the length and BLAKE3 of the rest. A key is a hash of the content, so
//! nothing here is ever stale; damaged files and those of another version are recreated. A file is
//! written under a temporary name and renamed into place, so that processes that create the same file do
//! not disturb each other.

use crate::source::files;
use crate::{DataError, Ids};
use blake3::{Hash, Hasher};
use memmap2::Mmap;
use std::fs::{self, File};
use std::io::{BufWriter, Error, ErrorKind, Read, Result, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;

/// The first bytes of a cache file, with the version of the format.
const MAGIC: [u8; 16] = *b"charnn cache 2\n\0";
/// Magic, key, length and BLAKE3 of the rest.
const HEADER: usize = 16 + 32 + 8 + 32;
/// Files of each kind to keep: the most recently used.
const KEPT: usize = 4;
/// Temporary files of a dead process are removed after this time.
const DEAD: Duration = Duration::from_hours(1);
/// Bytes per read or write.
const BUFFER: usize = 1 << 16;

/// The folder of the cache, and the size from which texts go there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
    in_memory: u64,
}

/// The extensions of cache files.
const FACTS: &str = "text";
const IDS: &str = "ids";

impl Cache {
    /// The cache in `folder`, which need not exist yet, for texts of more than `in_memory` bytes.
    pub fn new(folder: impl Into<PathBuf>, in_memory: u64) -> Self {
        Self { folder: folder.into(), in_memory }
    }

    /// Whether a text of this many bytes is too large for memory.
    pub(crate) fn is_for(&self, bytes: u64) -> bool {
        bytes > self.in_memory
    }

    /// The facts stored under `key`.
    pub(crate) fn read(&self, key: &Hash) -> Option<Vec<u8>> {
        let path = self.path(key, FACTS);
        let mut file = checked(&path, key).ok()?;
        let mut bytes = Vec::new();
        file.seek(std::io::SeekFrom::Start(HEADER as u64)).ok()?;
        file.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Stores facts under `key`.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn write(&self, key: &Hash, bytes: &[u8]) -> std::result::Result<(), DataError> {
        self.ready()?;
        self.make(key, FACTS, |out| out.write_all(bytes).map_err(|error| self.failed(error)))
    }

    /// The ids stored under `key`, if there are `count`.
    pub(crate) fn map(&self, key: &Hash, count: usize) -> Option<Ids> {
        let file = checked(&self.path(key, IDS), key).ok()?;
        #[expect(unsafe_code, reason = "a file can be changed while it is mapped")]
        // SAFETY: this program writes such a file under a temporary name and never changes it after
        // renaming it: it can only be replaced or removed as a whole, which does not affect a mapping.
        // Another program that writes to it while it is in use changes the training text.
        let map = unsafe { Mmap::map(&file) }.ok()?;
        (map.len() == HEADER + 2 * count).then(|| Ids::mapped(map, HEADER))
    }

    /// Stores the `count` ids that `fill` writes under `key`.
    ///
    /// # Errors
    /// Those of `fill`, and when the file cannot be written. Without enough free space, `fill` is not
    /// called.
    pub(crate) fn write_ids(
        &self,
        key: &Hash,
        count: usize,
        fill: impl FnOnce(&mut dyn Write) -> std::result::Result<(), DataError>,
    ) -> std::result::Result<(), DataError> {
        self.ready()?;
        self.prune(IDS);
        self.check_room(HEADER as u64 + 2 * count as u64)?;
        self.make(key, IDS, fill)
    }

    /// Creates the folder and checks that it is writable, before a long text is read in vain.
    ///
    /// # Errors
    /// When it cannot be created or written to.
    pub(crate) fn ready(&self) -> std::result::Result<(), DataError> {
        let made = fs::create_dir_all(&self.folder).and_then(|()| files::temporary(&self.folder));
        made.map(drop).map_err(|error| self.failed(error))
    }

    fn check_room(&self, bytes: u64) -> std::result::Result<(), DataError> {
        match files::free_space(&self.folder) {
            Some(free) if free < bytes => {
                Err(DataError::NoRoom { path: self.folder.clone(), free, needed: bytes })
            }
            _ => Ok(()),
        }
    }

    /// The error for a failed operation.
    pub(crate) fn failed(&self, source: Error) -> DataError {
        DataError::Cache { path: self.folder.clone(), source }
    }

    /// The error for a file that cannot be read back.
    pub(crate) fn unusable(&self) -> DataError {
        self.failed(Error::new(ErrorKind::InvalidData, "what was written there reads otherwise"))
    }

    fn path(&self, key: &Hash, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}", &key.to_hex()[..32]))
    }

    fn make(
        &self,
        key: &Hash,
        kind: &str,
        fill: impl FnOnce(&mut dyn Write) -> std::result::Result<(), DataError>,
    ) -> std::result::Result<(), DataError> {
        let failed = |error| self.failed(error);
        self.prune(kind);
        let file = files::temporary(&self.folder);
        let mut out = Output {
            file: BufWriter::with_capacity(BUFFER, file.map_err(failed)?),
            hasher: Hasher::new(),
            length: 0,
        };
        out.file.write_all(&[0; HEADER]).map_err(failed)?;
        fill(&mut out)?;
        let file = out.end(key).map_err(failed)?;
        let path = self.path(key, kind);
        match file.persist(&path) {
            Ok(_) => Ok(()),
            // On systems that cannot replace a file in use, another process has written the same content.
            Err(_) if checked(&path, key).is_ok() => Ok(()),
            Err(error) => Err(failed(error.error)),
        }
    }

    /// Makes room for one more file of this kind by removing the least recently used. Files that cannot be
    /// removed are left for the next time.
    fn prune(&self, kind: &str) {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(used) = entry.metadata().and_then(|about| about.modified()) else { continue };
            if entry.file_name().to_string_lossy().starts_with(".tmp-") {
                if used.elapsed().is_ok_and(|age| age > DEAD) {
                    let _ = fs::remove_file(&path);
                }
            } else if path.extension().is_some_and(|extension| extension == kind) {
                files.push((used, path));
            }
        }
        files.sort();
        files.reverse();
        for (_, path) in files.drain(..).skip(KEPT - 1) {
            let _ = fs::remove_file(&path);
        }
    }
}

/// The file at `path`, if it is intact and has this key. Updates its time of use.
fn checked(path: &Path, key: &Hash) -> Result<File> {
    let damaged = || Error::new(ErrorKind::InvalidData, "damaged");
    let mut file = File::open(path)?;
    let mut found = [0; HEADER];
    file.read_exact(&mut found)?;
    let (mut hasher, mut length) = (Hasher::new(), 0);
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        length += read as u64;
    }
    if found != header(key, length, &hasher.finalize()) {
        return Err(damaged());
    }
    let _ = file.set_modified(SystemTime::now()); // if permitted
    Ok(file)
}

fn header(key: &Hash, length: u64, content: &Hash) -> [u8; HEADER] {
    let parts = [&MAGIC[..], key.as_bytes(), &length.to_le_bytes(), content.as_bytes()].concat();
    parts.try_into().expect("the parts are as long as the header")
}

/// A file that is being written.
struct Output {
    file: BufWriter<NamedTempFile>,
    hasher: Hasher,
    length: u64,
}

impl Output {
    fn end(self, key: &Hash) -> Result<NamedTempFile> {
        let mut file = self.file.into_inner()?;
        file.rewind()?;
        file.write_all(&header(key, self.length, &self.hasher.finalize()))?;
        Ok(file)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_message::Describe;

    #[test]
    fn what_there_is_no_room_for_is_not_begun() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("cache"), 0);
        let key = blake3::hash(b"text");
        let error = cache.write_ids(&key, 1 << 60, |_| panic!("it was begun")).unwrap_err();
        let said = error.describe().in_full().english;
        assert!(matches!(error, DataError::NoRoom { needed, .. } if needed > 1 << 60), "{said}");
        assert!(said.contains("free some space") && said.contains("run.root"), "{said}");
        assert_eq!(fs::read_dir(folder.path().join("cache")).unwrap().count(), 0);
    }

    #[test]
    fn a_write_that_fails_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path(), 0);
        let key = blake3::hash(b"text");
        let error = cache.write_ids(&key, 3, |out| {
            let written = out.write_all(&[0; 4]).and(Err(Error::from(ErrorKind::StorageFull)));
            written.map_err(|error| cache.failed(error))
        });
        assert!(matches!(error, Err(DataError::Cache { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(cache.map(&key, 3).is_none());
    }
}
