//! The same weights in another order.
//!
//! charnn's kernels are `[inputs, G·H]`, with the gates in Keras' order. A list of `gates` says for each gate of
//! the other program which of charnn's it is.

use charnn_bundle::HostTensor;

/// The most symbols of a network that reads one-hot vectors: their embedding is a square matrix.
const MOST_ONE_HOT: usize = 4096;

/// `[inputs, G·H]` as `[G·H, inputs]`, with the gates of the other program.
pub(crate) fn to_rows(values: &[f32], inputs: usize, gates: &[usize], h: usize) -> Vec<f32> {
    let width = gates.len() * h;
    let mut rows = Vec::with_capacity(values.len());
    for gate in gates {
        for column in gate * h..(gate + 1) * h {
            rows.extend((0..inputs).map(|input| values[input * width + column]));
        }
    }
    rows
}

/// `[G·H, inputs]` as `[inputs, G·H]`. The list of gates must be its own inverse.
pub(crate) fn to_columns(values: &[f32], inputs: usize, gates: &[usize], h: usize) -> Vec<f32> {
    let mut columns = Vec::with_capacity(values.len());
    for input in 0..inputs {
        for gate in gates {
            columns.extend((gate * h..(gate + 1) * h).map(|row| values[row * inputs + input]));
        }
    }
    columns
}

/// `[rows, columns]` as `[columns, rows]`.
pub(crate) fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let column = |column: usize| (0..rows).map(move |row| values[row * columns + column]);
    (0..columns).flat_map(column).collect()
}

/// Rows of `width` numbers in the order of charnn's ids; `ids` maps the rows of the other program to them.
pub(crate) fn sorted_rows(values: &[f32], width: usize, ids: &[u16]) -> Vec<f32> {
    let mut sorted = vec![0.0; values.len()];
    for (row, &id) in values.chunks_exact(width).zip(ids) {
        sorted[usize::from(id) * width..][..width].copy_from_slice(row);
    }
    sorted
}

/// The embedding of a network whose first layer reads one-hot vectors of `v` symbols, as `inputs` numbers.
pub(crate) fn one_hot(inputs: usize, v: usize) -> Option<HostTensor> {
    (inputs == v && v <= MOST_ONE_HOT).then(|| {
        let mut embedding = HostTensor::zeros("embedding", vec![v, v]);
        embedding.values.iter_mut().step_by(v + 1).for_each(|diagonal| *diagonal = 1.0);
        embedding
    })
}
