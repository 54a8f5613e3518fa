//! The sizes of a network and the tensors that follow from them.

use crate::Cell;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a network looks like, apart from its vocabulary and its weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// The cell of every layer.
    pub cell: Cell,
    /// `E`: numbers of a symbol's embedding.
    #[schemars(range(min = 1, max = 65_536))]
    pub embedding_dim: usize,
    /// `H`: hidden units of each layer.
    #[schemars(range(min = 1, max = 65_536))]
    pub hidden_size: usize,
    /// `L`: recurrent layers, each reading the one below.
    #[schemars(range(min = 1, max = 64))]
    pub num_layers: usize,
    /// Whether the head multiplies by the transposed embedding (Press and Wolf 2016). Needs `E` = `H`.
    pub tie_weights: bool,
    /// Whether the output of every recurrent layer is normalized (Ba et al. 2016).
    pub layer_norm: bool,
}

impl Architecture {
    /// The largest `E` and `H`.
    pub const MAX_SIZE: usize = 65_536;
    /// The largest `L`.
    pub const MAX_LAYERS: usize = 64;

    /// The name and shape of every weight tensor of a network with `vocabulary_size` symbols, lowest
    /// layer first. These names are the ones in files.
    ///
    /// | name | shape | |
    /// |---|---|---|
    /// | `embedding` | `[V, E]` | |
    /// | `layers.i.kernel` | `[E or H, G·H]` | from the layer's input |
    /// | `layers.i.recurrent_kernel` | `[H, G·H]` | see [`Cell::has_recurrent_kernel`] |
    /// | `layers.i.bias` | `[G·H]` | |
    /// | `layers.i.recurrent_bias` | `[G·H]` | see [`Cell::has_recurrent_bias`] |
    /// | `layers.i.norm.gain`, `layers.i.norm.bias` | `[H]` | with `layer_norm` |
    /// | `head.kernel` | `[H, V]` | unless `tie_weights` |
    /// | `head.bias` | `[V]` | |
    pub fn tensors(self, vocabulary_size: usize) -> impl Iterator<Item = (String, Vec<usize>)> {
        let (v, e, h) = (vocabulary_size, self.embedding_dim, self.hidden_size);
        let width = self.cell.gates().saturating_mul(h);
        let layers = (0..self.num_layers).flat_map(move |index| {
            let inputs = if index == 0 { e } else { h };
            let tensors = [
                Some(("kernel", vec![inputs, width])),
                self.cell.has_recurrent_kernel().then(|| ("recurrent_kernel", vec![h, width])),
                Some(("bias", vec![width])),
                self.cell.has_recurrent_bias().then(|| ("recurrent_bias", vec![width])),
                self.layer_norm.then(|| ("norm.gain", vec![h])),
                self.layer_norm.then(|| ("norm.bias", vec![h])),
            ];
            let named = move |(name, shape)| (format!("layers.{index}.{name}"), shape);
            tensors.into_iter().flatten().map(named)
        });
        let kernel = (!self.tie_weights).then(|| ("head.kernel".to_owned(), vec![h, v]));
        std::iter::once(("embedding".to_owned(), vec![v, e]))
            .chain(layers)
            .chain(kernel)
            .chain([("head.bias".to_owned(), vec![v])])
    }

    /// The number of parameters of a network with `vocabulary_size` symbols; [`usize::MAX`] if it
    /// overflows.
    pub fn parameter_count(self, vocabulary_size: usize) -> usize {
        let sizes = self
            .tensors(vocabulary_size)
            .map(|(_, shape)| shape.into_iter().fold(1, usize::saturating_mul));
        sizes.fold(0, usize::saturating_add)
    }

    /// Why no network can have these sizes, in English; `None` if one can.
    pub(crate) fn problem(self) -> Option<String> {
        let sizes = 1..=Self::MAX_SIZE;
        if !sizes.contains(&self.embedding_dim) || !sizes.contains(&self.hidden_size) {
            return Some(format!("sizes must be 1 to {}", Self::MAX_SIZE));
        }
        if !(1..=Self::MAX_LAYERS).contains(&self.num_layers) {
            return Some(format!("num_layers must be 1 to {}", Self::MAX_LAYERS));
        }
        if self.tie_weights && self.embedding_dim != self.hidden_size {
            return Some("tie_weights needs embedding_dim = hidden_size".into());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn architecture(cell: Cell) -> Architecture {
        Architecture {
            cell,
            embedding_dim: 5,
            hidden_size: 7,
            num_layers: 2,
            tie_weights: false,
            layer_norm: false,
        }
    }

    #[test]
    fn parameters_are_counted_by_hand() {
        // V = 11. Embedding 55, head 77 + 11.
        let rest = 55 + 88;
        // A layer: kernel, recurrent kernel, bias.
        assert_eq!(architecture(Cell::Rnn).parameter_count(11), rest + 91 + 105);
        assert_eq!(architecture(Cell::Lstm).parameter_count(11), rest + 4 * (91 + 105));
        // The GRU has a second bias.
        let gru = architecture(Cell::Gru);
        assert_eq!(gru.parameter_count(11), rest + 3 * (91 + 105) + 2 * 21);
        // The minimal GRU has two gates and no recurrent kernel; its second layer reads 7 units.
        let min_gru = architecture(Cell::MinGru);
        assert_eq!(min_gru.parameter_count(11), rest + 2 * (5 * 7 + 7) + 2 * (7 * 7 + 7));
        let normed = Architecture { layer_norm: true, ..gru };
        assert_eq!(normed.parameter_count(11) - gru.parameter_count(11), 2 * 2 * 7);
        let tied = Architecture { tie_weights: true, embedding_dim: 7, ..gru };
        let untied = Architecture { embedding_dim: 7, ..gru };
        assert_eq!(untied.parameter_count(11) - tied.parameter_count(11), 77);
    }

    #[test]
    fn names_are_in_the_order_of_the_layers() {
        let tied = Architecture {
            tie_weights: true,
            layer_norm: true,
            num_layers: 1,
            ..architecture(Cell::Gru)
        };
        let names: Vec<String> = tied.tensors(11).map(|(name, _)| name).collect();
        assert_eq!(
            names.join(" "),
            "embedding layers.0.kernel layers.0.recurrent_kernel \
            layers.0.bias layers.0.recurrent_bias layers.0.norm.gain layers.0.norm.bias head.bias"
        );
    }

    #[test]
    fn absurd_sizes_neither_overflow_nor_pass() {
        let absurd = Architecture { hidden_size: usize::MAX, ..architecture(Cell::Gru) };
        assert_eq!(absurd.parameter_count(usize::MAX), usize::MAX);
        assert!(absurd.problem().is_some());
        assert!(Architecture { num_layers: 0, ..architecture(Cell::Gru) }.problem().is_some());
        assert!(Architecture { tie_weights: true, ..architecture(Cell::Gru) }.problem().is_some());
        assert_eq!(architecture(Cell::Gru).problem(), None);
    }
}
