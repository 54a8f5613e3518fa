//! A text as units: what its symbols are, and how often each occurs.

use super::Corpus;
use crate::DataError;
use charnn_bundle::{Cutter, Unit, Vocabulary};
use std::collections::HashMap;

/// What is known of the units of a text.
#[derive(Debug)]
pub(crate) struct Units {
    pub(super) cutter: Cutter,
    /// How often each occurs, in order; empty for bytes, which all are symbols.
    pub(super) counts: Vec<(String, u64)>,
    /// Where documents begin. Of records, the ids tell.
    pub(super) starts: Vec<usize>,
    /// How many there are.
    pub(super) total: usize,
}

/// Of more units, this share must occur before: otherwise an expression matches whole lines.
const LEAST_UNITS: usize = 1000;

impl Corpus {
    /// The same text, whose symbols are `unit`.
    ///
    /// # Errors
    /// When the unit is invalid, an expression matches nothing or hardly anything twice, or a file has changed.
    pub fn with_unit(mut self, unit: &Unit) -> Result<Self, DataError> {
        if unit.is_char() {
            return Ok(self);
        }
        let bad = |problem| crate::VocabularyError::BadUnit { unit: unit.clone(), problem };
        let cutter = unit.cutter().map_err(bad)?;
        let mut units = Pieces::new(&cutter);
        let (mut counts, mut starts, mut total) = (HashMap::<String, u64>::new(), vec![0], 0);
        let is_counted = *unit != Unit::Byte;
        let mut count = |symbol: &str| {
            total += 1;
            if let Some(count) = counts.get_mut(symbol) {
                *count += 1;
            } else if is_counted {
                counts.insert(symbol.to_owned(), 1);
            }
        };
        if self.division.is_some() {
            self.pieces(&mut |piece| units.push(piece, &mut count))?;
            units.end(&mut count);
        } else {
            let mut places = Vec::new();
            let mut at = 0;
            self.by_document(&mut |piece| {
                let mut count = |symbol: &str| {
                    at += 1;
                    count(symbol);
                };
                if let Some(piece) = piece {
                    units.push(piece, &mut count);
                } else {
                    units.end(&mut count);
                    places.push(at);
                }
            })?;
            places.pop();
            starts.extend(places);
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_unstable();
        if let Unit::Regex(_) = unit {
            self.check_expression(unit, &counts)?;
        }
        self.units = Some(Units { cutter, counts, starts, total });
        Ok(self)
    }

    /// Whether an expression matches something, but not every line as a whole.
    fn check_expression(&self, unit: &Unit, counts: &[(String, u64)]) -> Result<(), DataError> {
        let (name, unit) = (self.name.clone(), unit.clone());
        if counts.iter().all(|(symbol, _)| symbol.chars().nth(1).is_none()) {
            return Err(DataError::UnitMatches { name, unit, everything: false });
        }
        let inside = || counts.iter().filter(|(symbol, _)| symbol != "\n");
        let (distinct, all) = (inside().count(), inside().map(|(_, count)| count).sum::<u64>());
        if all >= LEAST_UNITS as u64 && distinct as u64 * 2 > all {
            return Err(DataError::UnitMatches { name, unit, everything: true });
        }
        Ok(())
    }

    /// What its symbols are.
    pub fn unit(&self) -> &Unit {
        self.units.as_ref().map_or(&Unit::Char, |units| units.cutter.unit())
    }

    /// Whether the symbols are what those of `vocabulary` are.
    pub(crate) fn check_unit(&self, vocabulary: &Vocabulary) -> Result<(), DataError> {
        let (unit, network) = (self.unit().clone(), vocabulary.unit().clone());
        if unit == network {
            return Ok(());
        }
        Err(DataError::OtherUnit { name: self.name.clone(), unit, network })
    }

    /// The number of symbols, with record symbols. Never 0.
    pub fn symbols(&self) -> usize {
        self.units.as_ref().map_or_else(|| self.characters(), |units| units.total)
    }

    /// How many different symbols there are, without the record symbol. Of bytes, all.
    pub fn distinct(&self) -> usize {
        let all = match &self.units {
            Some(units) if *units.cutter.unit() == Unit::Byte => 1 << 8,
            Some(units) => units.counts.len(),
            None => self.counts().distinct(),
        };
        all - usize::from(self.records().is_some())
    }

    /// The symbols, each with its count; of bytes none.
    pub(crate) fn symbol_counts(&self) -> Vec<(String, u64)> {
        match &self.units {
            Some(units) => units.counts.clone(),
            None => self.counts().iter().map(|(found, count)| (found.to_string(), count)).collect(),
        }
    }

    /// The symbols that `vocabulary` lacks, each with its count.
    pub(crate) fn lacking(&self, vocabulary: &Vocabulary) -> Vec<(String, u64)> {
        let Some(units) = &self.units else {
            let lacking = self.counts().iter().filter(|&(it, _)| vocabulary.id(it).is_none());
            return lacking.map(|(character, count)| (character.to_string(), count)).collect();
        };
        let lacks = |(symbol, _): &&(String, u64)| vocabulary.id_of(symbol).is_none();
        units.counts.iter().filter(lacks).cloned().collect()
    }
}

/// Cuts a text that arrives in pieces.
pub(crate) struct Pieces<'a> {
    cutter: &'a Cutter,
    /// What more text may belong to.
    rest: String,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(cutter: &'a Cutter) -> Self {
        Self { cutter, rest: String::new() }
    }

    /// Reads the next piece. `sink` gets every unit that is complete.
    pub(crate) fn push(&mut self, piece: &str, sink: &mut dyn FnMut(&str)) {
        let complete = self.cutter.complete(piece);
        let (now, later) = piece.split_at(complete);
        if !now.is_empty() {
            if self.rest.is_empty() {
                self.cutter.each(now, sink);
            } else {
                self.rest.push_str(now);
                self.cutter.each(&std::mem::take(&mut self.rest), sink);
            }
        }
        self.rest.push_str(later);
    }

    /// Ends a document.
    pub(crate) fn end(&mut self, sink: &mut dyn FnMut(&str)) {
        self.cutter.each(&std::mem::take(&mut self.rest), sink);
    }
}
