//! Runs side by side: which settings differ, and the losses after equal steps, characters and seconds.

use crate::{Entry, Field, MetricRow, RunDir, RunError, Value};
use charnn_config::KEYS;
use serde::Serialize;

/// The training loss at a point is the mean over at most this many steps before it: that of one batch is
/// noisy.
const SMOOTHED: usize = 100;
/// At how many points runs are compared, equally far apart.
const POINTS: u64 = 4;

/// What runs have in common and what not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The names of the runs.
    pub runs: Vec<String>,
    /// Keys whose values differ, with the value of each run; `None` where its configuration is not known.
    pub differences: Vec<(String, Vec<Option<Value>>)>,
    /// Whether the runs were trained on different texts, whose losses mean different things.
    pub different_texts: bool,
    /// The lowest validation loss of each run.
    pub best: Vec<Option<f64>>,
    /// The losses at equal steps, characters and seconds.
    pub cuts: Vec<Cut>,
    /// Runs that differ only in their seed, together.
    pub groups: Vec<Group>,
}

/// What is equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Training steps.
    Steps,
    /// Characters read in training.
    Characters,
    /// Seconds of training.
    Seconds,
}

/// The losses after an equal amount of something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cut {
    /// Of what.
    pub axis: Axis,
    /// How much.
    pub at: f64,
    /// The losses of each run there.
    pub points: Vec<Point>,
}

/// The losses of a run at a point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Point {
    /// The mean training loss over up to 100 steps before it.
    pub train_loss: Option<f64>,
    /// The validation loss of the last evaluation before it.
    pub val_loss: Option<f64>,
}

/// Runs that differ only in their seed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Their positions in the list of runs.
    pub members: Vec<usize>,
    /// Their lowest validation losses.
    pub best: Option<Mean>,
    /// For each [`Cut`], their validation losses there; where no run was evaluated, their training losses.
    pub cuts: Vec<Option<Mean>>,
}

/// A mean with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// The standard error of the mean: the sample's standard deviation divided by √n. `None` for a single
    /// value.
    pub standard_error: Option<f64>,
    /// How many values.
    pub count: usize,
}

impl Mean {
    /// That of `values`; `None` if there are none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let (count, n) = (values.len(), values.len() as f64);
        if count == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let standard_error = (count > 1).then(|| (squares / (n - 1.0) / n).sqrt());
        Some(Self { mean, standard_error, count })
    }
}

/// Compares runs: their configurations, and their losses at a quarter, a half, three quarters and the whole
/// of what all of them have reached.
///
/// # Errors
/// When the metrics of a run cannot be read.
pub fn compare(runs: &[RunDir]) -> Result<Comparison, RunError> {
    let entries: Vec<Entry> = runs.iter().map(RunDir::entry).collect();
    let curves = runs.iter().zip(&entries).map(|(run, entry)| {
        let rows = run.metrics()?;
        Ok(Curve { rows, characters_per_step: entry.characters_per_step().map(|it| it as f64) })
    });
    let curves: Vec<Curve> = curves.collect::<Result<_, RunError>>()?;
    let cuts: Vec<Cut> = [Axis::Steps, Axis::Characters, Axis::Seconds]
        .into_iter()
        .flat_map(|axis| cuts(&curves, axis))
        .collect();
    let best: Vec<Option<f64>> =
        entries.iter().map(|it| it.measured.best.map(|best| best.loss)).collect();
    let text = |entry: &Entry| entry.text.clone();
    Ok(Comparison {
        runs: entries.iter().map(|entry| entry.name.clone()).collect(),
        differences: differences(&entries),
        different_texts: entries
            .iter()
            .filter_map(text)
            .collect::<std::collections::BTreeSet<_>>()
            .len()
            > 1,
        groups: groups(&entries, &best, &cuts),
        best,
        cuts,
    })
}

/// The rows of a run.
struct Curve {
    rows: Vec<MetricRow>,
    characters_per_step: Option<f64>,
}

impl Curve {
    fn position(&self, row: &MetricRow, axis: Axis) -> Option<f64> {
        match axis {
            Axis::Steps => Some(row.step as f64),
            Axis::Characters => Some(row.step as f64 * self.characters_per_step?),
            Axis::Seconds => Some(row.seconds),
        }
    }

    /// How far the run is.
    fn end(&self, axis: Axis) -> Option<f64> {
        self.position(self.rows.last()?, axis)
    }

    fn at(&self, axis: Axis, limit: f64) -> Point {
        let is_before = |row: &&MetricRow| self.position(row, axis).is_some_and(|it| it <= limit);
        let before = || self.rows.iter().rev().skip_while(|row| !is_before(row));
        let losses: Vec<f64> = before().filter_map(|row| row.train_loss).take(SMOOTHED).collect();
        Point {
            train_loss: Mean::of(&losses).map(|it| it.mean),
            val_loss: before().find_map(|row| row.val_loss),
        }
    }
}

/// The losses at equally distant points up to where the shortest run ends.
fn cuts(curves: &[Curve], axis: Axis) -> Vec<Cut> {
    let ends: Option<Vec<f64>> = curves.iter().map(|curve| curve.end(axis)).collect();
    let end = ends.unwrap_or_default().into_iter().reduce(f64::min).filter(|end| *end > 0.0);
    let Some(end) = end else { return Vec::new() };
    let whole = |at: f64| if axis == Axis::Seconds { at } else { at.floor() };
    let cut = |part: u64| {
        let at = whole(end * part as f64 / POINTS as f64);
        Cut { axis, at, points: curves.iter().map(|curve| curve.at(axis, at)).collect() }
    };
    (1..=POINTS).map(cut).filter(|cut| cut.at > 0.0).collect()
}

/// Keys whose values differ. The name of a run is not a setting.
fn differences(entries: &[Entry]) -> Vec<(String, Vec<Option<Value>>)> {
    let values = |field: Field| entries.iter().map(|entry| field.value(entry)).collect::<Vec<_>>();
    let keys =
        KEYS.iter().filter(|key| key.table != "run").map(|key| (key, values(Field::Key(key))));
    let differing = keys.filter(|(_, values)| values.iter().any(|value| *value != values[0]));
    differing.map(|(key, values)| (key.path(), values)).collect()
}

/// Runs with the same settings except `train.seed`, together.
fn groups(entries: &[Entry], best: &[Option<f64>], cuts: &[Cut]) -> Vec<Group> {
    let settings = |entry: &Entry| {
        let mut config = entry.config.clone()?;
        config.train.seed = 0;
        config.run = charnn_config::RunDirConfig::default();
        Some((config, entry.text.clone()))
    };
    let all: Vec<_> = entries.iter().map(settings).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, own) in all.iter().enumerate() {
        match groups.iter_mut().find(|group| own.is_some() && all[group[0]] == *own) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    let group = |members: Vec<usize>| {
        let of = |values: &dyn Fn(usize) -> Option<f64>| {
            Mean::of(&members.iter().filter_map(|at| values(*at)).collect::<Vec<_>>())
        };
        let loss = |cut: &Cut| {
            of(&|at| cut.points[at].val_loss).or_else(|| of(&|at| cut.points[at].train_loss))
        };
        Group { best: of(&|at| best[at]), cuts: cuts.iter().map(loss).collect(), members }
    };
    groups.into_iter().map(group).collect()
}
