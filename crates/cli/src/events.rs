//! What programs read: lines of JSON for results, errors, warnings and the events of a run.
//!
//! Losses are in nats per character, times in seconds. Within one `schema` fields are added, never
//! renamed.

use charnn_message::{Message, visible};
use serde_json::{Value, json};
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
pub(crate) fn fields(message: &Message) -> Value {
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
