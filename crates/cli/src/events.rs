//! The observer that tells programs what happens: a line of JSON on standard output for each event.
//!
//! Losses are in nats per character, times in seconds. A field is never renamed while `schema` is the
//! same; new ones may come.

use crate::failure::Failure;
use crate::help::{behind, help};
use crate::notes::Note;
use crate::output::{data, warning};
use charnn_data::visible;
use charnn_kernels::device::Opened;
use charnn_train::{Event, Observer, Outcome, Place, Plan, Problem};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

/// Of everything that is JSON.
pub(crate) const SCHEMA: u32 = 1;

/// When the program began.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Sets the clock of all events going.
pub(crate) fn begin() {
    LazyLock::force(&BEGAN);
}

/// Seconds since then, to a millisecond.
fn seconds() -> f64 {
    (BEGAN.elapsed().as_secs_f64() * 1e3).round() / 1e3
}

/// Tells of a run as long as somebody reads.
pub(crate) struct Events {
    run: String,
    device: String,
    /// Why nobody can read any more.
    unread: Option<Failure>,
}

impl Events {
    pub(crate) fn new() -> Self {
        let (run, device) = (String::new(), String::new());
        Self { run, device, unread: None }
    }

    /// How the text was read, and what is to be said of it before training.
    pub(crate) fn read(&mut self, plan: &Plan) {
        for reading in &plan.readings {
            self.tell("read", json!(reading));
        }
        for skipped in &plan.skipped {
            self.tell("left out", json!({ "name": skipped.name, "why": skipped.to_string() }));
        }
        for advice in &plan.advice {
            self.warn(&advice.to_string());
        }
    }

    /// Where what follows happens.
    pub(crate) fn begin(&mut self, run: &Path, opened: &Opened) {
        self.run = run.display().to_string();
        self.device = opened.name.to_string();
    }

    fn warn(&mut self, message: &str) {
        self.tell("warning", json!({ "message": message }));
    }

    /// The last line: how it ended.
    ///
    /// # Errors
    /// When not all lines could be written, though somebody was there to read them.
    pub(crate) fn end(mut self, outcome: Outcome) -> Result<(), Failure> {
        let outcome = match outcome {
            Outcome::Completed => "completed",
            Outcome::OutOfTime => "out of time",
            Outcome::NoGain => "no gain",
            Outcome::Stopped => "stopped",
        };
        let run = self.run.clone();
        self.tell("end", json!({ "outcome": outcome, "run": run }));
        self.unread.filter(|why| !matches!(why, Failure::ClosedPipe)).map_or(Ok(()), Err)
    }

    fn tell(&mut self, event: &str, fields: Value) {
        if self.unread.is_some() {
            return;
        }
        if let Err(why) = data(&event_line(event, fields)) {
            self.unread = Some(why);
            warning(&Note::NobodyReads);
        }
    }
}

impl Observer for Events {
    fn on(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { plan, done } => {
                let start = json!({
                    "run": self.run, "device": self.device, "done": done, "steps": plan.steps,
                    "steps_per_epoch": plan.steps_per_epoch, "parameters": plan.parameters,
                    "text": plan.corpus_name, "characters": plan.ids.len(),
                    "held_out": plan.split().valid.len(), "distinct": plan.distinct,
                    "known": plan.vocabulary.len(),
                });
                self.tell("start", start);
            }
            Event::StepDone { step, epoch, loss, gradient_norm, read, rate } => self.tell(
                "step",
                json!({
                    "step": step, "epoch": epoch, "train_nats": loss.mean(),
                    "gradient_norm": gradient_norm, "characters": read, "learning_rate": rate,
                }),
            ),
            Event::Evaluated { step, valid } => self.tell(
                "evaluation",
                json!({
                    "step": step, "valid_nats": valid.mean(), "characters": valid.characters,
                    "valid_bits_per_character": valid.bits_per_character(),
                    "valid_perplexity": valid.perplexity(),
                }),
            ),
            Event::Sampled { step, prompt, text } => {
                self.tell("sample", json!({ "step": step, "prompt": prompt, "text": text }));
            }
            Event::Saved { step } => self.tell("checkpoint", json!({ "step": step })),
            Event::Warning(warning) => {
                self.warn(&warning.to_string());
            }
            Event::Finished { .. } => {}
        }
    }
}

/// What a command has found out, as a line of JSON.
pub(crate) fn line(mut fields: Value) -> String {
    fields["schema"] = SCHEMA.into();
    format!("{fields}\n")
}

/// A line of JSON for something that has happened.
pub(crate) fn event_line(event: &str, mut fields: Value) -> String {
    fields["event"] = event.into();
    fields["seconds"] = seconds().into();
    line(fields)
}

/// A line of JSON for a command that has failed. What a configuration has wrong is also listed.
pub(crate) fn failed(failure: &Failure) -> String {
    let message = failure.to_string();
    let problems: Vec<Value> = failure.problems().into_iter().map(of_problem).collect();
    let help = help(failure, &message).map_or(Value::Null, |help| visible(&help).into());
    let help = problems.first().map_or(help, |first| first["help"].clone());
    error(failure.exit_code(), &message, &help, &problems)
}

/// The same for a command that was none.
pub(crate) fn misused(code: u8, message: &str) -> String {
    let help = behind(message).map_or(Value::Null, |help| visible(help).into());
    error(code, message, &help, &[])
}

fn error(code: u8, message: &str, help: &Value, problems: &[Value]) -> String {
    let message = visible(message);
    let fields = json!({ "code": code, "message": message, "help": help, "problems": problems });
    event_line("error", fields).trim_end().to_owned()
}

fn of_problem(problem: &Problem) -> Value {
    let Problem { message, marks, notes, allowed } = problem;
    let labels = marks.iter().map(|(_, label)| label).filter(|label| !label.is_empty());
    let help =
        allowed.iter().chain(labels).chain(notes).next().map(|text| visible(text).into_owned());
    let place = marks.first().map(|(place, _)| place);
    let (line, column) = place.and_then(Place::line_and_column).unzip();
    let place = place.map(|place| visible(&place.short()).into_owned());
    json!({
        "message": visible(message), "place": place, "line": line, "column": column, "help": help,
    })
}
