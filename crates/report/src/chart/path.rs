//! The `d` of an SVG path, in whole units and as short as possible.

use std::fmt::Write as _;

/// A path being written.
#[derive(Debug, Default)]
pub(super) struct Path {
    out: String,
    at: (i64, i64),
}

impl Path {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A line through `points`.
    pub(super) fn through(mut self, points: &[(f64, f64)]) -> String {
        for (index, point) in points.iter().enumerate() {
            let next = units(*point);
            if index == 0 {
                let _ = write!(self.out, "M{} {}", next.0, next.1);
                self.at = next;
                if points.len() > 1 {
                    self.out.push('l');
                }
                continue;
            }
            let (right, down) = (next.0 - self.at.0, next.1 - self.at.1);
            if !self.out.ends_with('l') && right >= 0 {
                self.out.push(' ');
            }
            let gap = if down < 0 { "" } else { " " };
            let _ = write!(self.out, "{right}{gap}{down}");
            self.at = next;
        }
        self.out
    }

    /// Points without a length, which a round line cap makes visible.
    pub(super) fn dots(mut self, points: &[(f64, f64)]) -> String {
        for point in points {
            let (x, y) = units(*point);
            let _ = write!(self.out, "M{x} {y}h0");
        }
        self.out
    }

    pub(super) fn horizontal(mut self, y: f64, width: f64) -> String {
        let _ = write!(self.out, "M0 {y:.0}h{width}");
        self.out
    }

    pub(super) fn vertical(mut self, x: f64, height: f64) -> String {
        let _ = write!(self.out, "M{x:.0} 0v{height}");
        self.out
    }
}

fn units((x, y): (f64, f64)) -> (i64, i64) {
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    {
        (x.round() as i64, y.clamp(-1e5, 1e5).round() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_and_short() {
        let points = [(0.0, 10.0), (4.2, 7.0), (8.0, 12.0), (12.0, 12.0), (8.0, 12.0)];
        assert_eq!(Path::new().through(&points), "M0 10l4-3 4 5 4 0-4 0");
        assert_eq!(Path::new().through(&points[..1]), "M0 10");
        assert_eq!(Path::new().dots(&points[..2]), "M0 10h0M4 7h0");
    }
}
