//! What a report knows of a run. Parts that are missing or damaged are problems, not errors.

use crate::curve::Point;
use charnn_config::{KEYS, Key};
use charnn_infer::Novelty;
use charnn_message::{Describe, Message, Text, display, grouped, in_a_line, text};
use charnn_runs::{
    Entry, Field, MetricRow, Rows, RunDir, RunError, SampleRow, SessionRow, State, Value,
};

/// The training loss at the end is the mean over this many steps: that of one batch is noisy.
const SMOOTHED: usize = 100;
/// The throughput is shown for about this many parts of the run.
const PARTS: usize = 80;
/// Seconds are recorded to the millisecond; shorter parts would show noise.
const LEAST_SECONDS: f64 = 0.05;

/// A part of a run that a report has to do without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunProblem {
    /// A part cannot be read.
    Unreadable {
        /// The run.
        run: String,
        /// What is wrong.
        why: Text,
    },
    /// Rows of a file make no sense.
    DamagedRows {
        /// The run.
        run: String,
        /// The file.
        file: &'static str,
        /// How many rows.
        count: usize,
        /// The first of them, counted from 1.
        first: usize,
    },
}

display!(RunProblem);

impl Describe for RunProblem {
    fn describe(&self) -> Message {
        match self {
            Self::Unreadable { run, why } => {
                let run = in_a_line(run);
                Message::new(
                    "report/unreadable",
                    text!(
                        en: ("the report lacks a part of run {run}: {}", why.english),
                        zh: ("报告缺少训练记录 {run} 的一部分：{}", why.chinese),
                    ),
                )
            }
            Self::DamagedRows { run, file, count, first } => {
                let (run, count, first) =
                    (in_a_line(run), grouped(*count as u64), grouped(*first as u64));
                Message::new(
                    "report/damaged-rows",
                    text!(
                        en: "left out rows of {file} of run {run} that are not valid: {count}, first in line {first}",
                        zh: "略去训练记录 {run} 的 {file} 中无效的行：共 {count} 行，首行为第 {first} 行"
                    ),
                )
            }
        }
    }
}

/// What the samples of a run have in common with its training text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SampleNovelty {
    /// They were not compared.
    #[default]
    NotCompared,
    /// They cannot be compared, for this reason.
    Unknown(Text),
    /// What each sample has in common with it.
    Compared(Vec<Novelty>),
}

/// A run, as a report shows it.
#[derive(Debug, Clone)]
pub struct ReportedRun {
    /// Its name.
    pub name: String,
    /// The run as a list shows it.
    pub entry: Entry,
    /// Training steps and evaluations.
    pub rows: Vec<MetricRow>,
    /// Texts that the network wrote during training.
    pub samples: Vec<SampleRow>,
    /// What the samples have in common with the training text.
    pub novelty: SampleNovelty,
    /// The processes that trained it.
    pub sessions: Vec<SessionRow>,
    /// How many symbols the network knows.
    pub vocabulary_size: Option<usize>,
    /// What is missing.
    pub problems: Vec<RunProblem>,
}

impl ReportedRun {
    /// Reads a run.
    pub fn read(run: &RunDir) -> Self {
        let (entry, name) = (run.entry(), run.name());
        let mut problems = Vec::new();
        if let State::Damaged(why) = &entry.state {
            problems.push(RunProblem::Unreadable { run: name.clone(), why: why.clone() });
        }
        let rows = kept(run.metric_rows(), &name, "metrics.jsonl", &mut problems);
        let samples = kept(run.sample_rows(), &name, "samples.jsonl", &mut problems);
        let sessions = run.session_rows().map(|it| it.rows).unwrap_or_default();
        let vocabulary = run.vocabulary().map(|vocabulary| vocabulary.len());
        let vocabulary_size = known(vocabulary, &name, &mut problems);
        let novelty = SampleNovelty::default();
        Self { name, entry, rows, samples, novelty, sessions, vocabulary_size, problems }
    }

    /// What a sample has in common with the training text, where that is known.
    pub fn novelty_of(&self, sample: usize) -> Option<&Novelty> {
        match &self.novelty {
            SampleNovelty::Compared(all) => all.get(sample),
            _ => None,
        }
    }

    /// The number of weights.
    pub fn parameters(&self) -> Option<usize> {
        Some(self.entry.config.as_ref()?.model.parameter_count(self.vocabulary_size?))
    }

    /// The value of a key, where the configuration is known.
    pub fn value(&self, key: &'static Key) -> Option<Value> {
        Field::Key(key).value(&self.entry)
    }

    /// Where the value of `key` comes from, if not a default: as it was recorded when training started.
    pub fn origin(&self, key: &Key) -> Option<&str> {
        let path = key.path();
        self.sessions.iter().rev().find_map(|it| it.origins.get(&path)).map(String::as_str)
    }

    /// Keys whose value is not the default, or was set to it.
    pub fn changed(&self) -> Vec<(&'static Key, Value)> {
        let config = self.entry.config.as_ref().and_then(|it| serde_json::to_value(it).ok());
        let Some(config) = config else { return Vec::new() };
        let is_default = |key: &Key| {
            let default = serde_json::to_value(&key.default).ok();
            config.get(&key.table).and_then(|it| it.get(&key.name)) == default.as_ref()
        };
        KEYS.iter()
            .filter(|key| !is_default(key) || self.origin(key).is_some())
            .filter_map(|key| Some((key, self.value(key)?)))
            .collect()
    }

    /// Steps made.
    pub fn steps(&self) -> u64 {
        let last = self.rows.iter().map(|row| row.step).max();
        last.unwrap_or_default().max(self.entry.measured.step)
    }

    /// Seconds of training.
    pub fn seconds(&self) -> f64 {
        let last = self.rows.iter().map(|row| row.seconds).fold(0.0, f64::max);
        last.max(self.entry.measured.seconds)
    }

    /// The mean training loss of the last 100 steps.
    pub fn train_loss(&self) -> Option<f64> {
        let last = self.rows.iter().rev().filter_map(|row| row.train_loss).take(SMOOTHED);
        let losses: Vec<f64> = last.collect();
        charnn_runs::Mean::of(&losses).map(|it| it.mean)
    }

    /// The lowest validation loss and its step.
    pub fn best(&self) -> Option<(u64, f64)> {
        let all = self.rows.iter().filter_map(|row| Some((row.step, row.val_loss?)));
        let recorded = self.entry.measured.best.map(|best| (best.step, best.loss));
        all.chain(recorded).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Characters per second over the whole training.
    pub fn characters_per_second(&self) -> Option<f64> {
        let (step, seconds) = (self.steps() as f64, self.seconds());
        let each = self.entry.characters_per_step()? as f64;
        (seconds > 0.0 && step > 0.0).then(|| step * each / seconds)
    }

    /// A quantity of the rows over steps or seconds.
    pub fn points(&self, over: Over, value: impl Fn(&MetricRow) -> Option<f64>) -> Vec<Point> {
        let point = |row: &MetricRow| Some((over.of(row), value(row)?));
        self.rows.iter().filter_map(point).collect()
    }

    /// Characters per second in each of about 80 parts of the run.
    pub fn throughput(&self, over: Over) -> Vec<Point> {
        let Some(each) = self.entry.characters_per_step() else { return Vec::new() };
        let part = (self.seconds() / PARTS as f64).max(LEAST_SECONDS);
        let mut points = Vec::new();
        let mut rows = self.rows.iter().filter(|row| row.train_loss.is_some());
        let Some(mut from) = rows.next() else { return points };
        for row in rows {
            let seconds = row.seconds - from.seconds;
            if seconds < 0.0 || row.step < from.step {
                from = row; // the clock of another process
            } else if seconds >= part {
                let characters = (row.step - from.step) as f64 * each as f64;
                points.push((over.of(row), characters / seconds));
                from = row;
            }
        }
        points
    }
}

/// What a curve is drawn over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Training steps.
    Steps,
    /// Seconds of training.
    Seconds,
}

impl Over {
    fn of(self, row: &MetricRow) -> f64 {
        match self {
            Self::Steps => row.step as f64,
            Self::Seconds => row.seconds,
        }
    }

    /// The name of an axis.
    pub fn label(self) -> Text {
        match self {
            Self::Steps => text!(en: "step", zh: "步"),
            Self::Seconds => text!(en: "seconds", zh: "秒"),
        }
    }
}

/// The rows of a file, and a problem if some are lost.
fn kept<T>(
    read: Result<Rows<T>, RunError>,
    run: &str,
    file: &'static str,
    problems: &mut Vec<RunProblem>,
) -> Vec<T> {
    let Some(Rows { rows, damaged }) = known(read, run, problems) else { return Vec::new() };
    if let Some(first) = damaged.first() {
        let (run, count) = (run.to_owned(), damaged.len());
        problems.push(RunProblem::DamagedRows { run, file, count, first: *first });
    }
    rows
}

fn known<T>(read: Result<T, RunError>, run: &str, problems: &mut Vec<RunProblem>) -> Option<T> {
    read.map_err(|error| {
        let why = error.describe().message;
        problems.push(RunProblem::Unreadable { run: run.to_owned(), why });
    })
    .ok()
}
