//! Writing text: an endless iterator of character ids.
//!
//! Knows nothing of vocabularies or printing; it can be stopped after any character.

use crate::weights::read;
use crate::{CharLm, ModelState, Sampling};
use burn::tensor::{Int, Tensor};
use rand::Rng;

/// Yields the characters that follow a prompt.
pub struct Generator<'a, R> {
    model: &'a CharLm,
    memory: Memory,
    sampling: Sampling,
    rng: R,
}

/// What the network knows of the text so far.
enum Memory {
    /// The state after all characters but the last, and that last one: O(1) work a character,
    /// however long the text.
    Carried { state: ModelState, unread: Vec<u32> },
    /// The last characters, read again from a zero state for every new one: what a network that
    /// was trained on windows of that length has always seen.
    Window { characters: Vec<u32>, length: usize },
}

impl<'a, R: Rng> Generator<'a, R> {
    /// Generation after `prompt`, in one of two ways.
    ///
    /// With `window` 0 the hidden state is carried from character to character. Otherwise each
    /// character is predicted in the tutorial's way, from the last `window` characters (fewer at
    /// the start) read from a zero state.
    ///
    /// # Panics
    /// When `prompt` is empty or holds an id that the network does not know.
    pub fn new(
        model: &'a CharLm,
        prompt: &[u32],
        window: usize,
        sampling: Sampling,
        rng: R,
    ) -> Self {
        assert!(!prompt.is_empty(), "a prompt of no characters");
        let text = prompt.to_vec();
        let memory = if window > 0 {
            Memory::Window { characters: text, length: window }
        } else {
            let state = ModelState::zeros(&model.config(), 1, &model.device());
            Memory::Carried { state, unread: text }
        };
        Self { model, memory, sampling, rng }
    }

    /// Logits of the next character, `[V]`, on the host.
    fn logits(&mut self) -> Vec<f32> {
        let logits = match &mut self.memory {
            Memory::Carried { state, unread } => {
                let ids = std::mem::take(unread);
                let (logits, after) = self.model.predict(one_lane(self.model, &ids), state.clone());
                *state = after;
                logits
            }
            Memory::Window { characters, length } => {
                let start = characters.len().saturating_sub(*length);
                characters.drain(..start);
                let state = ModelState::zeros(&self.model.config(), 1, &self.model.device());
                self.model.predict(one_lane(self.model, characters), state).0
            }
        };
        read(logits.flatten(0, 1)) // [1, V]
    }
}

impl<R: Rng> Iterator for Generator<'_, R> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let logits = self.logits();
        let id = self.sampling.choose(&logits, &mut self.rng);
        match &mut self.memory {
            Memory::Carried { unread: text, .. } | Memory::Window { characters: text, .. } => {
                text.push(id);
            }
        }
        Some(id)
    }
}

/// `ids` as a batch of one lane, `[T, 1]`.
fn one_lane(model: &CharLm, ids: &[u32]) -> Tensor<2, Int> {
    let ids: Vec<i32> = ids.iter().map(|id| id.cast_signed()).collect();
    Tensor::<1, Int>::from_data(&ids[..], &model.device()).unsqueeze_dim(1) // [T, 1]
}
