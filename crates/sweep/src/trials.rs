//! The trainings of a sweep.

use crate::Axis;
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

/// The trainings for `axes`: with `points`, that many random ones, else every combination of the lists, the last axis
/// fastest. Each is repeated with the seeds 1 to `seeds`. `seed` determines the random ones.
///
/// `None` when there are neither `points` nor lists only.
pub fn trials(axes: &[Axis], points: Option<u64>, seeds: u64, seed: Seed) -> Option<Vec<Trial>> {
    let points: Vec<Vec<(String, String)>> = match points {
        Some(points) => (0..points)
            .map(|point| {
                let mut rng = seed.rng(Purpose::Sweep, point);
                axes.iter().map(|axis| (axis.key.clone(), axis.draw(&mut rng))).collect()
            })
            .collect(),
        None => grid(axes)?,
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
        let trials = trials(&axes(&["a=[1, 2]", "b=[x, y, z]"]), None, 2, Seed(1)).unwrap();
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
        let draw = |points, seed| trials(&axes, Some(points), 1, Seed(seed)).unwrap();
        assert_eq!(draw(5, 1), draw(8, 1)[..5]);
        assert_ne!(draw(5, 1), draw(5, 2));
        assert_eq!(trials(&axes, None, 1, Seed(1)), None);
    }
}
