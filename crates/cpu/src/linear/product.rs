//! The product of batch rows with a packed kernel, where a network spends its time.
//!
//! The sums of a few rows and one or more panels stay in registers for the whole depth of the
//! product, and then go to a [`Finish`], which implements the cell. Each sum adds its terms in the
//! order of `k` in every block, so results do not depend on how threads share the rows.

use crate::linear::panels::Panels;
use crate::linear::precision::{Pair, Precision, Single, Word};
use pulp::{NullaryFnOnce, Simd};
use std::ops::Range;

/// Takes the sums of one row after the other.
///
/// A row's numbers lie together in every buffer, so a cell that goes through them from front to
/// back finds them in the cache.
pub(crate) trait Finish<S: Simd> {
    /// `sums` has one vector a panel, gate after gate; what is beyond a gate's size is to be
    /// ignored.
    fn finish(&mut self, simd: S, row: usize, sums: &[S::f32s]);
}

/// The rows of a matrix `[rows, K]`, `stride` numbers apart.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) stride: usize,
    pub(crate) count: usize,
    /// `K`; 0 makes every sum 0.
    pub(crate) depth: usize,
}

/// How much of the panels is kept in the first-level cache while all batch rows pass over it.
const PANEL_BYTES: usize = 16 * 1024;

/// Multiplies `rows` `[rows, K]` with `panels` `[K, G·N]` and hands the sums to `finish`.
///
/// `spare` is working memory that is kept from call to call.
#[inline(always)]
pub(crate) fn product<S: Simd>(
    simd: S,
    rows: Rows<'_>,
    panels: &Panels,
    spare: &mut Vec<f32>,
    finish: &mut impl Finish<S>,
) {
    product_without(simd, rows, &[], panels, spare, finish);
}

/// The same, where the sums of the rows marked in `zero` `[rows]` are 0. An empty `zero` marks no row.
#[inline(always)]
pub(crate) fn product_without<S: Simd>(
    simd: S,
    rows: Rows<'_>,
    zero: &[bool],
    panels: &Panels,
    spare: &mut Vec<f32>,
    finish: &mut impl Finish<S>,
) {
    let count = panels.count();
    spare.resize(rows.count * count * S::F32_LANES, 0.0);
    let sums = S::as_mut_simd_f32s(spare).0;
    // One function for all cells, because its code is large.
    match panels.precision() {
        Precision::F32 => simd.vectorize(Product { simd, word: Single, rows, panels, count, sums }),
        Precision::Bf16 => simd.vectorize(Product { simd, word: Pair, rows, panels, count, sums }),
    }
    for (sums, _) in sums.chunks_exact_mut(count).zip(zero).filter(|(_, zero)| **zero) {
        sums.fill(simd.splat_f32s(0.0));
    }
    for (row, sums) in sums.chunks_exact(count).enumerate() {
        finish.finish(simd, row, sums);
    }
}

/// Whether the sums of `count` rows with `columns` vectors fit the registers, beside the smaller side of
/// the product and one vector of the larger. A register is left over where batch rows stream past the
/// panels: compilers shuffle sums about otherwise.
#[inline(always)]
const fn fits<S: Simd>(count: usize, columns: usize) -> bool {
    if count > columns {
        count * columns + columns + 1 < S::REGISTER_COUNT
    } else {
        count * columns + count < S::REGISTER_COUNT
    }
}

/// Many batch rows fill the registers with the sums of two panels; few batch rows need more.
#[inline(always)]
fn panels_at_once<S: Simd>(count: usize, left: usize) -> usize {
    let enough = |panels| panels <= 2 || fits::<S>(count, panels);
    [8, 4, 2].into_iter().find(|&panels| panels <= left && enough(panels)).unwrap_or(1)
}

/// How many of `left` batch rows to take next: as many as fit the registers, unless the last block would
/// then be a narrow one. Sums of one batch row wait for each other; blocks of like width do not.
#[inline(always)]
fn next_block<S: Simd>(left: usize, columns: usize) -> usize {
    let most = [12, 8, 6, 5, 4, 3, 2].into_iter().find(|&count| fits::<S>(count, columns));
    let most = most.unwrap_or(1);
    left.div_ceil(left.div_ceil(most))
}

struct Product<'a, S: Simd, W> {
    simd: S,
    word: W,
    rows: Rows<'a>,
    panels: &'a Panels,
    count: usize,
    /// To be filled, `[rows][count]`.
    sums: &'a mut [S::f32s],
}

impl<S: Simd, W: Word> NullaryFnOnce for Product<'_, S, W> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        self.sums.fill(self.simd.splat_f32s(0.0));
        let mut first = 0;
        while first < self.count {
            first += match panels_at_once::<S>(self.rows.count, self.count - first) {
                8 => self.group::<8>(first),
                4 => self.group::<4>(first),
                2 => self.group::<2>(first),
                _ => self.group::<1>(first),
            };
        }
    }
}

impl<S: Simd, W: Word> Product<'_, S, W> {
    /// All batch rows with `P` panels from `first` on, over one piece of the depth after another that
    /// fits the cache. Returns `P`.
    #[inline(always)]
    fn group<const P: usize>(&mut self, first: usize) -> usize {
        if !fits::<S>(1, P) {
            return P; // never reached
        }
        // Every group but the last takes an even number, so `first` is that of a pair.
        let all: [_; P] =
            std::array::from_fn(|p| self.panels.group::<S>(first / W::NUMBERS + p / W::NUMBERS));
        // Panels that one block of batch rows passes over once need not stay in the cache.
        let once = fits::<S>(self.rows.count, P);
        let chunk = PANEL_BYTES / (P * S::F32_LANES * size_of::<f32>());
        let chunk = if once { self.rows.depth } else { chunk };
        let mut start = 0;
        while start < self.rows.depth {
            let depth = start..self.rows.depth.min(start + chunk);
            let panels = all.map(|panel| &panel[depth.clone()]);
            let mut row = 0;
            while row < self.rows.count {
                row += match next_block::<S>(self.rows.count - row, P) {
                    12.. => self.block::<12, P>(row, first, &depth, panels),
                    8.. => self.block::<8, P>(row, first, &depth, panels),
                    6.. => self.block::<6, P>(row, first, &depth, panels),
                    5 => self.block::<5, P>(row, first, &depth, panels),
                    4 => self.block::<4, P>(row, first, &depth, panels),
                    3 => self.block::<3, P>(row, first, &depth, panels),
                    2 => self.block::<2, P>(row, first, &depth, panels),
                    _ => self.block::<1, P>(row, first, &depth, panels),
                };
            }
            start = depth.end;
        }
        P
    }

    /// `M` rows from `row` on, with `P` panels. Returns `M`.
    #[inline(always)]
    fn block<const M: usize, const P: usize>(
        &mut self,
        row: usize,
        first: usize,
        depth: &Range<usize>,
        panels: [&[S::u32s]; P],
    ) -> usize {
        if !fits::<S>(M, P) {
            return M; // never reached
        }
        let rows: [_; M] = std::array::from_fn(|m| {
            &self.rows.values[(row + m) * self.rows.stride..][depth.clone()]
        });
        let mut sums = [[self.simd.splat_f32s(0.0); P]; M];
        for (m, sums) in sums.iter_mut().enumerate() {
            sums.copy_from_slice(&self.sums[(row + m) * self.count + first..][..P]);
        }
        let sums = tile(self.simd, self.word, rows, panels, sums);
        for (m, sums) in sums.iter().enumerate() {
            self.sums[(row + m) * self.count + first..][..P].copy_from_slice(sums);
        }
        M
    }
}

/// Adds the products of `M` rows with `P` panels to `sums`, all in registers. Panels that share
/// their words are the same one.
#[expect(clippy::needless_range_loop, reason = "subscripts, as in the formula")]
#[inline(always)]
fn tile<S: Simd, W: Word, const M: usize, const P: usize>(
    simd: S,
    word: W,
    rows: [&[f32]; M],
    panels: [&[S::u32s]; P],
    mut sums: [[S::f32s; P]; M],
) -> [[S::f32s; P]; M] {
    let depth = rows[0].len();
    assert!(rows.iter().all(|row| row.len() == depth), "rows of one depth");
    assert!(panels.iter().all(|panel| panel.len() == depth), "panels of the rows' depth");
    #[expect(unsafe_code, reason = "checks would take as long as the arithmetic")]
    for k in 0..depth {
        // SAFETY: `k` is below `depth`, which is the length of every row.
        let left = |m: usize| simd.splat_f32s(unsafe { *rows[m].get_unchecked(k) });
        // SAFETY: and of every panel.
        let words = |p: usize| unsafe { *panels[p].get_unchecked(k) };
        let right = |p: usize| word.numbers(simd, words(p), p % W::NUMBERS);
        // The smaller side waits in registers, the larger one streams past it.
        if M < P {
            let mut lefts = [simd.splat_f32s(0.0); M];
            for m in 0..M {
                lefts[m] = left(m);
            }
            for p in 0..P {
                let right = right(p);
                for m in 0..M {
                    sums[m][p] = simd.mul_add_e_f32s(lefts[m], right, sums[m][p]);
                }
            }
        } else {
            let mut rights = [simd.splat_f32s(0.0); P];
            for p in 0..P {
                rights[p] = right(p);
            }
            for m in 0..M {
                let left = left(m);
                for p in 0..P {
                    sums[m][p] = simd.mul_add_e_f32s(left, rights[p], sums[m][p]);
                }
            }
        }
    }
    sums
}
