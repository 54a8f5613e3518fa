//! Linear probes: how well the numbers of a hidden state together tell something about the text.

/// Ridge, as a share of the mean variance of a number.
const RIDGE: f64 = 0.01;

/// A linear function of the numbers of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearFit {
    /// A weight for each number.
    pub weights: Vec<f64>,
    /// What is added.
    pub offset: f64,
}

impl LinearFit {
    /// The value for a row.
    pub fn guess(&self, row: &[f32]) -> f64 {
        let products =
            self.weights.iter().zip(row).map(|(weight, value)| weight * f64::from(*value));
        self.offset + products.sum::<f64>()
    }
}

/// The covariance of rows of numbers, ready to fit values to them by least squares with a small ridge.
#[derive(Debug, Clone)]
pub struct LinearProbe {
    means: Vec<f64>,
    variances: Vec<f64>,
    /// The Cholesky factor of covariance and ridge: the lower triangle, row by row.
    factor: Vec<f64>,
}

impl LinearProbe {
    /// Prepares fits to rows of `units` numbers, such as the hidden states of a layer along a text, `[T, H]`.
    pub fn new<'a>(rows: impl ExactSizeIterator<Item = &'a [f32]> + Clone, units: usize) -> Self {
        let count = rows.len().max(1) as f64;
        let mut means = vec![0.0; units];
        for row in rows.clone() {
            means.iter_mut().zip(row).for_each(|(mean, value)| *mean += f64::from(*value) / count);
        }
        let mut matrix = vec![0.0; units * units];
        let mut centred = vec![0.0; units];
        for row in rows {
            for ((centred, value), mean) in centred.iter_mut().zip(row).zip(&means) {
                *centred = f64::from(*value) - mean;
            }
            for (at, line) in matrix.chunks_exact_mut(units).enumerate() {
                let own = centred[at] / count;
                line[..=at].iter_mut().zip(&centred).for_each(|(sum, value)| *sum += own * value);
            }
        }
        let variances: Vec<f64> = (0..units).map(|at| matrix[at * units + at]).collect();
        let ridge = RIDGE * variances.iter().sum::<f64>() / units as f64 + 1e-9;
        for at in 0..units {
            matrix[at * units + at] += ridge;
        }
        cholesky(&mut matrix, units);
        Self { means, variances, factor: matrix }
    }

    /// The covariance of each number with the values, and the mean value.
    fn with<'a>(&self, pairs: impl Iterator<Item = (&'a [f32], f64)> + Clone) -> (Vec<f64>, f64) {
        let count = pairs.clone().count().max(1) as f64;
        let mean = pairs.clone().map(|it| it.1).sum::<f64>() / count;
        let mut sums = vec![0.0; self.means.len()];
        for (row, value) in pairs {
            let centred = (value - mean) / count;
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += centred * f64::from(*value);
            }
        }
        (sums, mean)
    }

    /// The best linear function of all numbers. The rows must be those of [`LinearProbe::new`].
    pub fn fit<'a>(&self, pairs: impl Iterator<Item = (&'a [f32], f64)> + Clone) -> LinearFit {
        let (mut weights, mean) = self.with(pairs);
        solve(&self.factor, &mut weights);
        self.centred(weights, mean)
    }

    /// The same of one number only, the one whose correlation is the largest.
    pub fn fit_one<'a>(&self, pairs: impl Iterator<Item = (&'a [f32], f64)> + Clone) -> LinearFit {
        let (covariances, mean) = self.with(pairs);
        let gain = |at: usize| covariances[at].powi(2) / (self.variances[at] + 1e-9);
        let best = (0..covariances.len()).max_by(|a, b| gain(*a).total_cmp(&gain(*b)));
        let mut weights = vec![0.0; covariances.len()];
        if let Some(best) = best {
            weights[best] = covariances[best] / (self.variances[best] + 1e-9);
        }
        self.centred(weights, mean)
    }

    fn centred(&self, weights: Vec<f64>, mean: f64) -> LinearFit {
        let shift: f64 = weights.iter().zip(&self.means).map(|(weight, mean)| weight * mean).sum();
        LinearFit { weights, offset: mean - shift }
    }
}

/// Replaces a symmetric matrix, of which the lower triangle is read, by its Cholesky factor.
fn cholesky(matrix: &mut [f64], size: usize) {
    for row in 0..size {
        for column in 0..=row {
            let (above, own) = matrix.split_at(row * size);
            let other = if column == row { own } else { &above[column * size..] };
            let dot: f64 = own[..column].iter().zip(&other[..column]).map(|(a, b)| a * b).sum();
            let rest = own[column] - dot;
            matrix[row * size + column] = if column == row {
                rest.max(1e-12).sqrt()
            } else {
                rest / matrix[column * size + column]
            };
        }
    }
}

/// Solves for the weights, given the factor.
fn solve(factor: &[f64], values: &mut [f64]) {
    let size = values.len();
    for row in 0..size {
        let line = &factor[row * size..][..=row];
        let dot: f64 = line[..row].iter().zip(&*values).map(|(a, b)| a * b).sum();
        values[row] = (values[row] - dot) / line[row];
    }
    for row in (0..size).rev() {
        let own = values[row] / factor[row * size + row];
        values[row] = own;
        for (value, weight) in values[..row].iter_mut().zip(&factor[row * size..][..row]) {
            *value -= own * weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_solved() {
        // [[4, 2], [2, 3]] · [1, 2] = [8, 8]
        let mut matrix = [4.0, 0.0, 2.0, 3.0];
        cholesky(&mut matrix, 2);
        let mut values = [8.0, 8.0];
        solve(&matrix, &mut values);
        assert!((values[0] - 1.0).abs() < 1e-12 && (values[1] - 2.0).abs() < 1e-12, "{values:?}");
    }

    #[test]
    fn a_linear_function_of_two_numbers_is_found_and_one_number_tells_less() {
        let rows: Vec<[f32; 3]> = (0..200_u16)
            .map(|at| {
                [f32::from(at % 7) / 7.0, f32::from(at % 11) / 11.0, f32::from(at % 13) / 13.0]
            })
            .collect();
        let value = |row: &[f32; 3]| 2.0 * f64::from(row[0]) - f64::from(row[1]) + 0.5;
        let probe = LinearProbe::new(rows.iter().map(|row| &row[..]), 3);
        let pairs = rows.iter().map(|row| (&row[..], value(row)));
        let (all, one) = (probe.fit(pairs.clone()), probe.fit_one(pairs));
        for row in &rows {
            assert!((all.guess(row) - value(row)).abs() < 0.05, "{all:?}");
        }
        assert!((all.weights[0] - 2.0).abs() < 0.1 && all.weights[2].abs() < 0.05, "{all:?}");
        assert!(
            one.weights[0] > 1.5 && one.weights[1..].iter().all(|it| it.abs() < 1e-12),
            "{one:?}"
        );
    }
}
