//! Axes: where a value lies, and which values are marked.

use crate::figures::{decimals, short};
use charnn_message::grouped;

/// How values are spread over an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Equal differences are equally long.
    Linear,
    /// Equal ratios are equally long.
    Log,
}

/// The part of the numbers that an axis shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// How values are spread.
    pub spread: Spread,
    /// The value at the start.
    pub low: f64,
    /// The value at the end; above `low`.
    pub high: f64,
}

/// A marked value of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// The value.
    pub value: f64,
    /// The value in words.
    pub label: String,
}

impl Scale {
    /// The smallest scale around finite `values`, a little wider unless `tight`. Logarithmic where asked and
    /// possible.
    pub fn around(values: impl IntoIterator<Item = f64>, spread: Spread, tight: bool) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        // Larger numbers would overflow in what follows.
        for value in values.into_iter().filter(|value| value.abs() < 1e150) {
            if spread == Spread::Log && value <= 0.0 {
                continue;
            }
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = if spread == Spread::Log { (1.0, 10.0) } else { (0.0, 1.0) };
        }
        if spread == Spread::Log {
            if high / low < 1.01 {
                (low, high) = (low / 2.0, high * 2.0);
            } else if !tight {
                let room = (high / low).powf(0.04);
                (low, high) = (low / room, high * room);
            }
            return Self { spread, low, high };
        }
        // A difference that numbers of this size cannot show would make no ticks.
        let least = low.abs().max(high.abs()) * 1e-9;
        if high - low <= least {
            let half = if low == 0.0 { 1.0 } else { low.abs() / 2.0 };
            (low, high) = (low - half, high + half);
        } else if !tight {
            let room = (high - low) * 0.04;
            let from_zero = low >= 0.0 && low - room < 0.0;
            (low, high) = (if from_zero { 0.0 } else { low - room }, high + room);
        }
        Self { spread, low, high }
    }

    /// Where `value` lies, from 0 at the start to 1 at the end; beyond both for values outside.
    pub fn position(&self, value: f64) -> f64 {
        match self.spread {
            Spread::Linear => (value - self.low) / (self.high - self.low),
            Spread::Log => {
                (value.max(f64::MIN_POSITIVE) / self.low).ln() / (self.high / self.low).ln()
            }
        }
    }

    /// Round values from start to end, at most about `most`.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        match self.spread {
            Spread::Linear => self.linear_ticks(most),
            Spread::Log => self.log_ticks(most),
        }
    }

    fn linear_ticks(&self, most: usize) -> Vec<Tick> {
        let rough = (self.high - self.low) / most.max(1) as f64;
        let power = rough.log10().floor();
        let unit = 10f64.powf(power);
        let step = [1.0, 2.0, 5.0, 10.0].map(|it| it * unit);
        let step = step.into_iter().find(|step| *step >= rough * 0.999).unwrap_or(unit * 10.0);
        let places = decimals(-(step * 1.001).log10().floor());
        let first = (self.low / step - 1e-9).ceil();
        let mut ticks = Vec::new();
        for at in 0..100 {
            let value = (first + f64::from(at)) * step;
            if value > self.high + step * 1e-6 {
                break;
            }
            let value = if value.abs() < step * 1e-6 { 0.0 } else { value };
            ticks.push(Tick { value, label: label(value, places) });
        }
        ticks
    }

    fn log_ticks(&self, most: usize) -> Vec<Tick> {
        let decades = (self.high / self.low).log10();
        let (first, last) = (self.low.log10().floor(), self.high.log10().ceil());
        if decades < 0.7 {
            let linear = Self { spread: Spread::Linear, ..*self };
            return linear.linear_ticks(most);
        }
        let within: &[f64] = if decades <= 1.5 {
            &[1.0, 2.0, 5.0]
        } else if decades <= 3.0 {
            &[1.0, 3.0]
        } else {
            &[1.0]
        };
        let every = (decades / most.max(1) as f64).ceil().max(1.0);
        let mut ticks = Vec::new();
        let mut power = first;
        while power <= last && ticks.len() < 100 {
            for factor in within {
                let value = factor * 10f64.powf(power);
                if value >= self.low * 0.999 && value <= self.high * 1.001 {
                    ticks.push(Tick { value, label: short(value, 3) });
                }
            }
            power += every;
        }
        ticks
    }
}

/// `value` with `places` decimal places and separators of thousands.
fn label(value: f64, places: usize) -> String {
    if value.abs() >= 1e9 || (value != 0.0 && value.abs() < 1e-4) {
        return short(value, 4);
    }
    let text = format!("{:.places$}", value.abs());
    let (before, after) = text.split_once('.').unwrap_or((&text, ""));
    let before = before.parse().map_or(before.to_owned(), grouped);
    let sign = if value < 0.0 { "−" } else { "" };
    let point = if after.is_empty() { "" } else { "." };
    format!("{sign}{before}{point}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, spread: Spread) -> Vec<String> {
        Scale { spread, low, high }.ticks(5).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(1.43, 4.2, Spread::Linear), ["2", "3", "4"]);
        assert_eq!(
            labels(0.0, 10_000.0, Spread::Linear),
            ["0", "2,000", "4,000", "6,000", "8,000", "10,000"]
        );
        assert_eq!(labels(1.41, 1.62, Spread::Linear), ["1.45", "1.50", "1.55", "1.60"]);
        assert_eq!(labels(-1.0, 1.0, Spread::Linear), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(
            labels(1e-5, 1e-2, Spread::Log),
            ["1e-5", "3e-5", "0.0001", "0.0003", "0.001", "0.003", "0.01"]
        );
        assert_eq!(labels(1.0, 10.0, Spread::Log), ["1", "2", "5", "10"]);
    }

    #[test]
    fn every_scale_has_an_extent_and_positions_within_it() {
        let cases: [&[f64]; 7] =
            [&[], &[3.0], &[0.0, 0.0], &[f64::NAN, 1.0], &[1e300, -1e300], &[-5.0, 5.0], &[1e-300]];
        for values in cases {
            for spread in [Spread::Linear, Spread::Log] {
                let scale = Scale::around(values.iter().copied(), spread, false);
                assert!(scale.low < scale.high, "{values:?}: {scale:?}");
                assert!((scale.position(scale.low)).abs() < 1e-9, "{scale:?}");
                assert!((scale.position(scale.high) - 1.0).abs() < 1e-9, "{scale:?}");
                let ticks = scale.ticks(5);
                assert!(ticks.len() < 25 && ticks.iter().all(|tick| tick.value.is_finite()));
            }
        }
    }
}
