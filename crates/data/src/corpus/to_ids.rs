//! A text as ids, in memory or in the cache.

use super::{Corpus, Text};
use crate::corpus::cache::Cache;
use crate::corpus::encoder::Encoder;
use crate::corpus::records::{reordered, starts};
use crate::{DataError, Ids, Purpose, Vocabulary};
use rand::seq::SliceRandom;
use std::io;

/// Takes ids in pieces.
pub(super) type IdSink<'a> = &'a mut dyn FnMut(&[u16]) -> io::Result<()>;

impl Corpus {
    /// The ids of its characters, in memory or, for a large text, in the cache. Characters outside the
    /// vocabulary become the unknown symbol.
    ///
    /// # Errors
    /// At the first character that is not in the vocabulary, if there is no unknown symbol; when a
    /// file has changed; when the cache cannot be written.
    pub fn ids(&self, vocabulary: &Vocabulary) -> Result<Ids, DataError> {
        let ids = self.ids_in_order(vocabulary)?;
        let order = self.division.as_ref().and_then(|division| division.order);
        let (Some(seed), Some(record)) = (order, vocabulary.record()) else { return Ok(ids) };
        let starts = starts(&ids, record);
        let records = u32::try_from(starts.len() - 1).expect("fewer records than ids in memory");
        let mut permutation: Vec<u32> = (0..records).collect();
        permutation.shuffle(&mut seed.rng(Purpose::Split, 0));
        self.stored(vocabulary, ids.len(), "in order of a seed", &mut |out| {
            out(&reordered(&ids, &starts, &permutation))
        })
    }

    /// Other `count` ids of this text, which depend on it, the vocabulary and `order` only: in memory or in the
    /// cache, as the text is. `fill` passes them on in pieces.
    pub(super) fn stored(
        &self,
        vocabulary: &Vocabulary,
        count: usize,
        order: &str,
        fill: &mut dyn FnMut(IdSink<'_>) -> io::Result<()>,
    ) -> Result<Ids, DataError> {
        let Text::InFiles { cache, .. } = &self.text else {
            let mut ids = Vec::with_capacity(count);
            let filled = fill(&mut |piece| {
                ids.extend_from_slice(piece);
                Ok(())
            });
            filled.expect("memory takes everything");
            return Ok(ids.into());
        };
        self.cached(cache, vocabulary, order, count, |out| {
            let mut bytes = Vec::new();
            let filled = fill(&mut |piece| {
                bytes.clear();
                bytes.extend(piece.iter().flat_map(|id| id.to_le_bytes()));
                out.write_all(&bytes)
            });
            filled.map_err(|error| cache.failed(error))
        })
    }

    fn ids_in_order(&self, vocabulary: &Vocabulary) -> Result<Ids, DataError> {
        self.check_unit(vocabulary)?;
        if vocabulary.unknown().is_none() {
            let unknown = self.lacking(vocabulary);
            if !unknown.is_empty() {
                return Err(DataError::OtherCharacters { name: self.name.clone(), unknown });
            }
        }
        let mut encoder = Encoder::new(vocabulary);
        let Text::InFiles { cache, .. } = &self.text else {
            let mut ids = Vec::with_capacity(self.symbols());
            self.pieces(&mut |piece| encoder.encode(piece, &mut |id| ids.push(id)))?;
            encoder.end(&mut |id| ids.push(id))?;
            return Ok(Ids::from(ids));
        };
        self.cached(cache, vocabulary, "", self.symbols(), |out| {
            let (mut written, mut bytes) = (Ok(()), Vec::new());
            self.pieces(&mut |piece| {
                bytes.clear();
                encoder.encode(piece, &mut |id| bytes.extend(id.to_le_bytes()));
                if written.is_ok() {
                    written = out.write_all(&bytes);
                }
            })?;
            bytes.clear();
            encoder.end(&mut |id| bytes.extend(id.to_le_bytes()))?;
            written.and_then(|()| out.write_all(&bytes)).map_err(|error| cache.failed(error))
        })
    }

    /// The `count` ids in the cache, which `fill` writes if they are not there. They depend on the text, the
    /// vocabulary and `order` only.
    fn cached(
        &self,
        cache: &Cache,
        vocabulary: &Vocabulary,
        order: &str,
        count: usize,
        fill: impl FnOnce(&mut dyn io::Write) -> Result<(), DataError>,
    ) -> Result<Ids, DataError> {
        let names = [self.fingerprint(), &vocabulary.fingerprint(), order].concat();
        let key = blake3::hash(names.as_bytes());
        if let Some(ids) = cache.map(&key, count) {
            return Ok(ids);
        }
        cache.write_ids(&key, count, fill)?;
        cache.map(&key, count).ok_or_else(|| cache.unusable())
    }
}
