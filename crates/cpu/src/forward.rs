//! All time steps forward.

use super::fresh::{Buffer, Fresh, cleared};
use super::lanes::{of_share, shares, split};
use super::machine::Machine;
use super::panels::Panels;
use super::precision::Precision;
use super::sizes::Sizes;
use super::step::{Pre, Step};
use pulp::{Simd, WithSimd};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::ops::Range;

/// What a pass reads.
pub struct Forward<'a> {
    /// How large it is.
    pub sizes: Sizes,
    /// The input's share of the pre-activations.
    pub pre: Pre<'a>,
    /// `[H, G·H]`, or empty where the cell has no recurrent kernel.
    pub kernel: &'a [f32],
    /// `[G·H]`, GRU only.
    pub bias: Option<&'a [f32]>,
    /// The hidden state before the first step, `[B, H]`.
    pub hidden: &'a [f32],
    /// The same of an LSTM's cell state, else empty.
    pub carried: &'a [f32],
    /// Whether to keep what the pass backward needs.
    pub keep: bool,
}

/// What a pass gives.
pub struct States {
    /// `[T+1, B, H]`, the initial state in front.
    pub hidden: Vec<f32>,
    /// The same of an LSTM's cell state, else empty.
    pub carried: Vec<f32>,
    /// What the pass backward needs, gate by gate, `[T, B, 4·H]`: z, r, n and `u_n` of a GRU (see
    /// `cells/gru.rs`), i, f, g and o of an LSTM; `[T, B, 2·H]` of a minimal GRU. Empty of an RNN, or if it is not to be kept.
    pub gates: Vec<f32>,
}

/// Runs the pass on the current thread pool.
pub fn forward(pass: &Forward<'_>, machine: Machine) -> States {
    let Sizes { cell, steps, lanes, units } = pass.sizes;
    let panels = Panels::pack(pass.kernel, units, cell.gates(), machine.vector(), Precision::F32);
    let shares = shares(lanes, machine.threads);
    let kept = if pass.keep { pass.sizes.kept() } else { 0 };
    let mut hidden = Buffer::new((steps + 1) * pass.hidden.len());
    let mut carried = Buffer::new((steps + 1) * pass.carried.len());
    let mut gates = Buffer::new(steps * lanes * kept);
    let jobs: Vec<Job<'_>> = (shares.iter())
        .zip(split(hidden.fresh(), &shares, units))
        .zip(split(carried.fresh(), &shares, units))
        .zip(split(gates.fresh(), &shares, kept))
        .map(|(((share, hidden), carried), gates)| Job {
            sizes: pass.sizes,
            share: share.clone(),
            pre: pass.pre,
            panels: &panels,
            bias: pass.bias.unwrap_or_default(),
            first: [pass.hidden, pass.carried],
            hidden,
            carried,
            gates,
        })
        .collect();
    jobs.into_par_iter().with_max_len(1).for_each(|job| machine.arch.dispatch(job));
    #[expect(unsafe_code, reason = "threads have filled the buffers")]
    // SAFETY: the shares cover the lanes, and the jobs set the rows of their share at every step.
    unsafe {
        States { hidden: hidden.filled(), carried: carried.filled(), gates: gates.filled() }
    }
}

/// The lanes of one thread.
struct Job<'a> {
    sizes: Sizes,
    share: Range<usize>,
    pre: Pre<'a>,
    panels: &'a Panels,
    bias: &'a [f32],
    /// Of all lanes.
    first: [&'a [f32]; 2],
    /// One `[lanes, ·]` a step.
    hidden: Vec<&'a mut Fresh>,
    carried: Vec<&'a mut Fresh>,
    gates: Vec<&'a mut Fresh>,
}

impl WithSimd for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Sizes { cell, lanes, units, .. } = self.sizes;
        let [mut hidden, mut carried, mut gates] =
            [self.hidden, self.carried, self.gates].map(Vec::into_iter);
        let mut before = self.first.map(|first| of_share(first, self.sizes, &self.share, 0));
        for (rows, first) in [&mut hidden, &mut carried].into_iter().zip(before) {
            if let Some(rows) = rows.next() {
                rows.write_copy_of_slice(first);
            }
        }
        let mut spare = Vec::new();
        for (step, hidden) in hidden.enumerate() {
            let carried = carried.next().map_or(&mut [][..], cleared);
            let mut after = [cleared(hidden), carried];
            let step = Step {
                cell,
                units,
                panels: self.panels,
                bias: self.bias,
                pre: self.pre,
                first_place: step * lanes + self.share.start,
                before,
                after: after.each_mut().map(|rows| &mut **rows),
                gates: gates.next().map(cleared),
            };
            step.run(simd, &mut spare);
            before = after.map(|rows| &*rows);
        }
    }
}
