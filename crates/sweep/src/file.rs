//! A sweep as a file: what is trained, the values of its settings, and the flags of the sweep.

use crate::{Axis, AxisError};
use charnn_message::{Describe, Message, display, in_a_line, shown, text};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// A sweep file.
///
/// ```toml
/// sources = ["novel.toml"]
/// name = "rates"
/// points = 12
///
/// [set]
/// model.hidden_size = [128, 256]
/// train.learning_rate = "log(0.001, 0.02)"
/// ```
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepFile {
    /// A configuration or texts. Paths are relative to the file.
    #[serde(default)]
    pub sources: Vec<PathBuf>,
    /// Keys, as tables or with dots, and their values: a list, `"uniform(A, B)"`, `"log(A, B)"` or a single value.
    set: Table,
    /// The name of the sweep.
    pub name: Option<String>,
    /// The number of random combinations.
    pub points: Option<u64>,
    /// Whether they are a Sobol sequence.
    pub sobol: Option<bool>,
    /// Trainings of each combination.
    pub seeds: Option<u64>,
    /// The seed of the random combinations.
    pub seed: Option<u64>,
    /// Trainings at the same time.
    pub jobs: Option<usize>,
    /// The steps before trainings are first compared.
    pub halving: Option<u64>,
    /// One of this many trainings continues after a comparison.
    pub reduction: Option<u64>,
    /// Where to train.
    pub device: Option<String>,
}

/// A file that is no sweep.
#[derive(Debug, thiserror::Error)]
pub enum SweepFileError {
    /// It is not TOML, or a key is unknown or has a value of another type.
    Content {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the TOML library reported.
        why: String,
    },
    /// A number is too small or too large.
    Range {
        /// The file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// The smallest and the largest value.
        range: (u64, u64),
    },
    /// A value in `[set]` is no axis.
    Axis(#[from] AxisError),
}

display!(SweepFileError);

impl Describe for SweepFileError {
    fn describe(&self) -> Message {
        match self {
            Self::Content { path, line, why } => {
                let (path, why) = (shown(path), in_a_line(why));
                Message::new(
                    "sweep/file-content",
                    text!(en: "{path}, line {line}: {why}", zh: "{path} 第 {line} 行：{why}"),
                )
                .hint(text!(
                    en: "a sweep file has sources, name, points, sobol, seeds, seed, jobs, halving, reduction, device and \
                         a table [set]",
                    zh: "扫描文件包含 sources、name、points、sobol、seeds、seed、jobs、halving、reduction、device 和 [set] 表"
                ))
            }
            Self::Range { path, key, range: (least, most) } => {
                let path = shown(path);
                Message::new(
                    "sweep/file-range",
                    text!(
                        en: "{path}: {key} must be between {least} and {most}",
                        zh: "{path}：{key} 必须在 {least} 和 {most} 之间"
                    ),
                )
            }
            Self::Axis(error) => error.describe(),
        }
    }
}

impl SweepFile {
    /// Reads the file at `path`. `None` if it cannot be read, or is not for a sweep: it has no table `set`.
    ///
    /// # Errors
    /// When it has one and is not as described above.
    pub fn read(path: &Path) -> Result<Option<Self>, SweepFileError> {
        std::fs::read_to_string(path).map_or(Ok(None), |text| Self::parse(path, &text))
    }

    /// Reads `text`, the content of `path`. `None` if it is not for a sweep: it has no table `set`.
    ///
    /// # Errors
    /// When it has one and is not as described above.
    fn parse(path: &Path, text: &str) -> Result<Option<Self>, SweepFileError> {
        if !toml::from_str::<Table>(text).is_ok_and(|table| table.contains_key("set")) {
            return Ok(None);
        }
        let mut file: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or("", |span| &text[..span.start.min(text.len())]);
            let line = before.matches('\n').count() + 1;
            SweepFileError::Content { path: path.to_owned(), line, why: error.message().to_owned() }
        })?;
        let out_of_range =
            |value: Option<u64>, least, most| value.is_some_and(|it| !(least..=most).contains(&it));
        for (key, value, least, most) in [
            ("points", file.points, 1, 100_000),
            ("seeds", file.seeds, 1, 1000),
            ("jobs", file.jobs.map(|jobs| jobs as u64), 1, 1000),
            ("halving", file.halving, 1, u64::MAX),
            ("reduction", file.reduction, 2, 1000),
        ] {
            if out_of_range(value, least, most) {
                return Err(SweepFileError::Range {
                    path: path.to_owned(),
                    key,
                    range: (least, most),
                });
            }
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        for source in &mut file.sources {
            if !source.to_string_lossy().starts_with("builtin:") {
                *source = folder.join(&*source);
            }
        }
        Ok(Some(file))
    }

    /// The settings and their values, in the order of their keys.
    ///
    /// # Errors
    /// When a list is empty or bounds make no sense.
    pub fn axes(&self) -> Result<Vec<Axis>, AxisError> {
        let mut axes = Vec::new();
        collect("", &self.set, &mut axes)?;
        Ok(axes)
    }
}

/// Axes of `table`, whose keys come after `path`.
fn collect(path: &str, table: &Table, axes: &mut Vec<Axis>) -> Result<(), AxisError> {
    for (key, value) in table {
        let key = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Table(table) => collect(&key, table, axes)?,
            value => axes.push(Axis::of(&key, value)?),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use crate::{Sampling, trials};
    use charnn_bundle::Seed;

    fn parse(text: &str) -> Result<Option<SweepFile>, SweepFileError> {
        SweepFile::parse(Path::new("experiments/rates.toml"), text)
    }

    #[test]
    fn keys_are_tables_or_have_dots() {
        let text = "sources = [\"novel.toml\", \"builtin:tales\"]\nseeds = 2\n[set]\n\"model.cell\" = [\"gru\", \"lstm\"]\n\
            model.hidden_size = [8, 16]\n[set.train]\nlearning_rate = \"log(0.001, 0.1)\"\nepochs = 3\n";
        let file = parse(text).unwrap().unwrap();
        assert_eq!(file.sources, [Path::new("experiments/novel.toml"), Path::new("builtin:tales")]);
        assert_eq!((file.seeds, file.points), (Some(2), None));
        let axes = file.axes().unwrap();
        let keys: Vec<&str> = axes.iter().map(|axis| &axis.key[..]).collect();
        assert_eq!(
            keys,
            ["model.hidden_size", "model.cell", "train.epochs", "train.learning_rate"]
        );
        let point = &trials(&axes, Some(1), 1, Seed(1), Sampling::Random).unwrap()[0].settings;
        assert!(["\"gru\"", "\"lstm\""].contains(&&point[1].1[..]), "{point:?}");
        assert_eq!(point[2].1, "3");
        let rate: f64 = point[3].1.parse().unwrap();
        assert!((0.001..0.1).contains(&rate), "{rate}");
    }

    #[test]
    fn other_files_are_left_to_others() {
        assert_eq!(parse("[model]\ncell = \"gru\"\n").unwrap(), None);
        assert_eq!(parse("= nonsense").unwrap(), None);
    }

    #[test]
    fn a_wrong_line_is_named() {
        let wrong = |text: &str| parse(text).unwrap_err().describe().in_full().english;
        let unknown = wrong("jobs = 2\npoint = 3\n[set]\na = [1]\n");
        assert!(unknown.contains("rates.toml, line 2") && unknown.contains("point"), "{unknown}");
        assert!(wrong("jobs = \"two\"\n[set]\na = [1]\n").contains("line 1"));
        assert!(wrong("jobs = 0\n[set]\na = [1]\n").contains("between 1 and 1000"));
        let empty = parse("[set]\na = []\n").unwrap().unwrap().axes().unwrap_err();
        assert_eq!(empty, AxisError::Empty { key: "a".into() });
    }
}
