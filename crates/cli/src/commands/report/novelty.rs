//! What the samples of runs have in common with their training texts.

use crate::commands::trained_text::{self, TrainedText};
use crate::failure::Failure;
use crate::terminal::Terminal;
use charnn_config::{ByteSize, RunConfig};
use charnn_infer::NoveltyMeter;
use charnn_message::{Text, text};
use charnn_report::{ReportedRun, SampleNovelty};
use charnn_runs::RunDir;
use charnn_text::Source;

/// Larger texts take seconds.
const MOST_BYTES: u64 = 16 << 20;

/// Compares the samples of `runs`, which are in the folders `folders`. Runs with the same text read it once. Texts that
/// are large are left out, unless `of_any_size`.
pub(super) fn compare(
    runs: &mut [ReportedRun],
    folders: &[RunDir],
    of_any_size: bool,
    terminal: &Terminal,
) {
    let mut done = vec![false; runs.len()];
    for first in 0..runs.len() {
        if done[first] || runs[first].samples.is_empty() {
            continue;
        }
        let same =
            |at: &usize| !runs[*at].samples.is_empty() && have_one_text(&runs[first], &runs[*at]);
        let group: Vec<usize> = (first..runs.len()).filter(|at| *at == first || same(at)).collect();
        for at in &group {
            done[*at] = true;
        }
        match compared(&group, runs, folders, of_any_size, terminal) {
            None => {}
            Some(Ok(meter)) => {
                let mut all = meter.finish().into_iter();
                for at in group {
                    let own = all.by_ref().take(runs[at].samples.len()).collect();
                    runs[at].novelty = SampleNovelty::Compared(own);
                }
            }
            Some(Err(why)) => {
                for at in group {
                    runs[at].novelty = SampleNovelty::Unknown(why.clone());
                }
            }
        }
    }
}

/// Whether two runs have the same training text.
fn have_one_text(a: &ReportedRun, b: &ReportedRun) -> bool {
    let (Some(one), Some(other)) = (&a.entry.config, &b.entry.config) else { return false };
    let part = |it: &RunConfig| {
        let held_out = it.data.held_out_fraction().to_bits();
        (it.data.path.clone(), held_out, it.data.split, it.train.seed)
    };
    a.entry.text.is_some() && a.entry.text == b.entry.text && part(one) == part(other)
}

/// The samples of a group of runs with one text, compared with it. `None` for runs that name no text.
fn compared(
    group: &[usize],
    runs: &[ReportedRun],
    folders: &[RunDir],
    of_any_size: bool,
    terminal: &Terminal,
) -> Option<Result<NoveltyMeter, Text>> {
    let (run, folder) = (&runs[*group.first()?], &folders[*group.first()?]);
    let (config, then) = (run.entry.config.as_ref()?, run.entry.text.as_deref()?);
    let mut config = config.clone();
    if !of_any_size {
        config.data.max_bytes = ByteSize(config.data.max_bytes.0.min(MOST_BYTES));
    }
    if config.data.path.0.contains(&Source::Stdin) {
        return Some(Err(text!(en: "it came from standard input", zh: "它来自标准输入")));
    }
    let measure = || -> Result<NoveltyMeter, Failure> {
        let (root, path) = (folder.root(), folder.path().to_owned());
        let corpus = TrainedText { config: &config, root: &root, path, then }.read(terminal)?;
        let samples = group.iter().flat_map(|at| &runs[*at].samples).map(|it| &*it.text);
        let mut meter = NoveltyMeter::new(samples);
        let vocabulary = folder.vocabulary()?;
        trained_text::compare(&mut meter, &corpus, &vocabulary, &config)?;
        Ok(meter)
    };
    Some(measure().map_err(|failure| failure.messages().swap_remove(0).message))
}
