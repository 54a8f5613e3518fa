//! Curves of thousands of points in a few hundred columns, without hiding what happened between them.

use crate::scale::Scale;

/// A point of a curve.
pub type Point = (f64, f64);

/// What a curve does within one column of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Where the column is, from 0 to 1.
    pub x: f64,
    /// The smallest value.
    pub low: f64,
    /// The largest value.
    pub high: f64,
    /// The mean of the values.
    pub mean: f64,
}

/// Divides the width of `x` into `count` columns of equal width and returns those that have points. Points
/// that are not finite are left out. Every minimum and maximum is kept.
pub fn columns(points: &[Point], x: &Scale, count: usize) -> Vec<Column> {
    let count = count.max(1);
    let mut found: Vec<Option<(Column, usize)>> = vec![None; count];
    for (at, value) in
        points.iter().copied().filter(|(at, value)| at.is_finite() && value.is_finite())
    {
        let place = x.position(at);
        if !(-1e-9..=1.0 + 1e-9).contains(&place) {
            continue;
        }
        let index = index(place * count as f64, count);
        let centre = (index as f64 + 0.5) / count as f64;
        let fresh = (Column { x: centre, low: value, high: value, mean: 0.0 }, 0);
        let (column, points) = found[index].get_or_insert(fresh);
        column.low = column.low.min(value);
        column.high = column.high.max(value);
        column.mean += value;
        *points += 1;
    }
    let mean = |(column, points): (Column, usize)| Column {
        mean: (column.mean / points as f64).clamp(column.low, column.high),
        ..column
    };
    found.into_iter().flatten().map(mean).collect()
}

/// The index of a column or a row: `at` rounded down, within `count`.
pub(crate) fn index(at: f64, count: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let index = at.max(0.0) as usize;
    index.min(count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::Spread;

    #[test]
    fn a_single_spike_is_never_lost() {
        for spike in [0, 1, 4_999, 7_777, 9_999] {
            let value = |at: usize| if at == spike { 50.0 } else { 1.0 };
            let points: Vec<Point> = (0..10_000).map(|at| (at as f64, value(at))).collect();
            let x = Scale { spread: Spread::Linear, low: 0.0, high: 9_999.0 };
            let columns = columns(&points, &x, 400);
            assert_eq!(columns.len(), 400);
            let with_spike: Vec<_> = columns.iter().filter(|it| it.high > 2.0).collect();
            assert_eq!(with_spike.len(), 1);
            assert!((with_spike[0].high - 50.0).abs() < 1e-12);
            assert!((with_spike[0].low - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let x = Scale { spread: Spread::Linear, low: 0.0, high: 1.0 };
        let points =
            [(0.0, f64::NAN), (0.5, f64::INFINITY), (f64::NAN, 1.0), (2.0, 1.0), (1.0, 3.0)];
        let columns = columns(&points, &x, 10);
        assert_eq!(columns.len(), 1);
        assert!((columns[0].mean - 3.0).abs() < 1e-12);
    }
}
