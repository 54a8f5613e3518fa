//! `charnn generate --records`: whole records from a network of records.

use super::rule_problem::RuleProblem;
use crate::commands::network::Network;
use crate::commands::trained_text::TrainedText;
use crate::events::line;
use crate::failure::Failure;
use crate::messages::records::{FewRecords, Tally, tally};
use crate::output::data;
use crate::readings;
use crate::terminal::Terminal;
use charnn_infer::{Engine, Request, write_records};
use serde_json::json;
use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// The most characters of a record, unless `--length` says otherwise.
const LONGEST: usize = 1000;
/// The fewest records to write at once after the first, and the most.
const AT_ONCE: (u64, u64) = (32, 4096);
/// So many attempts for each record are enough, and a few more.
const ATTEMPTS: (u64, u64) = (20, 1000);

/// What was asked for.
pub(super) struct Wanted<'a> {
    pub(super) count: u64,
    pub(super) longest: Option<usize>,
    pub(super) unique: bool,
    /// The records that the network learned, if others are wanted.
    pub(super) known: Option<Known>,
    pub(super) json: bool,
    pub(super) prompt: &'a str,
    /// Whether a record is a line.
    pub(super) are_lines: bool,
}

/// A set of records, by their hashes of 64 bits.
#[derive(Default)]
pub(super) struct Known {
    hashes: HashSet<u64>,
    hasher: BuildHasherDefault<DefaultHasher>,
}

impl Known {
    /// Adds a record. Returns whether it is new.
    fn insert(&mut self, record: &str) -> bool {
        self.hashes.insert(self.hasher.hash_one(record))
    }

    fn contains(&self, record: &str) -> bool {
        self.hashes.contains(&self.hasher.hash_one(record))
    }

    /// The records of the text that a run was trained on.
    ///
    /// # Errors
    /// When the network has no run, or the text is gone or has changed.
    pub(super) fn of_run(network: &Network, terminal: &Terminal) -> Result<Self, Failure> {
        let Some(text) = TrainedText::of(network) else {
            return Err(RuleProblem::NoCorpus { name: network.name.clone() }.into());
        };
        let corpus = text.read(terminal)?;
        readings::show(terminal, corpus.documents().iter().map(|it| &it.reading), corpus.skipped());
        let mut known = Self::default();
        corpus.each_record(&mut |record| {
            known.insert(record);
        })?;
        Ok(known)
    }
}

/// Writes the records that are wanted, in the order of their numbers, and counts them.
pub(super) fn write(
    engine: &Engine,
    request: &Request,
    wanted: &Wanted<'_>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Wanted { count, unique, known, json, prompt, .. } = wanted;
    let longest = wanted.longest.unwrap_or(LONGEST);
    let has_lines = !wanted.are_lines && engine.vocabulary().id('\n').is_some();
    let between = if has_lines { "\n\n" } else { "\n" };
    let attempts = count * ATTEMPTS.0 + ATTEMPTS.1;
    let (mut number, mut tally_of, mut seen) = (0, Tally::default(), Known::default());
    while tally_of.written < *count && number < attempts {
        let missing = count - tally_of.written;
        let least = if number == 0 { missing } else { AT_ONCE.0 };
        let size = missing.max(least).min(AT_ONCE.1).min(attempts - number);
        let mut out = String::new();
        for record in write_records(engine, request, number..number + size, longest) {
            if tally_of.written == *count {
                break;
            }
            tally_of.generated += 1;
            let whole = format!("{prompt}{}", record.text);
            // No record of the training text is empty.
            if !record.is_finished || whole.trim().is_empty() {
                continue;
            }
            let is_first = seen.insert(&whole);
            let is_new = known.as_ref().map(|known| !known.contains(&whole));
            tally_of.finished += 1;
            tally_of.unique += u64::from(is_first);
            tally_of.novel += u64::from(is_first && is_new == Some(true));
            if *unique && !is_first || is_new == Some(false) {
                continue;
            }
            if *json {
                let mut fields = json!({
                    "index": tally_of.written, "number": record.number, "seed": request.seed.0,
                    "prompt": prompt, "text": record.text, "unique": is_first,
                });
                if let Some(is_new) = is_new {
                    fields["novel"] = is_new.into();
                }
                out += &line(fields);
            } else {
                if between.len() > 1 && tally_of.written > 0 {
                    out.push('\n');
                }
                out += &whole;
                out.push('\n');
            }
            tally_of.written += 1;
        }
        data(&out)?;
        number += size;
    }
    terminal.note(&tally(&tally_of, known.is_some()));
    if tally_of.written < *count {
        terminal.warning(&FewRecords { tally: tally_of, count: *count, longest });
    }
    Ok(())
}
