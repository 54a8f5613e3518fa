//! `charnn generate --novelty`: which passages of the texts the training text has too.

use super::layout::TextOutput;
use crate::commands::network::Network;
use crate::commands::trained_text::{TrainedText, compare};
use crate::failure::Failure;
use crate::messages::writing::{Shared, UnknownNovelty, of_text, summary};
use crate::readings;
use crate::terminal::Terminal;
use charnn_config::RunConfig;
use charnn_data::{Corpus, Vocabulary};
use charnn_infer::{NoveltyMeter, Piece};

/// Characters of texts that are compared at once. Memory grows with them, and the training text is read once for them.
const AT_ONCE: usize = 500_000;
/// Of so many texts each is described.
const DESCRIBED: u64 = 10;

/// The text that the network was trained on. Where it is gone or has changed, a warning says so.
pub(super) fn training_text(network: &Network, terminal: &Terminal) -> Option<Corpus> {
    let name = &network.name;
    let Some(text) = TrainedText::of(network) else {
        terminal.warning(&UnknownNovelty { name, why: None });
        return None;
    };
    match text.read(terminal) {
        Ok(corpus) => {
            let documents = corpus.documents().iter().map(|it| &it.reading);
            readings::show(terminal, documents, corpus.skipped());
            Some(corpus)
        }
        Err(failure) => {
            terminal.warning(&UnknownNovelty { name, why: failure.messages().into_iter().next() });
            None
        }
    }
}

/// Holds texts back until they are compared.
pub(super) struct Comparison<'a> {
    pub(super) corpus: Corpus,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) config: &'a RunConfig,
    pub(super) count: u64,
    pub(super) terminal: &'a Terminal,
    /// The texts that wait, with their numbers.
    waiting: Vec<(u64, String)>,
    characters: usize,
    total: Shared,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(
        corpus: Corpus,
        (vocabulary, config): (&'a Vocabulary, &'a RunConfig),
        count: u64,
        terminal: &'a Terminal,
    ) -> Self {
        let (waiting, characters, total) = (Vec::new(), 0, Shared::default());
        Self { corpus, vocabulary, config, count, terminal, waiting, characters, total }
    }

    /// Takes the next piece of the texts. Writes what waits when it is enough.
    pub(super) fn take(
        &mut self,
        piece: Piece<'_>,
        output: &mut TextOutput<'_>,
    ) -> Result<(), Failure> {
        match piece {
            Piece::Begin(index) => self.waiting.push((index, String::new())),
            Piece::Symbols(symbols) => {
                if let Some((_, text)) = self.waiting.last_mut() {
                    text.push_str(symbols);
                    self.characters += symbols.chars().count();
                }
            }
            Piece::End if self.characters >= AT_ONCE => self.write(output)?,
            Piece::End => {}
        }
        Ok(())
    }

    /// Writes the last texts, and tells what all have in common with the training text.
    pub(super) fn finish(mut self, output: &mut TextOutput<'_>) -> Result<(), Failure> {
        self.write(output)?;
        self.terminal.note(&summary(&self.total));
        Ok(())
    }

    fn write(&mut self, output: &mut TextOutput<'_>) -> Result<(), Failure> {
        let mut meter = NoveltyMeter::new(self.waiting.iter().map(|(_, text)| text));
        compare(&mut meter, &self.corpus, self.vocabulary, self.config)?;
        for ((index, text), novelty) in self.waiting.iter().zip(meter.finish()) {
            output.compared(*index, text, &novelty)?;
            self.total.add(text, &novelty);
            if (2..=DESCRIBED).contains(&self.count) {
                let mut own = Shared::default();
                own.add(text, &novelty);
                self.terminal.note(&of_text(*index, &own));
            }
        }
        self.waiting.clear();
        self.characters = 0;
        Ok(())
    }
}
