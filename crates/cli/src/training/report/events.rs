//! The events of a run as lines of JSON.

use crate::events::{cpu, event_line, fields};
use crate::messages::inspection::records_json;
use crate::output::{OutputError, data};
use crate::terminal::Terminal;
use crate::training::messages::run;
use charnn_infer::Bits;
use charnn_kernels::device::{DeviceName, Opened};
use charnn_message::{Describe, Message};
use charnn_train::{Event, Observer, OtherText, Outcome, Plan};
use serde_json::{Value, json};
use std::path::Path;

/// How a training ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    Of(Outcome),
    /// At the evaluation where it was to pause.
    Paused,
    Failed,
}

/// The outcome of a training that pauses.
pub(crate) const PAUSED: &str = "paused";

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
        let others = || plan.valid.iter().chain(&plan.test);
        for reading in plan.readings.iter().chain(others().flat_map(|it| &it.readings)) {
            self.tell("read", json!(reading));
        }
        for skipped in plan.skipped.iter().chain(others().flat_map(|it| &it.skipped)) {
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

    /// The last line: how training ended.
    ///
    /// # Errors
    /// When standard output could not take all lines, though it was open.
    pub(crate) fn end(mut self, ending: Ending) -> Result<(), OutputError> {
        let outcome = match ending {
            Ending::Of(Outcome::Completed) => "completed",
            Ending::Of(Outcome::TimeLimit) => "time_limit",
            Ending::Of(Outcome::EarlyStopped) => "early_stopped",
            Ending::Of(Outcome::Stopped) => "stopped",
            Ending::Paused => PAUSED,
            Ending::Failed => "failed",
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

/// A validation or test text of its own.
fn other_text(text: &OtherText) -> Value {
    json!({
        "text": text.name, "characters": text.known.characters, "unknown": text.known.unknown,
        "unknown_share": text.known.unknown_share(),
    })
}

impl Observer for Events {
    fn on(&mut self, event: &Event<'_>) {
        match *event {
            Event::Started { plan, done, baselines } => {
                let start = json!({
                    "run": self.run, "device": self.device, "done": done, "steps": plan.steps,
                    "steps_per_epoch": plan.steps_per_epoch, "parameters": plan.parameters,
                    "text": plan.corpus_name, "characters": plan.parts.ids.len(),
                    "validation": plan.split().valid.len(), "distinct": plan.distinct,
                    "known": plan.vocabulary.len(), "unit": plan.vocabulary.unit(), "baselines": baselines,
                    "records": plan.records.as_ref().map(records_json),
                    "valid_text": plan.valid.as_ref().map(other_text),
                    "test_text": plan.test.as_ref().map(other_text),
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
            Event::Evaluated { step, loss, bits } => {
                let mut fields = json!({
                    "step": step, "val_loss": loss.mean(), "characters": loss.characters,
                    "val_bits_per_character": loss.bits_per_character(),
                    "val_perplexity": loss.perplexity(),
                });
                if let Some(Bits { per_character, per_byte }) = bits {
                    fields["val_bits_per_character"] = per_character.into();
                    fields["val_bits_per_byte"] = per_byte.into();
                }
                self.tell("evaluation", fields);
            }
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
