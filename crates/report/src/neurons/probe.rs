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
            let guess = |at: &usize| weights.guess(row(at));
            let explained = explained(tested.iter().map(|at| (guess(at), value(at))));
            let single = linear.fit_one(fitted.iter().map(|at| (row(at), value(at))));
            let guess = |at: &usize| single.guess(row(at));
            let single = self::explained(tested.iter().map(|at| (guess(at), value(at))));
            probes.push(Probe { layer: trace.layer, feature: index, explained, single });
        }
    }
    probes.retain(|it| it.explained.is_finite());
    probes.sort_by(|a, b| b.explained.total_cmp(&a.explained));
    probes
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
}
