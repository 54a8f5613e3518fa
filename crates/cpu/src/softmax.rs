//! The cross-entropy of one row of logits, and its gradient in their place.
//!
//! Sums run in sixteen parts, in an order that no vector width changes.

use std::array;

/// Turns the row `[V]` without its bias into the gradient of its cross-entropy with `target`:
/// softmax − one-hot. Returns the cross-entropy, −ln softmax(target), in nats.
///
/// A logit that is not a number, or infinite, makes all of them not a number.
#[inline(always)]
pub(crate) fn gradient_in_place(row: &mut [f32], bias: &[f32], target: usize) -> f32 {
    let (loss, sum) = exponentials_in_place(row, bias, target);
    let scale = 1.0 / sum;
    for value in &mut *row {
        *value *= scale;
    }
    row[target] -= 1.0;
    loss
}

/// The cross-entropy alone. The contents of the row are lost.
#[inline(always)]
pub(crate) fn loss(row: &mut [f32], bias: &[f32], target: usize) -> f32 {
    exponentials_in_place(row, bias, target).0
}

/// Replaces logits by e to their distance from the largest. Returns the loss and the sum.
#[inline(always)]
fn exponentials_in_place(row: &mut [f32], bias: &[f32], target: usize) -> (f32, f32) {
    for (value, bias) in row.iter_mut().zip(bias) {
        *value += bias;
    }
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    let largest = fold(row, f32::NEG_INFINITY, larger);
    let chosen = row[target];
    for value in &mut *row {
        *value = exp(*value - largest);
    }
    let sum = fold(row, 0.0, |sum, value| sum + value);
    (largest - chosen + sum.ln(), sum)
}

/// Combines all numbers, in sixteen parts that vectors hold.
#[inline(always)]
fn fold(row: &[f32], start: f32, combine: impl Fn(f32, f32) -> f32) -> f32 {
    const PARTS: usize = 16;
    let mut parts = [start; PARTS];
    let chunks = row.chunks_exact(PARTS);
    let rest = chunks.remainder();
    for chunk in chunks {
        parts = array::from_fn(|part| combine(parts[part], chunk[part]));
    }
    rest.iter().chain(&parts).fold(start, |sum, &value| combine(sum, value))
}

/// eˣ for x ≤ 0, off by at most 2e-7 of it; below −86.6 as there, 2e-38. NaN stays NaN.
///
/// # Source
/// Cody and Waite's reduction x = k·ln 2 + r and the polynomial in r of the Cephes library's
/// `expf`. Adding 1.5·2²³ leaves k in the lowest bits; there it is shifted into the exponent.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const LOWEST: f32 = -86.6;
    const SHIFT: f32 = 12_582_912.0;
    /// ln 2 in two parts: products of the first with a small integer are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// Highest power first; the last two are 1 and 1.
    const POLYNOMIAL: [f32; 6] =
        [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.500_000_1];
    let x = if x < LOWEST { LOWEST } else { x }; // not `max`, which would hide a NaN
    let shifted = x * std::f32::consts::LOG2_E + SHIFT;
    let k = shifted - SHIFT;
    let r = x - k * LN_2[0] - k * LN_2[1];
    let tail = POLYNOMIAL.iter().fold(0.0, |sum, &coefficient| sum * r + coefficient);
    let power = tail * r * r + r + 1.0;
    f32::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_are_within_their_bound() {
        for step in 0..=866_000 {
            let x = -(step as f32) * 1e-4;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(error < 2e-7, "e^{x} is {}, off by {error:.1e}", exp(x));
        }
        assert!(exp(-1000.0) > 0.0 && exp(f32::NEG_INFINITY) < 3e-38);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn cross_entropy_by_hand() {
        // e⁰ : e^ln2 : e^ln5 = 1 : 2 : 5, with a bias that moves one of them and all of them.
        let mut row = [7.0, 2_f32.ln(), 7.0 + 5_f32.ln()];
        let loss = gradient_in_place(&mut row, &[0.0, 7.0, 0.0], 1);
        assert!((loss - 4_f32.ln()).abs() < 1e-6, "{loss}");
        for (actual, expected) in row.iter().zip([0.125, 0.25 - 1.0, 0.625]) {
            assert!((actual - expected).abs() < 1e-6, "{row:?}");
        }
    }

    #[test]
    fn a_row_of_any_length_sums_to_one_and_a_far_target_costs_its_distance() {
        for length in [2, 15, 16, 17, 100] {
            let mut row: Vec<f32> = (0..length).map(|at| (at as f32).sin()).collect();
            row[0] = -200.0;
            let loss = gradient_in_place(&mut row, &vec![0.0; length], 0);
            assert!(loss > 200.0 && loss < 207.0, "{loss}");
            let sum: f32 = row.iter().sum();
            assert!(sum.abs() < 1e-6, "the probabilities of {length} sum to 1 + {sum}");
        }
    }

    #[test]
    fn what_is_not_finite_shows() {
        for bad in [f32::NAN, f32::INFINITY] {
            for place in [0, 20] {
                let mut row = [0.5; 40];
                row[place] = bad;
                let loss = gradient_in_place(&mut row, &[0.0; 40], 3);
                assert!(loss.is_nan() && row.iter().all(|value| value.is_nan()), "{bad}: {row:?}");
            }
        }
    }
}
