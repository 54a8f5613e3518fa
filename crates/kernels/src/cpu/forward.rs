//! All time steps forward.

use super::lanes::{shares, split};
use super::machine::Machine;
use super::panels::Panels;
use super::step::{Pre, Step};
use crate::Cell;
use pulp::{Simd, WithSimd};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::ops::Range;

/// Sizes of a pass: `T`, `B` and `H`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) cell: Cell,
    pub(crate) steps: usize,
    pub(crate) lanes: usize,
    pub(crate) units: usize,
}

/// What a pass reads and fills.
pub(crate) struct Forward<'a> {
    pub(crate) sizes: Sizes,
    pub(crate) pre: Pre<'a>,
    /// `[H, G·H]`.
    pub(crate) kernel: &'a [f32],
    /// `[G·H]`, GRU only.
    pub(crate) bias: Option<&'a [f32]>,
    /// `[T+1, B, H]`, the initial state in front.
    pub(crate) hidden: &'a mut [f32],
    /// The same of an LSTM's cell state, else empty.
    pub(crate) carried: &'a mut [f32],
    /// `[T, B, 4·H]` to keep what the pass backward needs, or empty.
    pub(crate) gates: &'a mut [f32],
}

/// Runs the pass on the current thread pool.
#[expect(clippy::needless_pass_by_value, reason = "it holds the buffers to be filled")]
pub(crate) fn forward(pass: Forward<'_>, machine: Machine) {
    let Sizes { cell, lanes, units, .. } = pass.sizes;
    let panels = Panels::pack(pass.kernel, units, cell.gates(), machine.vector());
    let shares = shares(lanes, machine.threads);
    let hidden = split(pass.hidden, &shares, units);
    let carried = split(pass.carried, &shares, units);
    let gates = split(pass.gates, &shares, 4 * units);
    let jobs: Vec<Job<'_>> = (shares.iter().zip(hidden).zip(carried).zip(gates))
        .map(|(((share, hidden), carried), gates)| Job {
            sizes: pass.sizes,
            share: share.clone(),
            pre: pass.pre,
            panels: &panels,
            bias: pass.bias.unwrap_or_default(),
            hidden,
            carried,
            gates,
        })
        .collect();
    jobs.into_par_iter().with_max_len(1).for_each(|job| machine.arch.dispatch(job));
}

/// The lanes of one thread.
struct Job<'a> {
    sizes: Sizes,
    share: Range<usize>,
    pre: Pre<'a>,
    panels: &'a Panels,
    bias: &'a [f32],
    /// One `[lanes, ·]` a step.
    hidden: Vec<&'a mut [f32]>,
    carried: Vec<&'a mut [f32]>,
    gates: Vec<&'a mut [f32]>,
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let Sizes { cell, steps, lanes, units } = self.sizes;
        let mut spare = Vec::new();
        for step in 0..steps {
            let [before, after] = around(&mut self.hidden, step);
            let [carried_before, carried_after] = around(&mut self.carried, step);
            let step = Step {
                cell,
                units,
                panels: self.panels,
                bias: self.bias,
                pre: self.pre,
                first_place: step * lanes + self.share.start,
                before: [before, carried_before],
                after: [after, carried_after],
                gates: self.gates.get_mut(step).map(|gates| &mut **gates),
            };
            step.run(simd, &mut spare);
        }
    }
}

/// The states before and after a step; both empty where there are none.
fn around<'a>(states: &'a mut [&mut [f32]], step: usize) -> [&'a mut [f32]; 2] {
    match states.get_disjoint_mut([step, step + 1]) {
        Ok([before, after]) => [before, after],
        Err(_) => [&mut [], &mut []],
    }
}
