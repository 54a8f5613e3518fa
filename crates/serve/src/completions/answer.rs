//! What a client gets: pieces of texts as JSON, whole or as they come.

use super::echo::Echoed;
use super::stops::Stops;
use crate::networks::Network;
use crate::problem::Problem;
use crate::writing::{Judged, Reason, Received};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The answer to one request.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) network: Arc<Network>,
    pub(super) seed: u64,
    pub(super) judge: Option<usize>,
    pub(super) prompt_symbols: usize,
    id: String,
    created: u64,
    texts: Vec<Text>,
}

/// One of its texts so far.
#[derive(Debug)]
struct Text {
    stops: Stops,
    /// Characters that have been sent, with those of an echoed prompt.
    offset: usize,
    symbols: usize,
}

/// A symbol, where it is in the text, and what the network thinks of it.
type Token = (String, usize, Option<Box<Judged>>);

/// A piece of a text.
#[derive(Debug, Default)]
pub(super) struct Piece {
    text: String,
    /// The symbols with their positions, where they are judged.
    tokens: Vec<Token>,
    reason: Option<&'static str>,
}

impl Answer {
    pub(super) fn new(network: Arc<Network>, seed: u64, judge: Option<usize>) -> Self {
        let created = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let id = format!("cmpl-{:x}", created.as_nanos());
        let created = created.as_secs();
        Self { network, seed, judge, prompt_symbols: 0, id, created, texts: Vec::new() }
    }

    /// Adds a text that ends before one of `stops`.
    pub(super) fn add(&mut self, stops: &[String]) {
        self.texts.push(Text { stops: Stops::new(stops), offset: 0, symbols: 0 });
    }

    /// The prompt as the first piece of text number `index`.
    pub(super) fn echo(&mut self, index: usize, prompt: &[Echoed]) -> Piece {
        let mut piece = Piece::default();
        let judges = self.judge.is_some();
        let text = &mut self.texts[index];
        for Echoed { text: symbol, judged } in prompt {
            piece.push(symbol, &mut text.offset, judged.clone(), judges);
        }
        piece
    }

    /// The pieces of what was written, by the index of their texts.
    ///
    /// # Errors
    /// When the writer failed.
    pub(super) fn pieces(&mut self, received: Received) -> Result<Vec<(usize, Piece)>, Problem> {
        let mut pieces: Vec<(usize, Piece)> = Vec::new();
        let judges = self.judge.is_some();
        let mut at = vec![None; self.texts.len()];
        let mut piece_of = |pieces: &mut Vec<(usize, Piece)>, index: usize| {
            *at[index].get_or_insert_with(|| {
                pieces.push((index, Piece::default()));
                pieces.len() - 1
            })
        };
        for written in received.symbols {
            let index = usize::from(written.text);
            let text = &mut self.texts[index];
            text.symbols += 1;
            let symbol = self.network.engine.vocabulary().symbol(written.id);
            for (symbol, written) in text.stops.push(symbol, written) {
                let place = piece_of(&mut pieces, index);
                pieces[place].1.push(&symbol, &mut text.offset, written.judged, judges);
            }
        }
        for (index, reason) in received.ended {
            let index = usize::from(index);
            let text = &mut self.texts[index];
            let place = piece_of(&mut pieces, index);
            for (symbol, written) in text.stops.finish() {
                pieces[place].1.push(&symbol, &mut text.offset, written.judged, judges);
            }
            pieces[place].1.reason = Some(match reason {
                _ if text.stops.is_over() => "stop",
                Reason::Length => "length",
                Reason::Stop => "stop",
                Reason::Failed => return Err(Problem::internal()),
            });
        }
        Ok(pieces)
    }

    /// A choice of the API.
    pub(super) fn choice(&self, index: usize, piece: &Piece) -> Value {
        let logprobs = self.judge.map(|count| self.logprobs(&piece.tokens, count));
        json!({
            "index": index, "text": piece.text, "logprobs": logprobs, "finish_reason": piece.reason
        })
    }

    fn logprobs(&self, tokens: &[Token], count: usize) -> Value {
        let vocabulary = self.network.engine.vocabulary();
        let likeliest = |(token, _, judged): &Token| {
            let Some(judged) = judged else { return Value::Null };
            let mut all: Map<String, Value> = Map::new();
            for (id, value) in &judged.likeliest {
                // The end of a record has no form of its own.
                let is_end = vocabulary.record() == Some(*id);
                let symbol = if is_end { "" } else { vocabulary.symbol(*id) };
                all.insert(symbol.to_owned(), json!(value));
            }
            all.insert(token.clone(), json!(judged.log_probability));
            Value::Object(all)
        };
        let top = (count > 0).then(|| tokens.iter().map(likeliest).collect::<Vec<_>>());
        json!({
            "tokens": tokens.iter().map(|(token, ..)| token).collect::<Vec<_>>(),
            "token_logprobs": tokens
                .iter()
                .map(|(.., judged)| judged.as_ref().map(|it| it.log_probability))
                .collect::<Vec<_>>(),
            "top_logprobs": top,
            "text_offset": tokens.iter().map(|(_, offset, _)| offset).collect::<Vec<_>>(),
        })
    }

    /// A response, or a piece of one, with these choices.
    pub(super) fn object(&self, choices: &[Value], usage: bool) -> Value {
        let mut object = json!({
            "id": self.id,
            "object": "text_completion",
            "created": self.created,
            "model": self.network.name,
            "system_fingerprint": format!("step-{}", self.network.step),
            "choices": choices,
            "charnn": { "seed": self.seed, "step": self.network.step },
        });
        if usage {
            let written: usize = self.texts.iter().map(|text| text.symbols).sum();
            object["usage"] = json!({
                "prompt_tokens": self.prompt_symbols,
                "completion_tokens": written,
                "total_tokens": self.prompt_symbols + written,
            });
        }
        object
    }
}

impl Piece {
    fn push(
        &mut self,
        symbol: &str,
        offset: &mut usize,
        judged: Option<Box<Judged>>,
        judges: bool,
    ) {
        self.text.push_str(symbol);
        if judges {
            self.tokens.push((symbol.to_owned(), *offset, judged));
        }
        *offset += symbol.chars().count();
    }

    /// Adds the next piece of the same text.
    pub(super) fn append(&mut self, other: Self) {
        self.text.push_str(&other.text);
        self.tokens.extend(other.tokens);
        self.reason = other.reason.or(self.reason);
    }
}
