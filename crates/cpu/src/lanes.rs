//! How threads share a batch: each owns some lanes, for all time steps.

use super::sizes::Sizes;
use pulp::Simd;
use std::ops::Range;

/// Cuts `lanes` into at most `parts` ranges whose lengths differ by one at most.
pub(crate) fn shares(lanes: usize, parts: usize) -> Vec<Range<usize>> {
    let parts = parts.clamp(1, lanes.max(1));
    (0..parts).map(|part| lanes * part / parts..lanes * (part + 1) / parts).collect()
}

/// Cuts a time-major buffer `[steps, B, width]` at the lanes of `shares`: for each share its rows
/// at every step, `[lanes of the share, width]`. An empty buffer gives no steps.
pub(crate) fn split<'a, T>(
    buffer: &'a mut [T],
    shares: &[Range<usize>],
    width: usize,
) -> Vec<Vec<&'a mut [T]>> {
    let lanes = shares.last().map_or(0, |share| share.end);
    let mut split: Vec<Vec<&mut [T]>> = shares.iter().map(|_| Vec::new()).collect();
    for mut step in buffer.chunks_exact_mut((lanes * width).max(1)) {
        for (share, rows) in shares.iter().zip(&mut split) {
            let (own, rest) = step.split_at_mut(share.len() * width);
            rows.push(own);
            step = rest;
        }
    }
    split
}

/// The rows of a share at a step of a buffer over all lanes, `[lanes, H]`; none of an empty buffer.
pub(crate) fn of_share<'a>(
    buffer: &'a [f32],
    sizes: Sizes,
    share: &Range<usize>,
    step: usize,
) -> &'a [f32] {
    if buffer.is_empty() {
        return buffer;
    }
    let first = step * sizes.lanes;
    &buffer[(first + share.start) * sizes.units..(first + share.end) * sizes.units]
}

/// Units `from..to` of a lane: where a vector of sums belongs.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    from: usize,
    to: usize,
}

impl Place {
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

/// The rows of the gates of one lane, `[N, H]` cut into `N` times `[H]`.
#[inline(always)]
pub(crate) fn by_gate<const N: usize, T>(lane: &[T]) -> [&[T]; N] {
    let units = lane.len() / N;
    std::array::from_fn(|gate| &lane[gate * units..][..units])
}

/// The same, to be written to.
#[inline(always)]
pub(crate) fn by_gate_mut<const N: usize>(lane: &mut [f32]) -> [&mut [f32]; N] {
    let units = lane.len() / N;
    let mut rest = lane;
    std::array::from_fn(|_| rest.split_off_mut(..units).expect("N rows"))
}

/// The row of a lane in `[lanes, width]`.
#[inline(always)]
pub(crate) fn of_lane(values: &[f32], lane: usize, width: usize) -> &[f32] {
    &values[lane * width..][..width]
}

/// The same, to be written to.
#[inline(always)]
pub(crate) fn of_lane_mut(values: &mut [f32], lane: usize, width: usize) -> &mut [f32] {
    &mut values[lane * width..][..width]
}
