//! A small network with large random weights.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses a part; one that cannot continue stops"
)]

use charnn_bundle::{
    Architecture, Bundle, Cell, HostTensor, Provenance, Purpose, Seed, Vocabulary,
};
use rand::Rng;

/// Symbols.
pub(crate) const V: u16 = 11;

#[expect(clippy::cast_possible_truncation, reason = "random weights may be rounded")]
pub(crate) fn bundle(cell: Cell, tie_weights: bool, layer_norm: bool) -> Bundle {
    let architecture = Architecture {
        cell,
        embedding_dim: if tie_weights { 21 } else { 5 },
        hidden_size: 21,
        num_layers: 2,
        tie_weights,
        layer_norm,
    };
    let vocabulary = Vocabulary::of_characters(('a'..).take(usize::from(V)), false).unwrap();
    let mut rng = Seed(1).rng(Purpose::Weights, 0);
    let tensors = architecture.tensors(vocabulary.len()).map(|(name, shape)| {
        let mut tensor = HostTensor::zeros(name, shape);
        tensor.values.fill_with(|| (f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5) as f32);
        tensor
    });
    Bundle::new(architecture, vocabulary, tensors.collect(), Provenance::default()).unwrap()
}

/// A text that looks random.
pub(crate) fn ids(length: usize) -> Vec<u16> {
    let mut rng = Seed(2).rng(Purpose::Sample, 0);
    (0..length).map(|_| u16::try_from(rng.next_u32() % u32::from(V)).unwrap()).collect()
}
