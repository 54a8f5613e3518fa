//! Networks with random weights, and what they compute.

use charnn_bundle::{
    Architecture, Bundle, Cell, HostTensor, Provenance, Purpose, Seed, Vocabulary,
};
use charnn_infer::Engine;
use rand::Rng;

/// The symbols of every network here; the last is the unknown symbol.
pub(crate) const SYMBOLS: &str = "abcd爱\n\"e\u{FFFD}";

/// A network of 6 units with random weights, the same for the same arguments.
pub(crate) fn network(
    cell: Cell,
    num_layers: usize,
    tie_weights: bool,
    layer_norm: bool,
) -> Bundle {
    let architecture = Architecture {
        cell,
        embedding_dim: if tie_weights { 6 } else { 4 },
        hidden_size: 6,
        num_layers,
        tie_weights,
        layer_norm,
    };
    let vocabulary = Vocabulary::of_characters(SYMBOLS.chars(), true).unwrap();
    let mut rng = Seed(1).rng(Purpose::Weights, 0);
    let tensors = architecture.tensors(vocabulary.len()).map(|(name, shape)| {
        let mut tensor = HostTensor::zeros(name, shape);
        tensor.values.fill_with(|| rng.next_u32() as f32 / 2_147_483_648.0 - 1.0);
        tensor
    });
    let provenance = Provenance { program: Some("charnn".into()), ..Provenance::default() };
    let bundle = Bundle::new(architecture, vocabulary, tensors.collect(), provenance).unwrap();
    bundle.with_primer("ab爱\n".into())
}

/// The logits after each symbol of a text, which starts from a state of zeros.
pub(crate) fn logits(bundle: &Bundle, text: &[String]) -> Vec<Vec<f32>> {
    let mut state = Engine::new(bundle).start();
    let after = |symbol: &String| {
        state.read(&[bundle.vocabulary().id_of(symbol).unwrap()]);
        state.logits().to_vec()
    };
    text.iter().map(after).collect()
}

/// The cells that other programs have.
pub(crate) const CELLS: [Cell; 3] = [Cell::Rnn, Cell::Gru, Cell::Lstm];
