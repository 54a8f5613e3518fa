//! The bytes of one text, unpacked, in chunks, readable repeatedly.
//!
//! No file is held in memory as a whole: what is decoded twice is read twice.

use crate::TextError;
use crate::bytes::formats::is_gzip;
use flate2::read::MultiGzDecoder;
use std::fmt;
use std::io::{ErrorKind, Read};

/// Bytes per chunk.
const CHUNK: usize = 1 << 16;
/// Bytes at the start that identify the format of a file.
const HEAD: usize = 4096;

/// Bytes that can be read repeatedly from the start.
pub trait ByteSource: fmt::Debug + Send + Sync {
    /// A reader at the start.
    ///
    /// # Errors
    /// When the bytes cannot be opened.
    fn open(&self) -> std::io::Result<Box<dyn Read + '_>>;
}

impl ByteSource for Vec<u8> {
    fn open(&self) -> std::io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(&self[..]))
    }
}

/// The bytes of one text, after `.gz` is unpacked.
#[derive(Debug)]
pub struct Content {
    /// Its name in messages.
    pub name: String,
    bytes: Box<dyn ByteSource>,
    /// Whether it is unpacked from a `.gz` file, which may be small and hold terabytes of zeros.
    pub(crate) unpacked: bool,
    /// Its first bytes.
    pub(crate) head: Vec<u8>,
    /// The largest permitted number of bytes.
    pub(crate) max_bytes: u64,
}

impl Content {
    /// The bytes of a text called `name`, at most `max_bytes`.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn new(
        name: String,
        bytes: impl ByteSource + 'static,
        max_bytes: u64,
    ) -> Result<Self, TextError> {
        let bytes = Box::new(bytes);
        let mut content = Self { name, bytes, unpacked: false, head: Vec::new(), max_bytes };
        content.head = content.first(HEAD)?;
        if is_gzip(&content.head) {
            content.unpacked = true;
            content.head = content.first(HEAD)?;
        }
        Ok(content)
    }

    /// Reads all of it from the start.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) fn chunks(&self) -> Result<Chunks<'_>, TextError> {
        let raw = self.bytes.open().map_err(|source| self.unreadable(source))?;
        let from: Box<dyn Read + '_> =
            if self.unpacked { Box::new(MultiGzDecoder::new(raw)) } else { raw };
        // One byte more, to notice that there is more.
        let from = from.take(self.max_bytes.saturating_add(1));
        Ok(Chunks { content: self, from, buffer: Vec::new(), read: 0 })
    }

    /// The error for a failed read.
    fn unreadable(&self, source: std::io::Error) -> TextError {
        TextError::Read { name: self.name.clone(), source }
    }

    /// The first `most` bytes, or all if there are fewer.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn first(&self, most: usize) -> Result<Vec<u8>, TextError> {
        let mut first = Vec::new();
        let mut chunks = self.chunks()?;
        while first.len() < most
            && let Some(chunk) = chunks.next()?
        {
            first.extend_from_slice(chunk);
        }
        first.truncate(most);
        Ok(first)
    }
}

/// Reads a [`Content`] in chunks.
pub(crate) struct Chunks<'a> {
    content: &'a Content,
    from: std::io::Take<Box<dyn Read + 'a>>,
    buffer: Vec<u8>,
    /// Bytes returned so far.
    pub(crate) read: u64,
}

impl Chunks<'_> {
    /// The next bytes; empty at the end.
    ///
    /// # Errors
    /// When they cannot be read or unpacked, or exceed the limit.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>, TextError> {
        self.buffer.resize(CHUNK, 0);
        let mut filled = 0;
        while filled < CHUNK {
            match self.from.read(&mut self.buffer[filled..]) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(error, filled as u64)),
            }
        }
        self.read += filled as u64;
        let Content { name, max_bytes, .. } = self.content;
        if self.read > *max_bytes {
            return Err(TextError::TooLarge { name: name.clone(), max_bytes: *max_bytes });
        }
        Ok((filled > 0).then_some(&self.buffer[..filled]))
    }

    fn failed(&self, error: std::io::Error, filled: u64) -> TextError {
        if !self.content.unpacked {
            return self.content.unreadable(error);
        }
        TextError::DamagedGzip {
            name: self.content.name.clone(),
            bytes: self.read + filled,
            problem: error.to_string(),
        }
    }
}
