//! The trainings of a sweep.

use crate::{Axis, sobol};
use charnn_bundle::{Purpose, Seed};
use serde::{Deserialize, Serialize};

/// One training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Trainings with the same point differ in their seed only.
    pub point: usize,
    /// `train.seed`, counted from 1.
    pub seed: u64,
    /// Keys and values, in the order of the axes.
    pub settings: Vec<(String, String)>,
}

/// How random points are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sampling {
    /// Independently of each other.
    #[default]
    Random,
    /// As a Sobol sequence, which covers the ranges more evenly.
    Sobol,
}

/// The trainings for `axes`: with `points`, that many random ones, else every combination of the lists, the last axis
/// fastest. Each is repeated with the seeds 1 to `seeds`. `seed` and `sampling` determine the random ones.
///
/// `None` when there are neither `points` nor lists only.
///
/// # Panics
/// When a Sobol sequence has more than [`crate::MOST_DIMENSIONS`]: axes with more than one value.
pub fn trials(
    axes: &[Axis],
    points: Option<u64>,
    seeds: u64,
    seed: Seed,
    sampling: Sampling,
) -> Option<Vec<Trial>> {
    let random = |point: u64| {
        let mut rng = seed.rng(Purpose::Sweep, point);
        axes.iter().map(|axis| (axis.key.clone(), axis.draw(&mut rng))).collect()
    };
    let sobol = |point: u64| {
        let dimensions = axes.iter().filter(|axis| axis.varies()).count();
        let mut places = sobol::point(point, dimensions, seed).into_iter();
        let place = |axis: &Axis| if axis.varies() { places.next() } else { None };
        let place = axes.iter().map(place).collect::<Vec<_>>();
        let values = axes.iter().zip(place);
        values.map(|(axis, place)| (axis.key.clone(), axis.at(place.unwrap_or(0.0)))).collect()
    };
    let points: Vec<Vec<(String, String)>> = match (points, sampling) {
        (Some(points), Sampling::Random) => (0..points).map(random).collect(),
        (Some(points), Sampling::Sobol) => (0..points).map(sobol).collect(),
        (None, _) => grid(axes)?,
    };
    let repeated = points.into_iter().enumerate().flat_map(|(point, settings)| {
        (1..=seeds).map(move |seed| Trial { point, seed, settings: settings.clone() })
    });
    Some(repeated.collect())
}

/// Every combination.
fn grid(axes: &[Axis]) -> Option<Vec<Vec<(String, String)>>> {
    let mut points = vec![Vec::new()];
    for axis in axes {
        let values = axis.list()?;
        let longer = points.iter().flat_map(|point: &Vec<(String, String)>| {
            values.iter().map(|value| {
                let mut point = point.clone();
                point.push((axis.key.clone(), value.clone()));
                point
            })
        });
        points = longer.collect();
    }
    Some(points)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    fn axes(assignments: &[&str]) -> Vec<Axis> {
        assignments.iter().map(|it| Axis::parse(it).unwrap()).collect()
    }

    #[test]
    fn a_grid_has_every_combination_with_every_seed() {
        let trials =
            trials(&axes(&["a=[1, 2]", "b=[x, y, z]"]), None, 2, Seed(1), Sampling::Random)
                .unwrap();
        assert_eq!(trials.len(), 12);
        let values = |trial: &Trial| format!("{}{}", trial.settings[0].1, trial.settings[1].1);
        let points: Vec<String> = trials.iter().map(values).collect();
        assert_eq!(points[..4], ["1x", "1x", "1y", "1y"]);
        assert_eq!(trials.iter().map(|it| it.seed).collect::<Vec<_>>(), [1, 2].repeat(6));
        assert_eq!(trials[11].point, 5);
    }

    #[test]
    fn random_points_follow_from_the_seed_and_their_number() {
        let axes = axes(&["a=log(1, 100)", "b=[x, y]"]);
        let draw =
            |points, seed| trials(&axes, Some(points), 1, Seed(seed), Sampling::Random).unwrap();
        assert_eq!(draw(5, 1), draw(8, 1)[..5]);
        assert_ne!(draw(5, 1), draw(5, 2));
        assert_eq!(trials(&axes, None, 1, Seed(1), Sampling::Random), None);
    }

    #[test]
    fn sobol_points_cover_every_axis() {
        let axes = axes(&["a=log(1, 16)", "b=[x, y]", "c=7", "d=uniform(0, 1)"]);
        let trials = trials(&axes, Some(16), 1, Seed(3), Sampling::Sobol).unwrap();
        let column = |at: usize| trials.iter().map(move |it| it.settings[at].1.clone());
        assert_eq!(column(1).filter(|value| value == "x").count(), 8);
        assert!(column(2).all(|value| value == "7"));
        for (axis, of) in [(0, (|a: f64| a.log2() / 4.0) as fn(f64) -> f64), (3, |d| d)] {
            let mut cells: Vec<f64> =
                column(axis).map(|it| (of(it.parse().unwrap()) * 16.0).floor()).collect();
            cells.sort_by(f64::total_cmp);
            assert_eq!(cells, (0..16).map(f64::from).collect::<Vec<_>>(), "axis {axis}");
        }
    }
}
