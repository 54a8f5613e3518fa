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
/// A file of at most this many bytes is held in memory while it is read.
const HELD: usize = 1 << 16;

/// Bytes that can be read repeatedly from the start.
pub trait ByteSource: fmt::Debug + Send + Sync {
    /// A reader at the start.
    ///
    /// # Errors
    /// When the bytes cannot be opened.
    fn open(&self) -> std::io::Result<Box<dyn Read + '_>>;

    /// How many bytes there are, where that is known without reading them.
    fn length(&self) -> Option<u64> {
        None
    }
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
    /// Whether it is unpacked from a `.gz` file. A small one may contain terabytes of zeros.
    pub(crate) unpacked: bool,
    /// Its first bytes.
    pub(crate) head: Vec<u8>,
    /// All of it, where it is small: opening a file costs more than reading it.
    held: Option<Vec<u8>>,
    /// More bytes than these are an error.
    pub(crate) max_bytes: u64,
}

impl Content {
    /// The bytes of a text called `name`, at most `max_bytes`.
    ///
    /// # Errors
    /// When the beginning cannot be read, or the file is known to be too large.
    pub fn new(
        name: String,
        bytes: impl ByteSource + 'static,
        max_bytes: u64,
    ) -> Result<Self, TextError> {
        let bytes = Box::new(bytes);
        let mut content =
            Self { name, bytes, unpacked: false, head: Vec::new(), held: None, max_bytes };
        let mut first = content.first(HELD + 1)?;
        if is_gzip(&first) {
            content.unpacked = true;
            first = content.first(HELD + 1)?;
        } else if content.bytes.length().is_some_and(|length| length > max_bytes) {
            // A sparse file has its length without any content.
            return Err(TextError::TooLarge { name: content.name, max_bytes });
        }
        content.head = first[..first.len().min(HEAD)].to_vec();
        content.held = (first.len() <= HELD).then_some(first);
        Ok(content)
    }

    /// Frees the bytes held in memory, so that many small files do not fill it. They are read again when needed.
    pub fn release(&mut self) {
        self.held = None;
    }

    /// Whether all of it is held in memory.
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// All of it, where it is held.
    pub(crate) fn held(&self) -> Option<&[u8]> {
        self.held.as_deref()
    }

    /// All of it, from the beginning.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) fn chunks(&self) -> Result<Chunks<'_>, TextError> {
        let from: Box<dyn Read + '_> = if let Some(held) = &self.held {
            Box::new(&held[..])
        } else {
            let raw = self.bytes.open().map_err(|source| self.unreadable(source))?;
            if self.unpacked { Box::new(MultiGzDecoder::new(raw)) } else { raw }
        };
        // One byte more, to see that there is more.
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
        let most = self.content.held.as_ref().map_or(CHUNK, |held| held.len() + 1);
        self.buffer.resize(most.min(CHUNK), 0);
        let mut filled = 0;
        while filled < self.buffer.len() {
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
