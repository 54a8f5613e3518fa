//! How threads share a batch: each owns some batch rows, for all time steps.

use crate::recurrence::sizes::Sizes;
use pulp::Simd;
use std::ops::Range;

/// Cuts `batch_size` rows into at most `parts` ranges whose lengths differ by one at most.
pub(crate) fn partition(batch_size: usize, parts: usize) -> Vec<Range<usize>> {
    let parts = parts.clamp(1, batch_size.max(1));
    (0..parts).map(|part| batch_size * part / parts..batch_size * (part + 1) / parts).collect()
}

/// Cuts a time-major buffer `[steps, B, width]` into `parts`: for each part its rows at every
/// step, `[rows of the part, width]`. An empty buffer gives no steps.
pub(crate) fn split<'a, T>(
    buffer: &'a mut [T],
    parts: &[Range<usize>],
    width: usize,
) -> Vec<Vec<&'a mut [T]>> {
    let batch_size = parts.last().map_or(0, |part| part.end);
    let mut split: Vec<Vec<&mut [T]>> = parts.iter().map(|_| Vec::new()).collect();
    for mut step in buffer.chunks_exact_mut((batch_size * width).max(1)) {
        for (part, rows) in parts.iter().zip(&mut split) {
            let (own, rest) = step.split_at_mut(part.len() * width);
            rows.push(own);
            step = rest;
        }
    }
    split
}

/// The rows of a part at a step of a buffer over all batch rows, `[rows, H]`; empty for an empty buffer.
pub(crate) fn rows_of<'a>(
    buffer: &'a [f32],
    sizes: Sizes,
    part: &Range<usize>,
    step: usize,
) -> &'a [f32] {
    if buffer.is_empty() {
        return buffer;
    }
    let first = step * sizes.batch_size;
    &buffer[(first + part.start) * sizes.units..(first + part.end) * sizes.units]
}

/// Hidden units `from..to` of a row, which a vector of sums covers.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    from: usize,
    to: usize,
}

impl Span {
    /// The vector number `index`, cut off at the layer's size.
    #[inline(always)]
    pub(crate) fn new<S: Simd>(index: usize, units: usize) -> Self {
        let from = index * S::F32_LANES;
        Self { from, to: units.min(from + S::F32_LANES) }
    }

    /// Reads from one gate's row, `[H]`.
    #[inline(always)]
    pub(crate) fn load<S: Simd>(self, simd: S, row: &[f32]) -> S::f32s {
        let values = &row[self.from..self.to];
        match S::as_simd_f32s(values).0.first() {
            Some(&vector) => vector,
            None => simd.partial_load_f32s(values),
        }
    }

    /// Writes to one gate's row, `[H]`.
    #[inline(always)]
    pub(crate) fn store<S: Simd>(self, simd: S, row: &mut [f32], vector: S::f32s) {
        let values = &mut row[self.from..self.to];
        match S::as_mut_simd_f32s(values).0.first_mut() {
            Some(whole) => *whole = vector,
            None => simd.partial_store_f32s(values, vector),
        }
    }
}

/// The rows of the gates of one batch row, `[N, H]` cut into `N` times `[H]`.
#[inline(always)]
pub(crate) fn by_gate<const N: usize, T>(row: &[T]) -> [&[T]; N] {
    let units = row.len() / N;
    std::array::from_fn(|gate| &row[gate * units..][..units])
}

/// The same, to be written to.
#[inline(always)]
pub(crate) fn by_gate_mut<const N: usize>(row: &mut [f32]) -> [&mut [f32]; N] {
    let units = row.len() / N;
    let mut rest = row;
    std::array::from_fn(|_| rest.split_off_mut(..units).expect("N rows"))
}

/// Row number `row` of `[rows, width]`.
#[inline(always)]
pub(crate) fn row_of(values: &[f32], row: usize, width: usize) -> &[f32] {
    &values[row * width..][..width]
}

/// The same, to be written to.
#[inline(always)]
pub(crate) fn row_mut(values: &mut [f32], row: usize, width: usize) -> &mut [f32] {
    &mut values[row * width..][..width]
}
