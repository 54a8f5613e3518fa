//! Which unit follows which feature: correlations over a text.

use super::features::Feature;
use super::probe::Probe;
use super::record::{Quantity, Recording};

/// A unit that follows a feature is worth less if the feature is visible in the current symbol: then it
/// remembers nothing.
const LOCAL: f64 = 0.7;

/// A unit with a feature that it follows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The layer; the lowest is 0.
    pub layer: usize,
    /// The unit in its layer, from 0.
    pub unit: usize,
    /// The quantity: the hidden state or the cell state.
    pub quantity: Quantity,
    /// The position of the feature in the list of features.
    pub feature: usize,
    /// Pearson's correlation, from −1 to 1.
    pub correlation: f64,
    /// The unit's part in the linear probe of its layer for the feature: see [`Probe::parts`]. 0 for texts that are too
    /// short for probes.
    pub part: f64,
}

/// For each unit the feature that its hidden state follows best, the most interesting unit first: the strength of the
/// correlation plus the unit's part in the linear probe for the feature, so that a unit that alone tells a feature comes
/// before units that tell it together. Features that are visible in the current symbol count for 0.7.
pub fn rank(recording: &Recording, features: &[Feature], probes: &[Probe]) -> Vec<Ranked> {
    let mut ranked = Vec::new();
    for trace in recording.traces.iter().filter(|it| it.quantity == Quantity::Hidden) {
        let table = correlations(&trace.values, recording.units, features);
        let probe = |feature: usize| {
            probes.iter().find(|it| (it.layer, it.feature) == (trace.layer, feature))
        };
        let probes: Vec<Option<&Probe>> = (0..features.len()).map(probe).collect();
        let best = |unit: usize| {
            let of_feature = |feature: usize| {
                let part = probes[feature].map_or(0.0, |probe| probe.parts[unit]);
                let (layer, quantity) = (trace.layer, trace.quantity);
                let correlation = table[feature][unit];
                Ranked { layer, unit, quantity, feature, correlation, part }
            };
            let all = (0..features.len()).map(of_feature);
            all.max_by(|a, b| score(features, a).total_cmp(&score(features, b)))
        };
        ranked.extend((0..recording.units).filter_map(best));
    }
    ranked.sort_by(|a, b| score(features, b).total_cmp(&score(features, a)));
    ranked
}

fn score(features: &[Feature], it: &Ranked) -> f64 {
    let interest = it.correlation.abs() + it.part.clamp(0.0, 1.0);
    interest * if features[it.feature].is_memory { 1.0 } else { LOCAL }
}

/// Pearson's correlation of each feature with each unit of `values`, `[T, H]`: `[F][H]`. 0 for a unit that
/// never changes.
pub(super) fn correlations(values: &[f32], units: usize, features: &[Feature]) -> Vec<Vec<f64>> {
    let length = values.len() / units.max(1);
    let n = length.max(1) as f64;
    let mut sums = vec![0.0_f64; units];
    let mut squares = vec![0.0_f64; units];
    for row in values.chunks_exact(units) {
        for ((sum, square), value) in sums.iter_mut().zip(&mut squares).zip(row) {
            let value = f64::from(*value);
            *sum += value;
            *square += value * value;
        }
    }
    let deviation = |sum: f64, square: f64| (square / n - (sum / n).powi(2)).max(0.0).sqrt();
    let of_feature = |feature: &Feature| {
        let all = || feature.values.iter().map(|value| f64::from(*value));
        let (sum, square) = all().fold((0.0, 0.0), |(a, b), it| (a + it, b + it * it));
        let (mean, spread) = (sum / n, deviation(sum, square));
        let mut products = vec![0.0_f64; units];
        for (row, value) in values.chunks_exact(units).zip(all()) {
            let centred = value - mean;
            for (product, value) in products.iter_mut().zip(row) {
                *product += centred * f64::from(*value);
            }
        }
        products
            .iter()
            .zip(sums.iter().zip(&squares))
            .map(|(product, (sum, square))| {
                let own = deviation(*sum, *square);
                let together = spread * own;
                if own > 1e-6 && together > 1e-12 { product / n / together } else { 0.0 }
            })
            .collect()
    };
    features.iter().map(of_feature).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_message::Text;

    #[test]
    fn correlations_are_those_of_pearson() {
        let feature = |values: &[f32]| Feature {
            id: "x",
            name: Text::verbatim("x"),
            is_memory: true,
            values: values.to_vec(),
        };
        // Unit 0 equals the first feature, unit 1 is its opposite, unit 2 is constant.
        let values = [0.0, 1.0, 0.5, 1.0, 0.0, 0.5, 0.0, 1.0, 0.5, 1.0, 0.0, 0.5];
        let features = [feature(&[0.0, 1.0, 0.0, 1.0]), feature(&[1.0, 2.0, 3.0, 4.0])];
        let found = correlations(&values, 3, &features);
        assert!((found[0][0] - 1.0).abs() < 1e-9 && (found[0][1] + 1.0).abs() < 1e-9);
        assert!(found[0][2].abs() < 1e-9 && found[1][2].abs() < 1e-9);
        // By hand: covariance 0.25, deviations 0.5 and √1.25.
        assert!((found[1][0] - 0.25 / (0.5 * 1.25_f64.sqrt())).abs() < 1e-9);
    }
}
