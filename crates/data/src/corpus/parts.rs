//! The training and the validation part of a text: which is its end, or lines or documents chosen at random.

use crate::batches::split::tail_start;
use crate::{Corpus, DataError, Ids, Purpose, Section, Seed, Split, Vocabulary};
use rand::RngExt;
use rand::seq::SliceRandom;
use std::io;
use std::ops::Range;

/// How to choose what is held out for validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldOut {
    /// The end of the text.
    Tail,
    /// Lines that a seed chooses. Both parts keep the order of the text.
    Lines(Seed),
    /// Documents that a seed chooses. Both parts keep the order of the text.
    Documents(Seed),
}

impl HoldOut {
    /// The value of `data.split`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tail => "tail",
            Self::Lines(_) => "lines",
            Self::Documents(_) => "documents",
        }
    }
}

/// A text as ids, its training part first.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The ids, in memory or in the cache.
    pub ids: Ids,
    /// Where the network starts from zeros, in order: see [`Corpus::starts`].
    pub starts: Vec<usize>,
    /// Where the validation part begins.
    pub valid_start: usize,
}

impl Parts {
    /// A text without a validation part.
    pub fn whole(ids: Ids, starts: Vec<usize>) -> Self {
        let valid_start = ids.len();
        Self { ids, starts, valid_start }
    }

    /// Both parts, of symbols of `vocabulary`.
    pub fn split(&self, vocabulary: &Vocabulary) -> Split<'_> {
        let text = Section::of(&self.ids, &self.starts, vocabulary);
        let (train, valid) = text.split_at(self.valid_start);
        Split { train, valid }
    }
}

impl Corpus {
    /// The text as ids, with the share `fraction` of it held out: of lines and documents, rounded to whole ones.
    ///
    /// # Errors
    /// When there is only one line or document to choose from, and as [`Corpus::ids`].
    ///
    /// # Panics
    /// When the fraction is not in `0.0..1.0`.
    pub fn parts(
        &self,
        vocabulary: &Vocabulary,
        fraction: f64,
        hold_out: HoldOut,
    ) -> Result<Parts, DataError> {
        let ids = self.ids(vocabulary)?;
        let starts = self.starts(&ids, vocabulary);
        let (HoldOut::Lines(seed) | HoldOut::Documents(seed)) = hold_out else {
            let text = Section::of(&ids, &starts, vocabulary);
            let valid_start = tail_start(text, fraction);
            return Ok(Parts { ids, starts, valid_start });
        };
        if fraction <= 0.0 {
            return Ok(Parts::whole(ids, starts));
        }
        let pieces = Pieces::new(&ids, &starts, vocabulary, matches!(hold_out, HoldOut::Lines(_)));
        let chosen = match hold_out {
            HoldOut::Documents(_) => Chosen::documents(&pieces, fraction, seed),
            _ => Chosen::lines(&pieces, fraction, seed),
        };
        let Some(chosen) = chosen else {
            let (name, split) = (self.name.clone(), hold_out.name());
            return Err(DataError::OnePiece { name, split });
        };
        let (new_starts, valid_start) = chosen.places(&pieces);
        let order = format!("{} {fraction} of {}", hold_out.name(), seed.0);
        let ids = self.stored(vocabulary, ids.len(), &order, &mut |out| {
            chosen.each(&pieces, &mut |range, _| out(&ids[range]))
        })?;
        Ok(Parts { ids, starts: new_starts, valid_start })
    }
}

/// The lines or the documents of a text.
struct Pieces<'a> {
    ids: &'a [u16],
    /// Where documents begin.
    starts: &'a [usize],
    /// Of each symbol, whether a piece ends after it.
    ends: Vec<bool>,
}

impl<'a> Pieces<'a> {
    fn new(ids: &'a [u16], starts: &'a [usize], vocabulary: &Vocabulary, lines: bool) -> Self {
        let ends = vocabulary.symbols().map(|symbol| lines && symbol.ends_with('\n')).collect();
        Self { ids, starts, ends }
    }

    /// Each piece with its number and that of its document.
    fn iter(&self) -> impl Iterator<Item = (usize, usize, Range<usize>)> {
        let (mut at, mut document) = (0, self.starts.partition_point(|&start| start == 0));
        let mut number = 0;
        std::iter::from_fn(move || {
            let from = at;
            let limit = self.starts.get(document).copied().unwrap_or(self.ids.len());
            let ended = self.ids[from..limit].iter().position(|&id| self.ends[usize::from(id)]);
            at = ended.map_or(limit, |ended| from + ended + 1);
            let piece = (number, document, from..at);
            number += 1;
            document += usize::from(at == limit);
            (from < at).then_some(piece)
        })
    }
}

/// Which pieces are held out.
enum Chosen {
    /// So many of so many, drawn one after the other: a text may have more lines than memory should hold.
    Drawn { held_out: usize, all: usize, seed: Seed },
    /// Those marked here.
    Marked(Vec<bool>),
}

impl Chosen {
    /// `None` if there are fewer than two lines.
    fn lines(pieces: &Pieces<'_>, fraction: f64, seed: Seed) -> Option<Self> {
        let all = pieces.iter().count();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ x ≤ all")]
        let held_out = (all as f64 * fraction).round() as usize;
        (all > 1).then(|| Self::Drawn { held_out: held_out.clamp(1, all - 1), all, seed })
    }

    /// In random order, those that fit into the share; at least the shortest. `None` if there are fewer than two.
    fn documents(pieces: &Pieces<'_>, fraction: f64, seed: Seed) -> Option<Self> {
        let lengths: Vec<usize> = pieces.iter().map(|(.., range)| range.len()).collect();
        if lengths.len() < 2 {
            return None;
        }
        let mut order: Vec<usize> = (0..lengths.len()).collect();
        order.shuffle(&mut seed.rng(Purpose::Split, 0));
        let mut room = pieces.ids.len() as f64 * fraction;
        let mut marked = vec![false; lengths.len()];
        for &document in &order {
            let length = lengths[document] as f64;
            if length <= room {
                marked[document] = true;
                room -= length;
            }
        }
        if !marked.contains(&true) {
            let shortest = order.into_iter().min_by_key(|&document| lengths[document])?;
            marked[shortest] = true;
        }
        Some(Self::Marked(marked))
    }

    /// Passes the range of every piece that is trained on to `sink`, then of every one that is held out, with
    /// whether it begins another document than the piece before.
    fn each<E>(
        &self,
        pieces: &Pieces<'_>,
        sink: &mut dyn FnMut(Range<usize>, bool) -> Result<(), E>,
    ) -> Result<(), E> {
        for valid in [false, true] {
            let mut last = None;
            let mut is_chosen = self.in_order();
            for (number, document, range) in pieces.iter() {
                if is_chosen(number) == valid {
                    sink(range, last != Some(document))?;
                    last = Some(document);
                }
            }
        }
        Ok(())
    }

    /// Tells for each number, in order, whether the piece is held out.
    fn in_order(&self) -> Box<dyn FnMut(usize) -> bool + '_> {
        match *self {
            Self::Marked(ref marked) => Box::new(move |number| marked[number]),
            // Selection sampling (Knuth, volume 2, algorithm S).
            Self::Drawn { held_out, all, seed } => {
                let (mut missing, mut rng) = (held_out, seed.rng(Purpose::Split, 0));
                Box::new(move |number| {
                    let is_chosen = rng.random_range(0..all - number) < missing;
                    missing -= usize::from(is_chosen);
                    is_chosen
                })
            }
        }
    }

    /// Where documents begin when the pieces are in order, and where those that are held out begin.
    fn places(&self, pieces: &Pieces<'_>) -> (Vec<usize>, usize) {
        let (mut starts, mut at, mut train) = (Vec::new(), 0, 0);
        let end_of_text = pieces.ids.len();
        let mut is_chosen = self.in_order();
        for (number, _, range) in pieces.iter() {
            train += if is_chosen(number) { 0 } else { range.len() };
        }
        let placed: Result<(), io::Error> = self.each(pieces, &mut |range, begins| {
            if begins {
                starts.push(at);
            }
            at += range.len();
            Ok(())
        });
        debug_assert!(placed.is_ok() && at == end_of_text, "every piece has a place");
        (starts, train)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cache, VocabularyLimits};
    use charnn_text::{ReadOptions, Source};
    use proptest::prelude::*;

    fn corpus(documents: &[String]) -> Corpus {
        let documents: Vec<&[u8]> = documents.iter().map(String::as_bytes).collect();
        Corpus::from_documents("test".into(), &documents, &ReadOptions::default()).unwrap()
    }

    fn parts(corpus: &Corpus, fraction: f64, hold_out: HoldOut) -> (Vec<String>, Vec<String>) {
        let vocabulary = corpus.vocabulary(VocabularyLimits::ALL).unwrap();
        let parts = corpus.parts(&vocabulary, fraction, hold_out).unwrap();
        let split = parts.split(&vocabulary);
        let documents = |section: Section<'_>| {
            let text = |range: Range<usize>| vocabulary.decode(&section.ids()[range]);
            section.documents().map(text).collect::<Vec<_>>()
        };
        (documents(split.train), documents(split.valid))
    }

    proptest! {
        #[test]
        fn every_line_is_in_one_part_and_in_order(
            lines in prop::collection::vec("[ab]{0,3}", 2..40),
            cut in any::<prop::sample::Index>(),
            fraction in 0.01..0.9_f64,
            seed in 0..3_u64,
        ) {
            // Every line is numbered, so all are different.
            let lines: Vec<String> =
                lines.iter().enumerate().map(|(at, line)| format!("{line}{at}\n")).collect();
            let cut = cut.index(lines.len());
            let documents: Vec<String> = [&lines[..cut], &lines[cut..]]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(<[String]>::concat)
                .collect();
            let (train, valid) = parts(&corpus(&documents), fraction, HoldOut::Lines(Seed(seed)));
            let held_out: Vec<String> =
                valid.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
            let expected = (lines.len() as f64 * fraction).round().clamp(1.0, (lines.len() - 1) as f64);
            prop_assert!((held_out.len() as f64 - expected).abs() < 0.5);
            for (part, is_valid) in [(train, false), (valid, true)] {
                let wanted = documents.iter().map(|document| {
                    let of_part = document.split_inclusive('\n');
                    of_part.filter(|line| held_out.iter().any(|it| it == line.trim_end()) == is_valid).collect()
                });
                let wanted: Vec<String> = wanted.filter(|text: &String| !text.is_empty()).collect();
                prop_assert_eq!(part, wanted);
            }
        }

        #[test]
        fn documents_are_held_out_whole_and_no_more_than_asked(
            sizes in prop::collection::vec(1..30_usize, 2..20),
            fraction in 0.01..0.9_f64,
            seed in 0..3_u64,
        ) {
            let documents: Vec<String> =
                sizes.iter().enumerate().map(|(at, &size)| format!("{}{at}\n", "x".repeat(size))).collect();
            let all: usize = documents.iter().map(String::len).sum();
            let (train, valid) = parts(&corpus(&documents), fraction, HoldOut::Documents(Seed(seed)));
            prop_assert!(!train.is_empty() && !valid.is_empty());
            let length: usize = valid.iter().map(String::len).sum();
            prop_assert!(length as f64 <= all as f64 * fraction || valid.len() == 1);
            let is_valid = |document: &&String| valid.contains(document);
            let (valid_again, train_again): (Vec<_>, Vec<_>) = documents.iter().partition(is_valid);
            prop_assert_eq!(valid_again, valid.iter().collect::<Vec<_>>());
            prop_assert_eq!(train_again, train.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_seed_decides_and_one_piece_is_an_error() {
        let lines = (0..50).map(|at| format!("{at}\n")).collect::<Vec<_>>().concat();
        let corpus = corpus(&[lines]);
        let held_out = |seed| parts(&corpus, 0.2, HoldOut::Lines(Seed(seed))).1;
        assert_eq!(held_out(1), held_out(1));
        assert_ne!(held_out(1), held_out(2));
        let vocabulary = corpus.vocabulary(VocabularyLimits::ALL).unwrap();
        let one = corpus.parts(&vocabulary, 0.2, HoldOut::Documents(Seed(1)));
        assert!(matches!(one, Err(DataError::OnePiece { split: "documents", .. })));
        assert!(corpus.parts(&vocabulary, 0.0, HoldOut::Documents(Seed(1))).is_ok());
        let line = Corpus::from_text("test", "one line");
        let vocabulary = line.vocabulary(VocabularyLimits::ALL).unwrap();
        let one = line.parts(&vocabulary, 0.2, HoldOut::Lines(Seed(1)));
        assert!(matches!(one, Err(DataError::OnePiece { split: "lines", .. })));
    }

    #[test]
    fn a_large_text_has_the_same_parts() {
        let folder = tempfile::tempdir().unwrap();
        let sources: Vec<Source> = (0..3)
            .map(|file| {
                let path = folder.path().join(format!("{file}.txt"));
                let lines: Vec<String> = (0..40).map(|line| format!("{file} {line}\n")).collect();
                std::fs::write(&path, lines.concat()).unwrap();
                Source::named(&path)
            })
            .collect();
        let options = ReadOptions::default();
        let cache = Cache::new(folder.path().join("cache"), 0);
        let [held, large] =
            [None, Some(&cache)].map(|cache| Corpus::read_all(&sources, &options, cache).unwrap());
        assert!(!large.is_held());
        for hold_out in [HoldOut::Tail, HoldOut::Lines(Seed(3)), HoldOut::Documents(Seed(3))] {
            for _ in 0..2 {
                let (held, large) = (parts(&held, 0.3, hold_out), parts(&large, 0.3, hold_out));
                assert_eq!(held, large, "{hold_out:?}");
            }
        }
    }
}
