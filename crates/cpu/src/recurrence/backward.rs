//! All time steps backward.
//!
//! A step turns the gradient of its hidden state into those of its gates, and their product with
//! the transposed kernel is the gradient of the hidden state before. Each gate's gradient takes
//! the place of what the pass forward kept of it.

use crate::Cell;
use crate::linear::panels::Panels;
use crate::linear::product::{Finish, Rows, product_without};
use crate::machine::Machine;
use crate::recurrence::cells::{gru, lstm, min_gru, rnn};
use crate::recurrence::partition::{Span, partition, row_mut, row_of, rows_of, split};
use crate::recurrence::resets::{clear_rows, resets_of, state_before};
use crate::recurrence::sizes::Sizes;
use crate::uninit::{Buffer, Uninit, cleared};
use pulp::{Simd, WithSimd};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::ops::Range;

/// The inputs of a backward pass, and the buffers it fills.
pub struct Backward<'a> {
    /// The sizes.
    pub sizes: Sizes,
    /// `[H, G·H]`, or empty where the cell has no recurrent kernel.
    pub kernel: &'a [f32],
    /// The states before the first step and after each, `[T+1, B, H]`.
    pub hidden: &'a [f32],
    /// The same of an LSTM's cell state, else empty.
    pub cell_state: &'a [f32],
    /// Gradients of the hidden states after each step, `[T, B, H]`, or empty.
    pub d_hidden: &'a [f32],
    /// The resets of the pass forward, `[T, B]` or empty: no gradient passes them.
    pub resets: &'a [bool],
    /// `[T, B, 4·H]`: what the pass forward kept (see [`crate::recurrence::forward::States`]); filled
    /// with the gradients of the recurrent product's columns, in front.
    pub gates: &'a mut [f32],
    /// `[B, H]`: the gradient of the last hidden state before the pass, of the first after it.
    pub d_state: &'a mut [f32],
    /// The same of an LSTM's cell state, else empty.
    pub d_cell_state: &'a mut [f32],
}

/// Runs the pass on the current thread pool.
///
/// Returns the gradients of the pre-activations, `[T, B, G·H]`, where [`Sizes::extra_gradients`] is not 0.
/// Otherwise they are in `gates`, and the result is empty.
#[expect(clippy::needless_pass_by_value, reason = "it holds the buffers to be filled")]
#[cfg(feature = "training")]
pub fn backward(pass: Backward<'_>, machine: Machine) -> Vec<f32> {
    let Sizes { batch_size, units, .. } = pass.sizes;
    let panels = Panels::pack_transposed(pass.kernel, units, machine.vector());
    let parts = partition(batch_size, machine.threads);
    let gates = split(pass.gates, &parts, pass.sizes.kept());
    let mut d_pre = Buffer::new(pass.sizes.positions() * pass.sizes.extra_gradients());
    let d_pre_parts = split(d_pre.uninit(), &parts, pass.sizes.extra_gradients());
    let d_state = split(pass.d_state, &parts, units);
    let d_cell_state = split(pass.d_cell_state, &parts, units);
    let jobs: Vec<Job<'_>> =
        (parts.iter().zip(gates).zip(d_pre_parts).zip(d_state).zip(d_cell_state))
            .map(|((((part, gates), d_pre), mut d_state), mut d_cell_state)| Job {
                sizes: pass.sizes,
                part: part.clone(),
                panels: &panels,
                hidden: pass.hidden,
                cell_state: pass.cell_state,
                d_hidden: pass.d_hidden,
                resets: pass.resets,
                gates,
                d_pre,
                d_state: d_state.pop().unwrap_or_default(),
                d_cell_state: d_cell_state.pop().unwrap_or_default(),
            })
            .collect();
    jobs.into_par_iter().with_max_len(1).for_each(|job| machine.arch.dispatch(job));
    #[expect(unsafe_code, reason = "threads have filled the buffer")]
    // SAFETY: the parts cover the batch, and the jobs set the rows of their part at every step.
    unsafe {
        d_pre.filled()
    }
}

/// The batch rows of one thread.
struct Job<'a> {
    sizes: Sizes,
    part: Range<usize>,
    panels: &'a Panels,
    /// Of all batch rows.
    hidden: &'a [f32],
    cell_state: &'a [f32],
    d_hidden: &'a [f32],
    resets: &'a [bool],
    /// One `[rows, ·]` a step.
    gates: Vec<&'a mut [f32]>,
    d_pre: Vec<&'a mut Uninit>,
    /// `[rows, H]`.
    d_state: &'a mut [f32],
    d_cell_state: &'a mut [f32],
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let Sizes { cell, steps, units, .. } = self.sizes;
        let mut spare = Vec::new();
        let mut copy = Vec::new();
        // The gradients of the step after this one, and the rows that it does not pass them to. The last
        // step has no successor: every sum is 0.
        let mut later = Rows { values: &[], stride: 0, count: self.part.len(), depth: 0 };
        let mut ended: &[bool] = &[];
        for step in (0..steps).rev() {
            let gates = self.gates.pop().unwrap_or_default();
            let d_pre = self.d_pre.pop().map_or(&mut [][..], cleared);
            let resets = resets_of(self.resets, self.sizes, &self.part, step);
            let dh = HiddenGradient {
                from_outputs: rows_of(self.d_hidden, self.sizes, &self.part, step),
                from_state: &mut *self.d_state,
            };
            let hidden = |step| rows_of(self.hidden, self.sizes, &self.part, step);
            let cell_state = |step| rows_of(self.cell_state, self.sizes, &self.part, step);
            let panels = self.panels;
            match cell {
                Cell::Rnn => {
                    let d_pre = &mut *d_pre;
                    let mut cell = rnn::Backward { units, dh, after: hidden(step + 1), d_pre };
                    product_without(simd, later, ended, panels, &mut spare, &mut cell);
                }
                Cell::Gru => {
                    let before = state_before(hidden(step), resets, units, &mut copy);
                    let gates = &mut *gates;
                    let mut cell = gru::Backward { units, dh, before, gates, d_pre };
                    product_without(simd, later, ended, panels, &mut spare, &mut cell);
                }
                Cell::Lstm => {
                    let before = state_before(cell_state(step), resets, units, &mut copy);
                    let (after, gates) = (cell_state(step + 1), &mut *gates);
                    let d_cell_state = &mut *self.d_cell_state;
                    let mut cell = lstm::Backward { units, dh, before, after, gates, d_cell_state };
                    product_without(simd, later, ended, panels, &mut spare, &mut cell);
                }
                Cell::MinGru => {
                    let before = state_before(hidden(step), resets, units, &mut copy);
                    let gates = &mut *gates;
                    let mut cell = min_gru::Backward { units, dh, before, gates };
                    product_without(simd, later, ended, panels, &mut spare, &mut cell);
                }
            }
            clear_rows(self.d_state, resets, units);
            clear_rows(self.d_cell_state, resets, units);
            ended = resets;
            (later.values, later.stride) = match cell {
                Cell::Rnn => (d_pre, units),
                Cell::Gru | Cell::Lstm | Cell::MinGru => (gates, self.sizes.kept()),
            };
            later.depth = if cell.has_recurrent_kernel() { self.sizes.width() } else { 0 };
        }
        let mut first = First { units, d_state: self.d_state };
        product_without(simd, later, ended, self.panels, &mut spare, &mut first);
    }
}

/// The parts of the gradient of a hidden state that do not come through the recurrent product.
pub(crate) struct HiddenGradient<'a> {
    /// From the outputs, `[rows, H]`, or empty.
    from_outputs: &'a [f32],
    /// From the state after it, past the product, `[rows, H]`; at the last step, of the last state.
    from_state: &'a mut [f32],
}

impl HiddenGradient<'_> {
    /// The gradients of one batch row.
    #[inline(always)]
    pub(crate) fn row_of(&mut self, row: usize, units: usize) -> RowGradient<'_> {
        let outputs = (!self.from_outputs.is_empty()).then_some(self.from_outputs);
        RowGradient {
            from_outputs: outputs.map(|outputs| row_of(outputs, row, units)),
            from_state: row_mut(self.from_state, row, units),
        }
    }
}

/// [`HiddenGradient`] of one batch row, `[H]` each.
pub(crate) struct RowGradient<'a> {
    from_outputs: Option<&'a [f32]>,
    from_state: &'a mut [f32],
}

impl RowGradient<'_> {
    /// The whole gradient, where `product` came through the recurrent product. `onward` is what a
    /// unit of gradient passes on to the state before, past the product.
    #[inline(always)]
    pub(crate) fn take<S: Simd>(
        &mut self,
        simd: S,
        span: Span,
        product: S::f32s,
        onward: Option<S::f32s>,
    ) -> S::f32s {
        let mut sum = simd.add_f32s(product, span.load(simd, self.from_state));
        if let Some(outputs) = self.from_outputs {
            sum = simd.add_f32s(sum, span.load(simd, outputs));
        }
        let passed_on = onward.map_or(simd.splat_f32s(0.0), |part| simd.mul_f32s(part, sum));
        span.store(simd, self.from_state, passed_on);
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
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]) {
        let row = row_mut(self.d_state, row, self.units);
        for (index, &product) in sums.iter().enumerate() {
            let span = Span::new::<S>(index, self.units);
            span.store(simd, row, simd.add_f32s(product, span.load(simd, row)));
        }
    }
}
