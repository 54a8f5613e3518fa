//! What programs read: a line of JSON for each event of a run, and for each error and warning.
//!
//! Losses are in nats per character, times in seconds. Within one `schema` fields are added, never
//! renamed.

use crate::messages::run;
use crate::output::{OutputError, data};
use crate::terminal::Terminal;
use charnn_kernels::device::{DeviceName, Opened};
use charnn_message::{Describe, Message, visible};
use charnn_train::{Event, Observer, Outcome, Plan};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

/// The version of all JSON output.
pub(crate) const SCHEMA: u32 = 2;

/// When the program began.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Starts the clock of all events.
pub(crate) fn begin() {
    LazyLock::force(&BEGAN);
}

/// Seconds since then, to a millisecond.
fn seconds() -> f64 {
    (BEGAN.elapsed().as_secs_f64() * 1e3).round() / 1e3
}

/// Writes the events of a run while something reads them.
pub(crate) struct Events {
    terminal: Terminal,
    run: String,
    device: Value,
    /// Why events can no longer be written.
    unread: Option<OutputError>,
}

impl Events {
    pub(crate) fn new(terminal: &Terminal) -> Self {
        let (run, device) = (String::new(), Value::Null);
        Self { terminal: terminal.clone(), run, device, unread: None }
    }

    /// How the text was read, and the advice on it.
    pub(crate) fn read(&mut self, plan: &Plan) {
        for reading in &plan.readings {
            self.tell("read", json!(reading));
        }
        for skipped in &plan.skipped {
            self.tell("skipped", json!({ "name": skipped.name, "why": skipped.to_string() }));
        }
        for advice in &plan.advice {
            self.warn(&advice.describe());
        }
    }

    /// Where what follows happens.
    pub(crate) fn begin(&mut self, run: &Path, opened: &Opened) {
        self.run = run.display().to_string();
        self.device = device(&opened.name);
    }

    fn warn(&mut self, message: &Message) {
        self.tell("warning", fields(message));
    }

    /// The last line: how training ended; `None` if it failed.
    ///
    /// # Errors
    /// When standard output could not take all lines, though it was open.
    pub(crate) fn end(mut self, outcome: Option<Outcome>) -> Result<(), OutputError> {
        let outcome = match outcome {
            Some(Outcome::Completed) => "completed",
            Some(Outcome::TimeLimit) => "time_limit",
            Some(Outcome::EarlyStopped) => "early_stopped",
            Some(Outcome::Stopped) => "stopped",
            None => "failed",
        };
        let run = self.run.clone();
        self.tell("end", json!({ "outcome": outcome, "run": run }));
        self.unread.filter(|why| !matches!(why, OutputError::Closed)).map_or(Ok(()), Err)
    }

    fn tell(&mut self, event: &str, fields: Value) {
        if self.unread.is_some() {
            return;
        }
        if let Err(why) = data(&event_line(event, fields)) {
            self.unread = Some(why);
            self.terminal.warning(&run::events_unread());
        }
    }
}

impl Observer for Events {
    fn on(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { plan, done, baselines } => {
                let start = json!({
                    "run": self.run, "device": self.device, "done": done, "steps": plan.steps,
                    "steps_per_epoch": plan.steps_per_epoch, "parameters": plan.parameters,
                    "text": plan.corpus_name, "characters": plan.ids.len(),
                    "validation": plan.split().valid.len(), "distinct": plan.distinct,
                    "known": plan.vocabulary.len(), "baselines": baselines,
                });
                self.tell("start", start);
            }
            Event::StepDone { step, epoch, loss, gradient_norm, characters, learning_rate } => self
                .tell(
                    "step",
                    json!({
                        "step": step, "epoch": epoch, "train_loss": loss.mean(),
                        "gradient_norm": gradient_norm, "characters": characters,
                        "learning_rate": learning_rate,
                    }),
                ),
            Event::Evaluated { step, loss } => self.tell(
                "evaluation",
                json!({
                    "step": step, "val_loss": loss.mean(), "characters": loss.characters,
                    "val_bits_per_character": loss.bits_per_character(),
                    "val_perplexity": loss.perplexity(),
                }),
            ),
            Event::Sampled { step, prompt, text } => {
                self.tell("sample", json!({ "step": step, "prompt": prompt, "text": text }));
            }
            Event::Previewed { step, prompt, text } => {
                self.tell("preview", json!({ "step": step, "prompt": prompt, "text": text }));
            }
            Event::Saved { step } => self.tell("checkpoint", json!({ "step": step })),
            Event::Warning(warning) => self.warn(&run::train_warning(warning)),
            Event::Finished { .. } => {}
        }
    }
}

/// A device: its kind, and what tells it from others of this kind.
pub(crate) fn device(name: &DeviceName) -> Value {
    match name {
        DeviceName::Cpu(_) => cpu(),
        DeviceName::Adapter { name, api } => json!({ "kind": "gpu", "name": name, "api": api }),
    }
}

/// The CPU as a device.
pub(crate) fn cpu() -> Value {
    json!({ "kind": "cpu", "threads": charnn_infer::threads() })
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

/// A line of JSON for a command that fails with `exit_code`.
pub(crate) fn error(message: &Message, exit_code: u8) -> String {
    let mut fields = fields(message);
    fields["exit_code"] = exit_code.into();
    event_line("error", fields)
}

/// A line of JSON for what may be wrong.
pub(crate) fn warning(message: &Message) -> String {
    event_line("warning", fields(message))
}

/// The fields of a message. Characters that change the direction of text are escaped.
fn fields(message: &Message) -> Value {
    let mut fields = json!(message);
    escape(&mut fields);
    fields
}

fn escape(value: &mut Value) {
    match value {
        Value::String(text) => *text = visible(text).into_owned(),
        Value::Array(values) => values.iter_mut().for_each(escape),
        Value::Object(fields) => fields.values_mut().for_each(escape),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
