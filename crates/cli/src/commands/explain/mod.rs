//! `charnn explain`: which units, weights and earlier characters lead to the next character.

mod problem;

pub(crate) use problem::ExplainProblem;

use crate::args::explain::ExplainArguments;
use crate::commands::network::{self, Network};
use crate::commands::report::write;
use crate::environment;
use crate::escapes::unescaped;
use crate::events::line;
use crate::failure::Failure;
use crate::language::is_utf8;
use crate::messages::writing;
use crate::output::data;
use crate::terminal::Terminal;
use charnn_data::{OnUnknown, prompt_like_text};
use charnn_infer::{
    Engine, Explanation, GateDetail, Origin, Passage, Prompt, Question, Vocabulary, explain,
    primer_ids, start_threads,
};
use charnn_report::{Explained, explain_page, explain_text};
use serde_json::{Value, json};

/// Columns where the width of the terminal is not known.
const USUAL_WIDTH: usize = 80;

pub(crate) fn run(arguments: &ExplainArguments, terminal: &Terminal) -> Result<(), Failure> {
    let at = unescaped(&arguments.at, Some("--at"))?;
    let network = network::open(&arguments.run, &arguments.runs, arguments.checkpoint, terminal)?;
    start_threads()?;
    let Network { name, step, config, bundle, .. } = network;
    let engine = Engine::new(&bundle);
    let vocabulary = bundle.vocabulary();
    let (target, against) = (
        symbol(vocabulary, "--target", arguments.target.as_deref())?,
        symbol(vocabulary, "--against", arguments.against.as_deref())?,
    );
    if let Some(id) = target.filter(|_| target == against) {
        return Err(ExplainProblem::Same { symbol: vocabulary.symbol(id).to_owned() }.into());
    }
    let at = prompt_like_text(&at, &config.data.read_options(), vocabulary, bundle.primer());
    let primer = primer_ids(vocabulary, bundle.primer());
    let window = config.sample.window;
    let prompt = Prompt::new(vocabulary, &at, OnUnknown::Error, &primer, window)?;
    terminal.note(&writing::writing(&name, step, None));
    if step == 0 {
        terminal.warning(&writing::Untrained);
    }
    let (context, text) = windowed(&prompt, window);
    let (units, symbols) = (arguments.units, arguments.characters);
    let question = Question { target, against, units, symbols };
    let why = explain(&bundle, &engine, Passage { context, text }, question);
    let layers = bundle.architecture().num_layers;
    let view = Explained { name: &name, vocabulary, layers, text: &prompt.text, why: &why };
    if let Some(output) = &arguments.output {
        let page = explain_page(&view, terminal.language);
        return write(&page, output, arguments.force, terminal);
    }
    if arguments.json {
        return Ok(data(&line(fields(&view, step)))?);
    }
    let ascii = !environment::locale().is_none_or(|locale| is_utf8(&locale));
    let width = terminal.width.unwrap_or(USUAL_WIDTH);
    Ok(data(&explain_text(&view, width, ascii, terminal.language))?)
}

/// What a network that reads windows sees of a prompt: its last `window` symbols.
fn windowed(prompt: &Prompt, window: usize) -> (&[u16], &[u16]) {
    let (context, text) = (&*prompt.context, &*prompt.ids);
    if window == 0 {
        return (context, text);
    }
    let text = &text[text.len().saturating_sub(window)..];
    let room = window - text.len();
    (&context[context.len().saturating_sub(room)..], text)
}

/// The symbol that a flag names.
fn symbol(
    vocabulary: &Vocabulary,
    flag: &'static str,
    named: Option<&str>,
) -> Result<Option<u16>, Failure> {
    let Some(named) = named else { return Ok(None) };
    let symbol = unescaped(named, Some(flag))?;
    let found = vocabulary.id_of(&symbol);
    match found.filter(|_| !vocabulary.is_of_bytes() || symbol.is_ascii()) {
        Some(id) => Ok(Some(id)),
        None => Err(ExplainProblem::Unknown { flag, symbol }.into()),
    }
}

/// The explanation for programs.
fn fields(view: &Explained<'_>, step: u64) -> Value {
    let Explained { name, vocabulary, layers, text, why } = *view;
    let Explanation { target, against, probabilities, difference, bias, earlier, .. } = why;
    let symbol = |id: &u16| vocabulary.shown(*id);
    let likeliest: Vec<Value> =
        why.likeliest.iter().map(|(id, probability)| json!([symbol(id), probability])).collect();
    let units: Vec<Value> = why
        .units
        .iter()
        .map(|it| {
            json!({
                "unit": it.unit, "output": it.output, "weights": it.weights, "effect": it.effect
            })
        })
        .collect();
    let details: Vec<Value> = why
        .details
        .iter()
        .map(|it| {
            let gates: Vec<Value> = it.gates.iter().map(gate).collect();
            json!({ "unit": it.unit, "hidden": it.hidden, "cell": it.cell, "gates": gates })
        })
        .collect();
    let characters: Vec<Value> = why
        .symbols
        .iter()
        .map(|it| {
            json!({ "character": symbol(&it.id), "removal": it.removal, "gradient": it.gradient })
        })
        .collect();
    json!({
        "run": name, "step": step, "text": text, "target": symbol(target),
        "against": symbol(against), "probabilities": probabilities, "likeliest": likeliest,
        "difference": difference, "bias": bias, "layer": layers, "units": units,
        "details": details, "characters": characters, "earlier": earlier,
    })
}

fn gate(gate: &GateDetail) -> Value {
    let source = |it: &charnn_infer::Source| {
        let (from, unit) = match it.origin {
            Origin::Symbol => ("character", None),
            Origin::Below(unit) => ("below", Some(unit)),
            Origin::Before(unit) => ("before", Some(unit)),
        };
        json!({
            "from": from, "unit": unit, "value": it.value, "weight": it.weight, "effect": it.effect
        })
    };
    let sources: Vec<Value> = gate.sources.iter().map(source).collect();
    json!({
        "gate": gate.name, "value": gate.value, "input": gate.input, "recurrent": gate.recurrent,
        "bias": gate.bias, "sources": sources,
    })
}
