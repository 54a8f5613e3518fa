//! Measures how well encodings are detected: right, asked, wrong, reported, false
//! warnings, seconds.
//!
//! `measure_detection` generates texts in known languages and encodings and scores them.
//! `measure_detection FOLDER` scores `FOLDER/ENCODING/*`, files whose encodings are known.
//! `CHARNN_VERBOSE=1` prints every text that is not right.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot continue should stop")]
#![allow(clippy::print_stdout, reason = "it prints its result")]

mod cases;
mod corpus;
mod natural;
mod prose;

use charnn_message::Describe;
use charnn_text::{Encoding, Format, ReadOptions, TextError, Whitespace, read};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes whose text is known.
#[derive(Clone)]
pub(crate) struct Sample {
    /// The row of the table.
    pub(crate) group: String,
    /// What it is, for the list of those that are not right.
    pub(crate) name: String,
    /// About how many bytes there are.
    pub(crate) size: usize,
    pub(crate) bytes: Vec<u8>,
    /// The text that these bytes are.
    pub(crate) truth: String,
    /// Whether the text must be read with a warning or refused, never silently.
    pub(crate) suspicious: bool,
}

/// How a sample was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Right,
    /// Right, with a warning that there is no reason for.
    FalseWarning,
    /// With a warning that there is a reason for.
    Reported,
    Asked,
    /// Another text, silently or with letters replaced by U+FFFD.
    Wrong,
}

#[derive(Default, Clone)]
struct Score {
    outcomes: BTreeMap<Outcome, usize>,
    time: Duration,
}

impl Score {
    fn of(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    fn add(&mut self, other: &Self) {
        for (&outcome, count) in &other.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
        self.time += other.time;
    }

    fn row(&self) -> String {
        let of = |outcome| self.of(outcome);
        let count: usize = self.outcomes.values().sum();
        let share =
            100.0 * (count - of(Outcome::Asked) - of(Outcome::Wrong)) as f64 / count.max(1) as f64;
        format!(
            "{count} | {} | {} | {} | {} | {} | {share:.1} % | {:.3}",
            of(Outcome::Right) + of(Outcome::FalseWarning),
            of(Outcome::Asked),
            of(Outcome::Wrong),
            of(Outcome::Reported),
            of(Outcome::FalseWarning),
            self.time.as_secs_f64(),
        )
    }
}

const COLUMNS: &str = "texts | right | asked | wrong | reported | false warnings | read | seconds";
const RULE: &str = "---:|---:|---:|---:|---:|---:|---:|---:";

fn judge(sample: &Sample) -> (Outcome, String) {
    // White space as it is: what is compared is the text itself.
    let options = ReadOptions { whitespace: Whitespace::Keep, ..ReadOptions::default() };
    match read("text", &sample.bytes, &options) {
        Ok((text, reading)) => {
            let warned = !reading.warnings.is_empty();
            let warnings: Vec<String> = reading.warnings().map(|it| it.to_string()).collect();
            let shown: String = text.chars().take(60).collect();
            let said = format!("{reading}: {shown:?} {}", warnings.join("; "));
            let damage = reading.changes.malformed.bytes > 0;
            let outcome = match (text == sample.truth, warned || damage, sample.suspicious) {
                (true, false, false) => Outcome::Right,
                (true, true, false) => Outcome::FalseWarning,
                (_, true, true) => Outcome::Reported,
                // Letters that became U+FFFD are lost, in spite of the warning.
                (false, _, false) | (_, false, true) => Outcome::Wrong,
            };
            (outcome, said)
        }
        Err(
            error @ (TextError::UnclearEncoding { .. }
            | TextError::TooManyMalformed { .. }
            | TextError::NotText {
                format: Format::Iso2022Jp | Format::Hz | Format::Utf7 | Format::Utf32,
                ..
            }),
        ) => {
            let outcome = if sample.suspicious { Outcome::Reported } else { Outcome::Asked };
            (outcome, error.describe().in_full().english)
        }
        Err(error) => (Outcome::Wrong, error.to_string()),
    }
}

/// The files of `FOLDER/ENCODING/*`, decoded strictly.
fn files(folder: &Path) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut folders: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
    folders.sort_by_key(std::fs::DirEntry::file_name);
    for folder in folders.into_iter().filter(|entry| entry.path().is_dir()) {
        let label = folder.file_name().to_string_lossy().into_owned();
        let mut paths: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
        paths.sort_by_key(std::fs::DirEntry::file_name);
        for path in paths.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()) {
            let bytes = std::fs::read(&path).unwrap();
            let named = label.parse::<Encoding>().ok().map(|encoding| ReadOptions {
                encoding: Some(encoding),
                whitespace: Whitespace::Keep,
                ..ReadOptions::default()
            });
            // A file in an encoding that cannot be read has no text: it must be asked about.
            let truth = named.and_then(|options| read("text", &bytes, &options).ok());
            let truth = truth.map_or(String::new(), |(text, _)| text);
            let (size, name) = (bytes.len(), path.display().to_string());
            let group = label.clone();
            samples.push(Sample { group, name, size, bytes, truth, suspicious: false });
        }
    }
    samples
}

fn main() {
    let folder = std::env::args_os().nth(1);
    let samples = match &folder {
        Some(folder) => files(Path::new(folder)),
        None => [corpus::languages(), cases::all(), prose::all()].concat(),
    };
    let verbose = std::env::var_os("CHARNN_VERBOSE").is_some();
    let only = std::env::var("CHARNN_ONLY").unwrap_or_default();
    let mut scores: BTreeMap<(String, usize), Score> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.name.contains(&only)) {
        let started = Instant::now();
        let (outcome, said) = judge(sample);
        let score = scores.entry((sample.group.clone(), sample.size)).or_default();
        score.time += started.elapsed();
        *score.outcomes.entry(outcome).or_default() += 1;
        let due = outcome == Outcome::Reported && sample.suspicious;
        if outcome == Outcome::Wrong || verbose && outcome != Outcome::Right && !due {
            println!("{outcome:?}: {} ({} bytes): {said}", sample.name, sample.bytes.len());
        }
    }
    let table = |title: &str, rows: &BTreeMap<String, Score>| {
        println!("\n| {title} | {COLUMNS} |\n|---|{RULE}|");
        for (name, score) in rows {
            println!("| {name} | {} |", score.row());
        }
    };
    if folder.is_some() {
        let mut rows: BTreeMap<String, Score> = BTreeMap::new();
        for ((group, _), score) in &scores {
            rows.entry(group.clone()).or_default().add(score);
        }
        return table("encoding", &rows);
    }
    let mut sizes: BTreeMap<String, Score> = BTreeMap::new();
    for ((_, size), score) in &scores {
        sizes.entry(format!("{size:>6} bytes")).or_default().add(score);
    }
    table("size", &sizes);
    let short = |size: usize| size < 1000;
    for (title, wanted) in [("1,000 bytes and more", false), ("100 bytes", true)] {
        let mut rows: BTreeMap<String, Score> = BTreeMap::new();
        for ((group, _), score) in scores.iter().filter(|((_, size), _)| short(*size) == wanted) {
            rows.entry(group.clone()).or_default().add(score);
        }
        table(title, &rows);
    }
}
