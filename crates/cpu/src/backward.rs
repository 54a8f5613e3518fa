//! All time steps backward.
//!
//! A step turns the gradient of its hidden state into those of its gates, and their product with
//! the transposed kernel is the gradient of the hidden state before. Each gate's gradient takes
//! the place of what the pass forward kept of it.

use super::cells::{gru, lstm, min_gru, rnn};
use super::fresh::{Buffer, Fresh, cleared};
use super::lanes::{Place, of_lane, of_lane_mut, of_share, shares, split};
use super::machine::Machine;
use super::panels::Panels;
use super::product::{Finish, Rows, product};
use super::sizes::Sizes;
use crate::Cell;
use pulp::{Simd, WithSimd};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::ops::Range;

/// What a pass reads and fills.
pub struct Backward<'a> {
    /// How large it is.
    pub sizes: Sizes,
    /// `[H, G·H]`, or empty where the cell has no recurrent kernel.
    pub kernel: &'a [f32],
    /// The states before the first step and after each, `[T+1, B, H]`.
    pub hidden: &'a [f32],
    /// The same of an LSTM's cell state, else empty.
    pub carried: &'a [f32],
    /// Gradients of the hidden states after each step, `[T, B, H]`, or empty.
    pub d_hidden: &'a [f32],
    /// `[T, B, 4·H]`: what the pass forward kept (see [`crate::forward::States`]); filled
    /// with the gradients of the recurrent product's columns, in front.
    pub gates: &'a mut [f32],
    /// `[B, H]`: comes with the gradient of the last hidden state, leaves with that of the first.
    pub d_state: &'a mut [f32],
    /// The same of an LSTM's cell state, else empty.
    pub d_carried: &'a mut [f32],
}

/// Runs the pass on the current thread pool.
///
/// Returns the gradients of the pre-activations, `[T, B, G·H]`, where [`Sizes::fresh`] is not 0.
/// Otherwise they are in `gates`, and the result is empty.
#[expect(clippy::needless_pass_by_value, reason = "it holds the buffers to be filled")]
pub fn backward(pass: Backward<'_>, machine: Machine) -> Vec<f32> {
    let Sizes { lanes, units, .. } = pass.sizes;
    let panels = Panels::pack_transposed(pass.kernel, units, machine.vector());
    let shares = shares(lanes, machine.threads);
    let gates = split(pass.gates, &shares, pass.sizes.kept());
    let mut d_pre = Buffer::new(pass.sizes.places() * pass.sizes.fresh());
    let fresh = split(d_pre.fresh(), &shares, pass.sizes.fresh());
    let d_state = split(pass.d_state, &shares, units);
    let d_carried = split(pass.d_carried, &shares, units);
    let jobs: Vec<Job<'_>> = (shares.iter().zip(gates).zip(fresh).zip(d_state).zip(d_carried))
        .map(|((((share, gates), fresh), mut d_state), mut d_carried)| Job {
            sizes: pass.sizes,
            share: share.clone(),
            panels: &panels,
            hidden: pass.hidden,
            carried: pass.carried,
            d_hidden: pass.d_hidden,
            gates,
            fresh,
            d_state: d_state.pop().unwrap_or_default(),
            d_carried: d_carried.pop().unwrap_or_default(),
        })
        .collect();
    jobs.into_par_iter().with_max_len(1).for_each(|job| machine.arch.dispatch(job));
    #[expect(unsafe_code, reason = "threads have filled the buffer")]
    // SAFETY: the shares cover the lanes, and the jobs set the rows of their share at every step.
    unsafe {
        d_pre.filled()
    }
}

/// The lanes of one thread.
struct Job<'a> {
    sizes: Sizes,
    share: Range<usize>,
    panels: &'a Panels,
    /// Of all lanes.
    hidden: &'a [f32],
    carried: &'a [f32],
    d_hidden: &'a [f32],
    /// One `[lanes, ·]` a step.
    gates: Vec<&'a mut [f32]>,
    fresh: Vec<&'a mut Fresh>,
    /// `[lanes, H]`.
    d_state: &'a mut [f32],
    d_carried: &'a mut [f32],
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let Sizes { cell, steps, units, .. } = self.sizes;
        let mut spare = Vec::new();
        // The gradients of the step after this one. After the last step there is none, and every
        // sum is 0.
        let mut later = Rows { values: &[], stride: 0, lanes: self.share.len(), depth: 0 };
        for step in (0..steps).rev() {
            let gates = self.gates.pop().unwrap_or_default();
            let d_pre = self.fresh.pop().map_or(&mut [][..], cleared);
            let dh = HiddenGradient {
                from_outputs: of_share(self.d_hidden, self.sizes, &self.share, step),
                from_state: &mut *self.d_state,
            };
            let hidden = |step| of_share(self.hidden, self.sizes, &self.share, step);
            let carried = |step| of_share(self.carried, self.sizes, &self.share, step);
            let panels = self.panels;
            match cell {
                Cell::Rnn => {
                    let d_pre = &mut *d_pre;
                    let mut cell = rnn::Backward { units, dh, after: hidden(step + 1), d_pre };
                    product(simd, later, panels, &mut spare, &mut cell);
                }
                Cell::Gru => {
                    let (before, gates) = (hidden(step), &mut *gates);
                    let mut cell = gru::Backward { units, dh, before, gates, d_pre };
                    product(simd, later, panels, &mut spare, &mut cell);
                }
                Cell::Lstm => {
                    let (before, after, gates) = (carried(step), carried(step + 1), &mut *gates);
                    let d_carried = &mut *self.d_carried;
                    let mut cell = lstm::Backward { units, dh, before, after, gates, d_carried };
                    product(simd, later, panels, &mut spare, &mut cell);
                }
                Cell::MinGru => {
                    let (before, gates) = (hidden(step), &mut *gates);
                    let mut cell = min_gru::Backward { units, dh, before, gates };
                    product(simd, later, panels, &mut spare, &mut cell);
                }
            }
            (later.values, later.stride) = match cell {
                Cell::Rnn => (d_pre, units),
                Cell::Gru | Cell::Lstm | Cell::MinGru => (gates, self.sizes.kept()),
            };
            later.depth = if cell.has_recurrent_kernel() { self.sizes.width() } else { 0 };
        }
        let mut first = First { units, d_state: self.d_state };
        product(simd, later, self.panels, &mut spare, &mut first);
    }
}

/// The parts of the gradient of a hidden state that do not come through the recurrent product.
pub(crate) struct HiddenGradient<'a> {
    /// From the outputs, `[lanes, H]`, or empty.
    from_outputs: &'a [f32],
    /// From the state after it, past the product, `[lanes, H]`; at the last step, of the last state.
    from_state: &'a mut [f32],
}

impl HiddenGradient<'_> {
    /// The rows of one lane.
    #[inline(always)]
    pub(crate) fn of_lane(&mut self, lane: usize, units: usize) -> LaneGradient<'_> {
        let outputs = (!self.from_outputs.is_empty()).then_some(self.from_outputs);
        LaneGradient {
            from_outputs: outputs.map(|outputs| of_lane(outputs, lane, units)),
            from_state: of_lane_mut(self.from_state, lane, units),
        }
    }
}

/// [`HiddenGradient`] of one lane, `[H]` each.
pub(crate) struct LaneGradient<'a> {
    from_outputs: Option<&'a [f32]>,
    from_state: &'a mut [f32],
}

impl LaneGradient<'_> {
    /// The whole gradient, where `product` came through the recurrent product. `onward` is what a
    /// unit of gradient passes on to the state before, past the product.
    #[inline(always)]
    pub(crate) fn take<S: Simd>(
        &mut self,
        simd: S,
        place: Place,
        product: S::f32s,
        onward: Option<S::f32s>,
    ) -> S::f32s {
        let mut sum = simd.add_f32s(product, place.load(simd, self.from_state));
        if let Some(outputs) = self.from_outputs {
            sum = simd.add_f32s(sum, place.load(simd, outputs));
        }
        let passed_on = onward.map_or(simd.splat_f32s(0.0), |share| simd.mul_f32s(share, sum));
        place.store(simd, self.from_state, passed_on);
        sum
    }
}

/// The gradient of the state before the first step.
struct First<'a> {
    units: usize,
    d_state: &'a mut [f32],
}

impl<S: Simd> Finish<S> for First<'_> {
    #[inline(always)]
    fn finish(&mut self, simd: S, lane: usize, sums: &[S::f32s]) {
        let row = of_lane_mut(self.d_state, lane, self.units);
        for (index, &product) in sums.iter().enumerate() {
            let place = Place::new::<S>(index, self.units);
            place.store(simd, row, simd.add_f32s(product, place.load(simd, row)));
        }
    }
}
