//! Writing texts: the characters that follow a prompt, of one text or of many side by side.
//!
//! Knows nothing of vocabularies or printing; it can be stopped after any character.

use crate::reader::Reader;
use crate::{CharLm, Sampling};
use charnn_kernels::{Decoder, DeviceFault, side_by_side, threads};
use rand::Rng;
use std::sync::Arc;

/// Texts that one core writes in step. Weights are read once for all of them; more of them would
/// not fit its caches.
const MOST_LANES: usize = 64;

/// Writes the characters that follow a prompt.
///
/// There may be many texts, each with random numbers of its own. On the CPU a text does not depend
/// on those beside it, nor on the number of threads, to the last bit.
pub struct Generator<'a, R> {
    groups: Vec<Group<'a, R>>,
}

impl<'a, R: Rng + Send> Generator<'a, R> {
    /// A text for each of `rngs`, on the CPU: one text on one core, many on all of them. The network
    /// is packed once ([`CharLm::decoder`]), however many generators it is for.
    ///
    /// With `window` 0 the hidden state is carried from character to character. Otherwise each
    /// character is predicted in the tutorial's way, from the last `window` characters (fewer at
    /// the start) read from a zero state.
    ///
    /// # Panics
    /// When `prompt` is empty or holds an id that the network does not know.
    pub fn new(
        decoder: impl Into<Arc<Decoder>>,
        prompt: &[u16],
        window: usize,
        sampling: Sampling,
        rngs: impl IntoIterator<Item = R>,
    ) -> Self {
        let mut rngs: Vec<R> = rngs.into_iter().collect();
        let lanes = rngs.len().div_ceil(threads()).clamp(1, MOST_LANES);
        let decoder = decoder.into();
        let mut groups = Vec::new();
        while !rngs.is_empty() {
            let rest = rngs.split_off(rngs.len().min(lanes));
            let reader = Reader::packed(Arc::clone(&decoder), rngs.len());
            groups.push(Group::new(reader, prompt, window, sampling, rngs));
            rngs = rest;
        }
        Self { groups }
    }

    /// The same on the device of the weights, all texts in one batch. A device that sums batches
    /// of another size in another order may write another text.
    ///
    /// # Panics
    /// As [`Generator::new`].
    pub fn on_device(
        model: &'a CharLm,
        prompt: &[u16],
        window: usize,
        sampling: Sampling,
        rngs: impl IntoIterator<Item = R>,
    ) -> Self {
        let rngs: Vec<R> = rngs.into_iter().collect();
        let reader = Reader::tensors(model, rngs.len());
        Self { groups: vec![Group::new(reader, prompt, window, sampling, rngs)] }
    }

    /// The next `length` characters of every text.
    ///
    /// # Errors
    /// When the device fails. On the CPU none does.
    pub fn write(&mut self, length: usize) -> Result<Vec<Vec<u16>>, DeviceFault> {
        let written = side_by_side(&mut self.groups, |group| group.write(length));
        Ok(written.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
    }
}

/// Texts that are written in step, each a lane.
struct Group<'a, R> {
    reader: Reader<'a>,
    memory: Memory,
    sampling: Sampling,
    /// One a lane.
    rngs: Vec<R>,
}

/// How the texts so far reach the network; characters are time-major, `[T, lanes]`.
enum Memory {
    /// The network's state stands for all characters but the last: O(1) work a character,
    /// however long the text.
    Carried { unread: Vec<u16> },
    /// The last characters, read again from a zero state for every new one: what a network that
    /// was trained on windows of that length has always seen.
    Window { characters: Vec<u16>, length: usize },
}

impl<'a, R: Rng> Group<'a, R> {
    fn new(
        reader: Reader<'a>,
        prompt: &[u16],
        window: usize,
        sampling: Sampling,
        rngs: Vec<R>,
    ) -> Self {
        assert!(!prompt.is_empty(), "a prompt of no characters");
        let text = prompt.iter().flat_map(|&id| std::iter::repeat_n(id, rngs.len())).collect();
        let memory = if window > 0 {
            Memory::Window { characters: text, length: window }
        } else {
            Memory::Carried { unread: text }
        };
        Self { reader, memory, sampling, rngs }
    }

    /// Logits of every lane's next character, `[lanes, V]`, on the host.
    fn logits(&mut self) -> Result<Vec<f32>, DeviceFault> {
        match &mut self.memory {
            Memory::Carried { unread } => {
                let logits = self.reader.read(unread);
                unread.clear();
                logits
            }
            Memory::Window { characters, length } => {
                let start = characters.len().saturating_sub(*length * self.rngs.len());
                characters.drain(..start);
                self.reader.forget();
                self.reader.read(characters)
            }
        }
    }

    /// The next `length` characters of every lane.
    fn write(&mut self, length: usize) -> Result<Vec<Vec<u16>>, DeviceFault> {
        let mut written = vec![Vec::new(); self.rngs.len()];
        for _ in 0..length {
            let logits = self.logits()?;
            let (Memory::Carried { unread: text } | Memory::Window { characters: text, .. }) =
                &mut self.memory;
            let lanes = logits.chunks_exact(logits.len() / written.len());
            for ((logits, rng), written) in lanes.zip(&mut self.rngs).zip(&mut written) {
                let id = self.sampling.choose(logits, rng);
                written.push(id);
                text.push(id);
            }
        }
        Ok(written)
    }
}
