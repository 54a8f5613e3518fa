//! The bytes of one text, unpacked, a chunk at a time and as often as they are needed.
//!
//! Nothing here holds a whole file: what is decoded twice is read twice.

use crate::TextError;
use crate::bytes::formats::is_gzip;
use flate2::read::MultiGzDecoder;
use std::fmt;
use std::io::{ErrorKind, Read};

/// Bytes that are handed out at a time.
const CHUNK: usize = 1 << 16;
/// Bytes at the beginning that tell what a file is.
const HEAD: usize = 4096;

/// Bytes that can be read from their beginning as often as needed.
pub trait ByteSource: fmt::Debug + Send + Sync {
    /// A reader that stands at the beginning.
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
    /// What to call it in messages.
    pub name: String,
    bytes: Box<dyn ByteSource>,
    /// Whether it is unpacked from a `.gz` file: a small one can hold terabytes of zeros.
    pub(crate) unpacked: bool,
    /// How it begins.
    pub(crate) head: Vec<u8>,
    /// More bytes than these are an error.
    pub(crate) max_bytes: u64,
}

impl Content {
    /// The bytes of a text called `name`, of which there may be `max_bytes`.
    ///
    /// # Errors
    /// When the beginning cannot be read.
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

    /// All of it, from the beginning.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) fn chunks(&self) -> Result<Chunks<'_>, TextError> {
        let raw = self.bytes.open().map_err(|source| self.unreadable(source))?;
        let from: Box<dyn Read + '_> =
            if self.unpacked { Box::new(MultiGzDecoder::new(raw)) } else { raw };
        // One byte more, to see that there is more.
        let from = from.take(self.max_bytes.saturating_add(1));
        Ok(Chunks { content: self, from, buffer: Vec::new(), read: 0 })
    }

    /// The error of a read that failed.
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

/// A walk through a [`Content`].
pub(crate) struct Chunks<'a> {
    content: &'a Content,
    from: std::io::Take<Box<dyn Read + 'a>>,
    buffer: Vec<u8>,
    /// Bytes handed out so far.
    pub(crate) read: u64,
}

impl Chunks<'_> {
    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// When they cannot be read or unpacked, or are more than allowed.
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
