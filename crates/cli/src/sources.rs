//! Texts and assignments as other programs take them, and charnn does not.

use crate::failure::Failure;
use crate::readings;
use crate::terminal::Terminal;
use charnn_config::{Key, RunConfig, Sources, SplitKind};
use charnn_data::{Cache, Corpus, DataError, HoldOut, Seed};
use std::path::Path;

/// The text that `config` names, divided into records as it says. What is too large for memory is kept under
/// `root`, the folder of all runs.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn corpus(
    config: &RunConfig,
    root: &Path,
    terminal: &Terminal,
) -> Result<Corpus, DataError> {
    let data = &config.data;
    let cache = Cache::new(root.join(".cache"), data.in_memory_bytes.0);
    let mut progress = readings::progress(terminal);
    let options = data.read_options();
    let corpus = Corpus::read_all_watched(&data.path.0, &options, Some(&cache), &mut progress)?;
    corpus.with_records(&data.records, config.record_order())?.with_unit(&data.unit)
}

/// The text in `sources`, a validation or test text of a run, read as `config` says.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn other_corpus(
    sources: &Sources,
    config: &RunConfig,
    root: &Path,
    terminal: &Terminal,
) -> Result<Corpus, DataError> {
    let mut config = config.clone();
    config.data.path = sources.clone();
    config.data.split = SplitKind::Tail; // its records keep their order
    corpus(&config, root, terminal)
}

/// What a run holds out of its text.
pub(crate) fn hold_out(config: &RunConfig) -> HoldOut {
    let seed = Seed(config.train.seed);
    match config.data.split {
        SplitKind::Tail | SplitKind::Records => HoldOut::Tail,
        SplitKind::Lines => HoldOut::Lines(seed),
        SplitKind::Documents => HoldOut::Documents(seed),
    }
}

/// Refuses a web address where a file is expected.
///
/// # Errors
/// When `path` is one.
pub(crate) fn local(path: &Path) -> Result<(), Failure> {
    let name = path.to_str().unwrap_or_default();
    let schemes = ["http://", "https://", "ftp://", "s3://"];
    if schemes.iter().any(|scheme| name.starts_with(scheme)) {
        return Err(Failure::Url { url: name.to_owned() });
    }
    Ok(())
}

/// Refuses a list of numbers where a key takes one, as in `train.learning_rate=0.1,0.2`. A comma in a
/// single number, as in `0,1`, is the configuration's to explain.
///
/// # Errors
/// When `assignment` has one.
pub(crate) fn one_value(assignment: &str) -> Result<(), Failure> {
    let Some((key, value)) = assignment.split_once('=') else { return Ok(()) };
    let values: Vec<String> = value.split(',').map(|part| part.trim().to_owned()).collect();
    let numbers = values.iter().all(|value| value.parse::<f64>().is_ok());
    let is_list = values.len() > 2 || values.len() == 2 && value.contains(['.', 'e', ' ']);
    match Key::find(key.trim()) {
        Some(known) if is_list && numbers && !known.accepts(value) => {
            Err(Failure::OneValue { key: known.path(), values })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_numbers_are_refused_and_decimal_commas_are_not() {
        for list in ["train.learning_rate=0.1,0.2", "train.seed=1,2,3", "train.seed=1, 2"] {
            assert!(one_value(list).is_err(), "{list}");
        }
        for other in
            ["train.learning_rate=0,1", "train.seed=1", "sample.prompt=1.0,2.0", "x=0.1,0.2"]
        {
            assert!(one_value(other).is_ok(), "{other}");
        }
    }

    #[test]
    fn addresses_are_no_files() {
        assert!(local(Path::new("https://example.org/a.txt")).is_err());
        assert!(local(Path::new("http.txt")).is_ok());
    }
}
