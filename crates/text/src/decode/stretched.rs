//! Decodes a file whose stretches may have different encodings.

use crate::Encoding;
use crate::decode::byte_decoder::{ByteDecoder, Unit};
use crate::detect::stretches::Stretch;
use crate::encoding::codec::Codec;

/// Decodes each stretch of a file by its own encoding.
pub(crate) struct StretchDecoder {
    current: ByteDecoder,
    /// Where the current stretch ends.
    end: u64,
    offset: u64,
    /// The encodings of the following stretches, with their ends.
    following: std::vec::IntoIter<(Encoding, u64)>,
}

impl StretchDecoder {
    /// Decodes a file by `encoding`, or by those of its stretches, if there are any.
    pub(crate) fn new(encoding: Encoding, stretches: &[Stretch]) -> Self {
        let end = |it: &Stretch| (it.encoding, it.first.byte + it.bytes);
        let mut following = stretches.iter().map(end).collect::<Vec<_>>().into_iter();
        let (encoding, end) = following.next().unwrap_or((encoding, u64::MAX));
        Self { current: ByteDecoder::new(Codec::new(encoding)), end, offset: 0, following }
    }

    /// Skips `bytes` of the file that are not text.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.offset += bytes as u64;
        self.current.skip(bytes);
        self.next_stretch();
    }

    /// Decodes the next `bytes` of the file (`last` if they are the last ones) and passes on the units.
    pub(crate) fn push(&mut self, bytes: &[u8], last: bool, mut sink: impl FnMut(Unit)) {
        let mut rest = bytes;
        loop {
            let left = usize::try_from(self.end - self.offset).unwrap_or(usize::MAX);
            if rest.len() < left {
                self.offset += rest.len() as u64;
                return self.current.push(rest, last, sink);
            }
            let (part, after) = rest.split_at(left);
            self.current.push(part, true, &mut sink);
            self.offset += left as u64;
            rest = after;
            if !self.next_stretch() {
                return;
            }
        }
    }

    /// Goes to the stretch of the next byte, unless the current one has it.
    fn next_stretch(&mut self) -> bool {
        while self.offset >= self.end {
            let Some((encoding, end)) = self.following.next() else { return false };
            self.end = end;
            self.current = ByteDecoder::new(Codec::new(encoding));
            self.current.skip(usize::try_from(self.offset).unwrap_or(usize::MAX));
        }
        true
    }
}
