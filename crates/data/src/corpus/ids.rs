//! A text as ids, in memory or in a mapped file.

use memmap2::Mmap;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The ids of a text, as a slice.
#[derive(Clone)]
pub struct Ids(Kind);

#[derive(Clone)]
enum Kind {
    Held(Arc<[u16]>),
    /// In a file, from the given byte.
    Mapped(Arc<Mmap>, usize),
}

impl Ids {
    /// The ids in a cache file from byte `start`, which is even.
    pub(crate) fn mapped(map: Mmap, start: usize) -> Self {
        if cfg!(target_endian = "big") {
            let pairs = map[start..].chunks_exact(2);
            return pairs.map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        }
        Self(Kind::Mapped(Arc::new(map), start))
    }
}

impl Deref for Ids {
    type Target = [u16];

    fn deref(&self) -> &[u16] {
        match &self.0 {
            Kind::Held(ids) => ids,
            // A mapping starts at a page, so an even offset is aligned.
            Kind::Mapped(map, start) => bytemuck::cast_slice(&map[*start..]),
        }
    }
}

impl From<Vec<u16>> for Ids {
    fn from(ids: Vec<u16>) -> Self {
        Self(Kind::Held(ids.into()))
    }
}

impl FromIterator<u16> for Ids {
    fn from_iter<I: IntoIterator<Item = u16>>(ids: I) -> Self {
        Self(Kind::Held(ids.into_iter().collect()))
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ids", self.len())
    }
}
