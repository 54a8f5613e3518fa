//! What rank 0 tells the others.

use charnn_mpi::{Communicator, receive, send};

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Order {
    /// Continue from this checkpoint, packed.
    Load(Vec<u8>),
    /// Make the step after `done` steps with this learning rate.
    Step { done: u64, rate: f64 },
    /// Training has ended.
    End,
}

const LOAD: u64 = 1;
const STEP: u64 = 2;
const END: u64 = 3;

impl Order {
    /// Tells the other ranks, which wait in [`Order::receive`].
    pub(crate) fn send(&self, ranks: &dyn Communicator) {
        let (kind, done, rate) = match self {
            Self::Load(_) => (LOAD, 0, 0),
            Self::Step { done, rate } => (STEP, *done, rate.to_bits()),
            Self::End => (END, 0, 0),
        };
        let mut words: Vec<u8> =
            [kind, done, rate].into_iter().flat_map(u64::to_le_bytes).collect();
        ranks.broadcast(&mut words);
        if let Self::Load(packed) = self {
            send(ranks, packed);
        }
    }

    /// Waits for the next order.
    pub(crate) fn receive(ranks: &dyn Communicator) -> Self {
        let mut words = [0; 24];
        ranks.broadcast(&mut words);
        let words = words.as_chunks::<8>().0;
        match u64::from_le_bytes(words[0]) {
            LOAD => Self::Load(receive(ranks)),
            STEP => Self::Step {
                done: u64::from_le_bytes(words[1]),
                rate: f64::from_bits(u64::from_le_bytes(words[2])),
            },
            _ => Self::End,
        }
    }
}
