//! What training needs of a library for communication.

use crate::pairwise;

/// One of several processes that call the same operations in the same order. Each operation returns when
/// this process has what it needs from the others.
pub trait Communicator {
    /// The number of this process, from 0.
    fn rank(&self) -> usize;

    /// The number of processes.
    fn size(&self) -> usize;

    /// Sends part `r` of `own` to rank `r`, and puts what rank `r` sent into part `r` of `received`. Both
    /// are cut into [`Communicator::size`] parts of equal length.
    ///
    /// # Panics
    /// When the lengths differ or are no multiple of the number of ranks.
    fn all_to_all(&self, own: &[f32], received: &mut [f32]);

    /// Puts `own` of rank `r` into part `r` of `received`, on all ranks.
    ///
    /// # Panics
    /// When `received` has not the length of `own` times the number of ranks.
    fn all_gather(&self, own: &[f32], received: &mut [f32]);

    /// Replaces `bytes` by those of rank 0. Ranks that wait for a long time leave their core to others.
    fn broadcast(&self, bytes: &mut [u8]);
}

/// Replaces `numbers` on all ranks by their sums over the ranks, added as [`pairwise`] does. Every number is
/// added on one rank, in an order that depends on nothing but the number of ranks.
pub fn sum(ranks: &dyn Communicator, numbers: &mut Vec<f32>) {
    let (size, count) = (ranks.size(), numbers.len());
    let part = count.div_ceil(size).max(1);
    numbers.resize(part * size, 0.0);
    let mut received = vec![0.0; part * size];
    ranks.all_to_all(numbers, &mut received);
    let parts = received.chunks_exact_mut(part);
    let own = pairwise(parts, |sum, other| {
        sum.iter_mut().zip(&*other).for_each(|(sum, other)| *sum += other);
        sum
    });
    ranks.all_gather(own.expect("a part of each rank"), numbers);
    numbers.truncate(count);
}

/// Sends `bytes` from rank 0 to all others, which call [`receive`].
pub fn send(ranks: &dyn Communicator, bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    ranks.broadcast(&mut (bytes.len() as u64).to_le_bytes());
    ranks.broadcast(&mut bytes);
}

/// What rank 0 sent.
pub fn receive(ranks: &dyn Communicator) -> Vec<u8> {
    let mut length = [0; 8];
    ranks.broadcast(&mut length);
    let length = usize::try_from(u64::from_le_bytes(length)).expect("it fits the memory of rank 0");
    let mut bytes = vec![0; length];
    ranks.broadcast(&mut bytes);
    bytes
}
