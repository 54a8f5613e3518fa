//! Documents that begin inside a batch: before such a time step, the state of the batch row is zero.

use crate::recurrence::partition::row_mut;
use crate::recurrence::sizes::Sizes;
use std::ops::Range;

/// The rows of a part whose state is zero before `step`, `[rows]`; empty if there are none. `resets` is
/// `[T, B]` or empty.
#[inline(always)]
pub(crate) fn resets_of<'a>(
    resets: &'a [bool],
    sizes: Sizes,
    part: &Range<usize>,
    step: usize,
) -> &'a [bool] {
    if resets.is_empty() {
        return resets;
    }
    let rows = &resets[step * sizes.batch_size..][part.clone()];
    if rows.contains(&true) { rows } else { &[] }
}

/// Sets the rows marked in `resets` `[rows]` of `state` `[rows, H]` to zero. An empty state stays empty.
pub(crate) fn clear_rows(state: &mut [f32], resets: &[bool], units: usize) {
    if state.is_empty() {
        return;
    }
    for (row, _) in resets.iter().enumerate().filter(|(_, reset)| **reset) {
        row_mut(state, row, units).fill(0.0);
    }
}

/// The state that a step starts from: `before`, `[rows, H]`, or a copy in `copy` in which the rows marked
/// in `resets` are zero.
#[inline(always)]
pub(crate) fn state_before<'a>(
    before: &'a [f32],
    resets: &[bool],
    units: usize,
    copy: &'a mut Vec<f32>,
) -> &'a [f32] {
    if resets.is_empty() {
        return before;
    }
    copy.clear();
    copy.extend_from_slice(before);
    clear_rows(copy, resets, units);
    copy
}

/// The states that the steps start from, `[T·B, H]`, for the gradient of the recurrent kernel: a copy of
/// `states` in which the rows marked in `resets` `[T·B]` are zero.
pub fn states_before(states: &[f32], resets: &[bool], units: usize) -> Vec<f32> {
    let mut copy = states.to_vec();
    clear_rows(&mut copy, resets, units);
    copy
}
