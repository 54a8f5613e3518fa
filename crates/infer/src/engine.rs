//! A network, ready to run on the CPU.

use crate::State;
use charnn_bundle::{Architecture, Bundle, OnUnknown, Vocabulary};
use charnn_cpu::{PackedNetwork, PackedState, Precision};
use std::sync::Arc;

/// A network packed for the CPU, with its vocabulary.
///
/// Cloning is cheap: clones share the weights. An engine can be used from many threads at once.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    architecture: Architecture,
    vocabulary: Vocabulary,
    network: PackedNetwork,
    primer: Vec<u16>,
}

impl Engine {
    /// Packs a network with f32 weights.
    pub fn new(bundle: &Bundle) -> Self {
        Self::with_precision(bundle, Precision::F32)
    }

    /// Packs a network with weights of this precision. [`Precision::Bf16`] halves the memory and is up
    /// to twice as fast for a few texts; the texts may differ.
    pub fn with_precision(bundle: &Bundle, precision: Precision) -> Self {
        let shared = Shared {
            architecture: bundle.architecture(),
            vocabulary: bundle.vocabulary().clone(),
            network: PackedNetwork::new(bundle, precision),
            primer: primer_ids(bundle.vocabulary(), bundle.primer()),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The cell and the sizes of the network.
    pub fn architecture(&self) -> Architecture {
        self.shared.architecture
    }

    /// The symbols that the network reads and writes.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.shared.vocabulary
    }

    /// The symbols to read before a text without a beginning of its own, see [`Bundle::with_primer`].
    pub fn primer(&self) -> &[u16] {
        &self.shared.primer
    }

    /// The state before the first symbol.
    pub fn start(&self) -> State {
        State::new(self.clone())
    }

    /// The packed state before the first symbol of `rows` texts.
    pub(crate) fn start_rows(&self, rows: usize) -> PackedState {
        self.network().start(rows)
    }

    pub(crate) fn network(&self) -> &PackedNetwork {
        &self.shared.network
    }
}

/// A primer as ids. Characters that the vocabulary lacks become its unknown symbol or are left out.
pub fn primer_ids(vocabulary: &Vocabulary, primer: &str) -> Vec<u16> {
    let ids = vocabulary.encode_with(primer, OnUnknown::Unknown);
    ids.or_else(|_| vocabulary.encode_with(primer, OnUnknown::Skip)).unwrap_or_default()
}
