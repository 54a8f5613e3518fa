//! Writing text: an endless iterator of character ids.
//!
//! Knows nothing of vocabularies or printing; it can be stopped after any character.

use crate::reader::Reader;
use crate::{CharLm, Sampling};
use rand::Rng;

/// Yields the characters that follow a prompt.
pub struct Generator<'a, R> {
    reader: Reader<'a>,
    memory: Memory,
    sampling: Sampling,
    rng: R,
}

/// How the text so far reaches the network.
enum Memory {
    /// The network's state stands for all characters but the last: O(1) work a character,
    /// however long the text.
    Carried { unread: Vec<u32> },
    /// The last characters, read again from a zero state for every new one: what a network that
    /// was trained on windows of that length has always seen.
    Window { characters: Vec<u32>, length: usize },
}

impl<'a, R: Rng> Generator<'a, R> {
    /// Generation after `prompt` on one core of the CPU, wherever the weights are, in one of two
    /// ways.
    ///
    /// With `window` 0 the hidden state is carried from character to character. Otherwise each
    /// character is predicted in the tutorial's way, from the last `window` characters (fewer at
    /// the start) read from a zero state.
    ///
    /// # Panics
    /// When `prompt` is empty or holds an id that the network does not know.
    pub fn new(model: &CharLm, prompt: &[u32], window: usize, sampling: Sampling, rng: R) -> Self {
        Self::with(Reader::packed(model), prompt, window, sampling, rng)
    }

    /// The same on the device of the weights.
    ///
    /// # Panics
    /// As [`Generator::new`].
    pub fn on_device(
        model: &'a CharLm,
        prompt: &[u32],
        window: usize,
        sampling: Sampling,
        rng: R,
    ) -> Self {
        Self::with(Reader::tensors(model), prompt, window, sampling, rng)
    }

    fn with(reader: Reader<'a>, prompt: &[u32], window: usize, sampling: Sampling, rng: R) -> Self {
        assert!(!prompt.is_empty(), "a prompt of no characters");
        let text = prompt.to_vec();
        let memory = if window > 0 {
            Memory::Window { characters: text, length: window }
        } else {
            Memory::Carried { unread: text }
        };
        Self { reader, memory, sampling, rng }
    }

    /// Logits of the next character, `[V]`, on the host.
    fn logits(&mut self) -> Vec<f32> {
        match &mut self.memory {
            Memory::Carried { unread } => {
                let logits = self.reader.read(unread);
                unread.clear();
                logits
            }
            Memory::Window { characters, length } => {
                let start = characters.len().saturating_sub(*length);
                characters.drain(..start);
                self.reader.forget();
                self.reader.read(characters)
            }
        }
    }
}

impl<R: Rng> Iterator for Generator<'_, R> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let logits = self.logits();
        let id = self.sampling.choose(&logits, &mut self.rng);
        match &mut self.memory {
            Memory::Carried { unread: text } | Memory::Window { characters: text, .. } => {
                text.push(id);
            }
        }
        Some(id)
    }
}
