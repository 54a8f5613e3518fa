//! Texts with the network's own judgement: the best of several, the probability of every character, and the
//! most probable texts.

use crate::events::SCHEMA;
use crate::failure::Failure;
use crate::messages::writing;
use crate::output::data;
use crate::terminal::Terminal;
use charnn_infer::{
    Candidates, EndFinder, Ending, Engine, Generator, Piece, Request, best, most_probable,
    write_scored,
};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::ops::{ControlFlow, Range};

/// Passes the best of `of` texts on for each of `texts`, by the mean loss of a character.
pub(super) fn write_best(
    engine: &Engine,
    request: &Request,
    texts: Range<u64>,
    of: u64,
    ending: &Ending,
    sink: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for text in texts {
        let generator = Generator::new(engine, request, text * of..(text + 1) * of);
        let scored = write_scored(generator, engine.vocabulary(), ending);
        let scored = best(scored.unwrap_or_else(|never| match never {}));
        let scored = scored.map(|scored| scored.text).unwrap_or_default();
        for piece in [Piece::Begin(text), Piece::Symbols(&scored), Piece::End] {
            sink(piece)?;
        }
    }
    ControlFlow::Continue(())
}

/// Likeliest characters that are shown beside each.
const SHOWN: usize = 5;

/// A character with its probability and the likeliest ones in its place.
type Judged = (u16, f64, Vec<(u16, f64)>);

/// What the network itself thinks of a choice.
fn judged(logits: &[f32], id: u16) -> Judged {
    let mut likeliest = Candidates::new(logits).distribution();
    let probability = likeliest.iter().find(|(other, _)| *other == id).map_or(0.0, |it| it.1);
    likeliest.truncate(SHOWN);
    (id, probability, likeliest)
}

/// Writes texts with the probability of every character: a line for each, or a line of JSON for each text.
pub(super) fn write_probabilities(
    engine: &Engine,
    request: &Request,
    texts: Range<u64>,
    ending: &Ending,
    json: Option<&str>,
) -> Result<(), Failure> {
    let vocabulary = engine.vocabulary();
    for text in texts {
        if json.is_none() && text > 0 {
            data("\n")?;
        }
        let mut generator = Generator::new(engine, request, [text]);
        let mut finder = EndFinder::default();
        let (mut whole, mut all) = (String::new(), Vec::new());
        while ending.length > 0 && !finder.is_over() {
            let written = generator.try_write_with(1, judged);
            let written = written.unwrap_or_else(|never| match never {});
            for (id, probability, likeliest) in written.into_iter().flatten() {
                whole += finder.push(ending, vocabulary, id);
                if json.is_some() {
                    let likeliest: Vec<Value> = likeliest
                        .iter()
                        .map(|(id, probability)| json!([vocabulary.shown(*id), probability]))
                        .collect();
                    all.push(json!({
                        "character": vocabulary.shown(id), "probability": probability, "likeliest": likeliest
                    }));
                } else {
                    let quoted = format!("{:?}", vocabulary.shown(id));
                    let mut line = format!("{quoted:<5} {:5.1} %  ", 100.0 * probability);
                    for (id, probability) in likeliest {
                        let symbol = vocabulary.shown(id);
                        let _ = write!(line, "  {symbol:?} {:.1}", 100.0 * probability); // to memory
                    }
                    data(&(line + "\n"))?;
                }
            }
        }
        if let Some(prompt) = json {
            let line = json!({
                "schema": SCHEMA, "index": text, "seed": request.seed.0, "prompt": prompt, "text": whole,
                "characters": all
            });
            data(&format!("{line}\n"))?;
        }
    }
    Ok(())
}

/// Characters that a search reads at most. Each needs the memory of a state.
const STEPS: usize = 50_000;

/// Writes the `count` most probable texts, a line for each.
pub(super) fn enumerate(
    engine: &Engine,
    request: &Request,
    ending: &Ending,
    banned: &[u16],
    count: usize,
    (prompt, json): (&str, bool),
    terminal: &Terminal,
) -> Result<(), Failure> {
    let found = most_probable(engine, request, ending, banned, count, STEPS);
    for (index, text) in found.texts.iter().enumerate() {
        let probability = (-text.loss).exp();
        let line = if json {
            let line = json!({
                "schema": SCHEMA, "index": index, "probability": probability, "loss": text.loss,
                "prompt": prompt, "text": text.text
            });
            line.to_string()
        } else {
            let whole = format!("{prompt}{}", text.text);
            let whole = whole.replace('\\', "\\\\").replace('\n', "\\n");
            format!("{:<10}  {whole}", short(probability))
        };
        data(&(line + "\n"))?;
    }
    if found.is_cut {
        let found = found.texts.len();
        terminal.warning(&writing::SearchEnded { found, count, steps: STEPS });
    }
    Ok(())
}

/// Four digits of a probability.
fn short(probability: f64) -> String {
    if probability >= 1e-4 { format!("{probability:.6}") } else { format!("{probability:.2e}") }
}
