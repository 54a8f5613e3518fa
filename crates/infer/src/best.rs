//! The best of several texts, by the network's own judgement.

use crate::reader::Reader;
use crate::{EndFinder, Ending, Generator};
use charnn_bundle::Vocabulary;

/// A text with its loss.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The text.
    pub text: String,
    /// −ln of the probability of a symbol, the mean over the text in nats: the network's own, before any
    /// sampler. 0 for an empty text.
    pub loss: f64,
}

/// −ln of the probability of `id` given the logits of all symbols, in nats.
pub fn loss(logits: &[f32], id: u16) -> f64 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|logit| f64::from(logit - largest).exp()).sum();
    sum.ln() - f64::from(logits[usize::from(id)] - largest)
}

/// Symbols of every text between two looks at whether all are over.
const PIECE: usize = 16;

/// Writes the texts of a new `generator` to their ends, in order, each with its loss.
///
/// # Errors
/// When the reader fails.
pub fn write_scored<R: Reader>(
    mut generator: Generator<R>,
    vocabulary: &Vocabulary,
    ending: &Ending,
) -> Result<Vec<Scored>, R::Error> {
    let mut texts: Vec<(EndFinder, Scored, usize)> = Vec::new();
    let mut written = 0;
    while written < ending.length {
        let piece = PIECE.min(ending.length - written);
        let more = generator.try_write_with(piece, |logits, id| (id, loss(logits, id)))?;
        written += piece;
        let new = || (EndFinder::default(), Scored { text: String::new(), loss: 0.0 }, 0);
        texts.resize_with(more.len(), new);
        for ((finder, scored, symbols), more) in texts.iter_mut().zip(more) {
            for (id, loss) in more {
                if finder.is_over() {
                    break;
                }
                scored.text += finder.push(ending, vocabulary, id);
                scored.loss += loss;
                *symbols += 1;
            }
        }
        if texts.iter().all(|(finder, ..)| finder.is_over()) {
            break;
        }
    }
    let mean = |(_, scored, symbols): (EndFinder, Scored, usize)| Scored {
        loss: scored.loss / symbols.max(1) as f64,
        ..scored
    };
    Ok(texts.into_iter().map(mean).collect())
}

/// The text with the lowest loss, of equal ones the first; `None` of no texts.
pub fn best(texts: Vec<Scored>) -> Option<Scored> {
    texts.into_iter().reduce(|best, other| if other.loss < best.loss { other } else { best })
}
