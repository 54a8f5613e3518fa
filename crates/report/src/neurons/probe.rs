//! The linear probe: how well the units of a layer together tell a feature.

use super::features::Feature;
use super::record::{Quantity, Recording};
use charnn_infer::LinearProbe;

/// Positions that a probe is fitted to; more change little and take time.
const FITTED: usize = 2000;
/// Fewer positions say nothing about others.
const FEWEST: usize = 100;

/// How well the units of a layer tell a feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// The layer; the lowest is 0.
    pub layer: usize,
    /// The position of the feature in the list of features.
    pub feature: usize,
    /// The share of the feature's variance that a linear function of all units explains on the second half of the
    /// text, after fitting it to the first: 1 is everything. Below 0 it is worse than the mean.
    pub explained: f64,
    /// The same for the best single unit.
    pub single: f64,
    /// The part of each unit in the function, `[H]`: its weight times its covariance with the feature on the second
    /// half, by the feature's variance. About 1 for a unit that alone tells the feature, near 0 for a unit that others
    /// make up for.
    ///
    /// # Source
    /// Pratt 1987, "Dividing the indivisible: using simple symmetry to partition variance explained".
    pub parts: Vec<f64>,
}

/// A probe for each layer and feature, the best first. Empty for texts that are too short.
pub fn probe(recording: &Recording, features: &[Feature]) -> Vec<Probe> {
    let length = recording.symbols.len();
    let mut probes = Vec::new();
    if length < FEWEST {
        return probes;
    }
    // Neighbours are alike: halves, not every second position.
    let half = length / 2;
    let fitted: Vec<usize> = spread(0, half, FITTED);
    let tested: Vec<usize> = spread(half, length, FITTED);
    let layers = recording.traces.iter().filter(|it| it.quantity == Quantity::Hidden);
    for trace in layers {
        let row = |at: &usize| &trace.values[at * recording.units..][..recording.units];
        let linear = LinearProbe::new(fitted.iter().map(row), recording.units);
        for (index, feature) in features.iter().enumerate() {
            let value = |at: &usize| f64::from(feature.values[*at]);
            let weights = linear.fit(fitted.iter().map(|at| (row(at), value(at))));
            let parts = parts(&weights.weights, tested.iter().map(|at| (row(at), value(at))));
            let guess = |at: &usize| weights.guess(row(at));
            let explained = explained(tested.iter().map(|at| (guess(at), value(at))));
            let single = linear.fit_one(fitted.iter().map(|at| (row(at), value(at))));
            let guess = |at: &usize| single.guess(row(at));
            let single = self::explained(tested.iter().map(|at| (guess(at), value(at))));
            probes.push(Probe { layer: trace.layer, feature: index, explained, single, parts });
        }
    }
    probes.retain(|it| it.explained.is_finite());
    probes.sort_by(|a, b| b.explained.total_cmp(&a.explained));
    probes
}

/// The part of each unit: its weight times its covariance with the values, by their variance. 0 where nothing varies.
fn parts<'a>(weights: &[f64], pairs: impl Iterator<Item = (&'a [f32], f64)> + Clone) -> Vec<f64> {
    let count = pairs.clone().count().max(1) as f64;
    let mean = pairs.clone().map(|it| it.1).sum::<f64>() / count;
    let mut covariances = vec![0.0; weights.len()];
    let mut variance = 0.0;
    for (row, value) in pairs {
        let centred = (value - mean) / count;
        variance += centred * (value - mean);
        for (sum, value) in covariances.iter_mut().zip(row) {
            *sum += centred * f64::from(*value);
        }
    }
    let part = |(weight, covariance): (&f64, f64)| {
        if variance > 1e-12 { weight * covariance / variance } else { 0.0 }
    };
    weights.iter().zip(covariances).map(part).collect()
}

/// At most `most` positions from `from` to `to`, evenly apart.
fn spread(from: usize, to: usize, most: usize) -> Vec<usize> {
    let count = (to - from).min(most);
    (0..count).map(|at| from + at * (to - from) / count).collect()
}

/// The share of the variance that guesses explain; NaN where nothing varies.
fn explained(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let count = pairs.clone().count().max(1) as f64;
    let mean = pairs.clone().map(|it| it.1).sum::<f64>() / count;
    let variance: f64 = pairs.clone().map(|it| (it.1 - mean).powi(2)).sum();
    let error: f64 = pairs.map(|(guess, value)| (guess - value).powi(2)).sum();
    if variance > 1e-9 { 1.0 - error / variance } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_spread_and_explained_variance_is_that_of_the_residual() {
        assert_eq!(spread(10, 20, 5), [10, 12, 14, 16, 18]);
        assert_eq!(spread(3, 6, 9), [3, 4, 5]);
        let of = |pairs: &[(f64, f64)]| explained(pairs.iter().copied());
        assert!((of(&[(0.0, 0.0), (1.0, 1.0)]) - 1.0).abs() < 1e-12);
        assert!(of(&[(0.5, 0.0), (0.5, 1.0)]).abs() < 1e-12);
        assert!(of(&[(1.0, 1.0), (1.0, 1.0)]).is_nan());
    }

    #[test]
    fn the_parts_of_units_sum_to_what_the_function_tells() {
        // The values are twice the first number and minus the second.
        let rows: Vec<[f32; 3]> = (0..60_u8)
            .map(|at| [f32::from(at % 3), f32::from(at % 5), f32::from(at % 7)])
            .collect();
        let value = |row: &[f32; 3]| f64::from(2.0 * row[0] - row[1]);
        let pairs = rows.iter().map(|row| (&row[..], value(row)));
        let found = parts(&[2.0, -1.0, 0.0], pairs);
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{found:?}");
        // By hand: the variances are 4 · 2/3 and 2, of numbers that do not depend on each other.
        assert!((found[0] - (8.0 / 3.0) / (8.0 / 3.0 + 2.0)).abs() < 1e-9, "{found:?}");
        assert!(parts(&[1.0], [(&[1.0_f32][..], 3.0)].into_iter())[0].abs() < 1e-12);
    }
}
