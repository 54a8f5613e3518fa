//! All time steps forward.

use crate::linear::panels::Panels;
use crate::linear::precision::Precision;
use crate::machine::Machine;
use crate::recurrence::partition::{partition, rows_of, split};
use crate::recurrence::resets::{resets_of, state_before};
use crate::recurrence::sizes::Sizes;
use crate::recurrence::step::{Pre, Step};
use crate::uninit::{Buffer, Uninit, cleared};
use pulp::{Simd, WithSimd};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::ops::Range;

/// The inputs of a forward pass.
pub struct Forward<'a> {
    /// The sizes.
    pub sizes: Sizes,
    /// The input's part of the pre-activations.
    pub pre: Pre<'a>,
    /// `[H, G·H]`, or empty where the cell has no recurrent kernel.
    pub kernel: &'a [f32],
    /// `[G·H]`, GRU only.
    pub bias: Option<&'a [f32]>,
    /// The hidden state before the first step, `[B, H]`.
    pub hidden: &'a [f32],
    /// The same of an LSTM's cell state, else empty.
    pub cell_state: &'a [f32],
    /// Rows whose state is zero before a step, whatever the step before has left, `[T, B]`; empty for none.
    pub resets: &'a [bool],
    /// Whether to keep what the pass backward needs.
    pub keep: bool,
}

/// The results of a forward pass.
pub struct States {
    /// `[T+1, B, H]`, the initial state in front.
    pub hidden: Vec<f32>,
    /// The same of an LSTM's cell state, else empty.
    pub cell_state: Vec<f32>,
    /// What the pass backward needs, gate by gate, `[T, B, 4·H]`: z, r, n and `u_n` of a GRU (see
    /// `cells/gru.rs`), i, f, g and o of an LSTM; `[T, B, 2·H]` of a minimal GRU. Empty of an RNN, or if it is not to be kept.
    pub gates: Vec<f32>,
}

/// Runs the pass on the current thread pool.
#[cfg(feature = "training")]
pub fn forward(pass: &Forward<'_>, machine: Machine) -> States {
    let Sizes { cell, steps, batch_size, units } = pass.sizes;
    let panels = Panels::pack(pass.kernel, units, cell.gates(), machine.vector(), Precision::F32);
    let parts = partition(batch_size, machine.threads);
    let kept = if pass.keep { pass.sizes.kept() } else { 0 };
    let mut hidden = Buffer::new((steps + 1) * pass.hidden.len());
    let mut cell_state = Buffer::new((steps + 1) * pass.cell_state.len());
    let mut gates = Buffer::new(steps * batch_size * kept);
    let jobs: Vec<Job<'_>> = (parts.iter())
        .zip(split(hidden.uninit(), &parts, units))
        .zip(split(cell_state.uninit(), &parts, units))
        .zip(split(gates.uninit(), &parts, kept))
        .map(|(((part, hidden), cell_state), gates)| Job {
            sizes: pass.sizes,
            part: part.clone(),
            pre: pass.pre,
            panels: &panels,
            bias: pass.bias.unwrap_or_default(),
            first: [pass.hidden, pass.cell_state],
            resets: pass.resets,
            hidden,
            cell_state,
            gates,
        })
        .collect();
    jobs.into_par_iter().with_max_len(1).for_each(|job| machine.arch.dispatch(job));
    #[expect(unsafe_code, reason = "threads have filled the buffers")]
    // SAFETY: the parts cover the batch, and the jobs set the rows of their part at every step.
    unsafe {
        States { hidden: hidden.filled(), cell_state: cell_state.filled(), gates: gates.filled() }
    }
}

/// The batch rows of one thread.
struct Job<'a> {
    sizes: Sizes,
    part: Range<usize>,
    pre: Pre<'a>,
    panels: &'a Panels,
    bias: &'a [f32],
    /// Of all batch rows.
    first: [&'a [f32]; 2],
    /// The same, `[T, B]` or empty.
    resets: &'a [bool],
    /// One `[rows, ·]` a step.
    hidden: Vec<&'a mut Uninit>,
    cell_state: Vec<&'a mut Uninit>,
    gates: Vec<&'a mut Uninit>,
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Sizes { cell, batch_size, units, .. } = self.sizes;
        let [mut hidden, mut cell_state, mut gates] =
            [self.hidden, self.cell_state, self.gates].map(Vec::into_iter);
        let mut before = self.first.map(|first| rows_of(first, self.sizes, &self.part, 0));
        for (rows, first) in [&mut hidden, &mut cell_state].into_iter().zip(before) {
            if let Some(rows) = rows.next() {
                rows.write_copy_of_slice(first);
            }
        }
        let mut spare = Vec::new();
        let mut copies = [Vec::new(), Vec::new()];
        for (step, hidden) in hidden.enumerate() {
            let resets = resets_of(self.resets, self.sizes, &self.part, step);
            let [hidden_copy, cell_copy] = &mut copies;
            let cell_state = cell_state.next().map_or(&mut [][..], cleared);
            let mut after = [cleared(hidden), cell_state];
            let step = Step {
                cell,
                units,
                panels: self.panels,
                bias: self.bias,
                pre: self.pre,
                first_position: step * batch_size + self.part.start,
                before: [
                    state_before(before[0], resets, units, hidden_copy),
                    state_before(before[1], resets, units, cell_copy),
                ],
                after: after.each_mut().map(|rows| &mut **rows),
                gates: gates.next().map(cleared),
            };
            step.run(simd, &mut spare);
            before = after.map(|rows| &*rows);
        }
    }
}
