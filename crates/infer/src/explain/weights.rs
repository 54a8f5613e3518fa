//! The weights of a network, by what they are for, and products with them in f64.

use charnn_bundle::{Bundle, Cell};

/// A network as slices of its tensors. Shapes are those of `charnn_bundle::Architecture::tensors`.
pub(super) struct Weights<'a> {
    pub(super) cell: Cell,
    /// `H`.
    pub(super) units: usize,
    /// `V`.
    symbols: usize,
    embedding: &'a [f32],
    pub(super) layers: Vec<LayerWeights<'a>>,
    /// `[H, V]`; `None` for the transposed embedding.
    head: Option<&'a [f32]>,
    head_bias: &'a [f32],
}

/// A recurrent layer. Tensors that its cell does not have are empty.
pub(super) struct LayerWeights<'a> {
    pub(super) kernel: &'a [f32],
    pub(super) bias: &'a [f32],
    pub(super) recurrent_kernel: &'a [f32],
    pub(super) recurrent_bias: &'a [f32],
    /// Gain and bias of the layer's norm.
    pub(super) norm: Option<(&'a [f32], &'a [f32])>,
}

impl<'a> Weights<'a> {
    pub(super) fn of(bundle: &'a Bundle) -> Self {
        let architecture = bundle.architecture();
        let get = |name: &str| bundle.tensor(name).unwrap_or_default();
        let layer = |index: usize| {
            let find = |name: &str| bundle.tensor(&format!("layers.{index}.{name}"));
            let get = |name: &str| find(name).unwrap_or_default();
            LayerWeights {
                kernel: get("kernel"),
                bias: get("bias"),
                recurrent_kernel: get("recurrent_kernel"),
                recurrent_bias: get("recurrent_bias"),
                norm: find("norm.gain").zip(find("norm.bias")),
            }
        };
        Self {
            cell: architecture.cell,
            units: architecture.hidden_size,
            symbols: bundle.vocabulary().len(),
            embedding: get("embedding"),
            layers: (0..architecture.num_layers).map(layer).collect(),
            head: bundle.tensor("head.kernel"),
            head_bias: get("head.bias"),
        }
    }

    /// `G·H`.
    pub(super) fn width(&self) -> usize {
        self.cell.gates() * self.units
    }

    /// The embedding of a symbol, `[E]`.
    pub(super) fn embedding(&self, id: u16) -> Vec<f64> {
        let size = self.embedding.len() / self.symbols;
        let row = &self.embedding[usize::from(id) * size..][..size];
        row.iter().copied().map(f64::from).collect()
    }

    /// The head's weight from a unit to a symbol.
    pub(super) fn head(&self, unit: usize, id: u16) -> f64 {
        let id = usize::from(id);
        f64::from(match self.head {
            Some(kernel) => kernel[unit * self.symbols + id],
            None => self.embedding[id * self.units + unit],
        })
    }

    /// The head's bias of a symbol.
    pub(super) fn head_bias(&self, id: u16) -> f64 {
        f64::from(self.head_bias[usize::from(id)])
    }

    /// The logits after `output`, `[H]`: `[V]`.
    pub(super) fn logits(&self, output: &[f64]) -> Vec<f64> {
        let mut logits = match self.head {
            Some(kernel) => product(output, kernel, self.symbols),
            None => transposed_product(self.embedding, output),
        };
        add(&mut logits, self.head_bias);
        logits
    }
}

/// `x` `[K]` · `kernel` `[K, N]`: `[N]`.
pub(super) fn product(x: &[f64], kernel: &[f32], width: usize) -> Vec<f64> {
    let mut sums = vec![0.0; width];
    for (x, row) in x.iter().zip(kernel.chunks_exact(width)) {
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += x * f64::from(*weight);
        }
    }
    sums
}

/// `kernel` `[K, N]` · `y` `[N]`: `[K]`.
pub(super) fn transposed_product(kernel: &[f32], y: &[f64]) -> Vec<f64> {
    let dot =
        |row: &[f32]| row.iter().zip(y).map(|(weight, y)| f64::from(*weight) * y).sum::<f64>();
    kernel.chunks_exact(y.len()).map(dot).collect()
}

/// Adds a bias, which may be empty.
pub(super) fn add(sums: &mut [f64], bias: &[f32]) {
    for (sum, bias) in sums.iter_mut().zip(bias) {
        *sum += f64::from(*bias);
    }
}
