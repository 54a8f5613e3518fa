//! `charnn runs list` and `charnn runs best`.

use super::Problem;
use super::chosen::selected;
use crate::args::runs::{BestArguments, ListArguments};
use crate::events::line;
use crate::failure::Failure;
use crate::messages::runs;
use crate::output::data;
use crate::terminal::Terminal;
use charnn_config::KEYS;
use charnn_runs::{Column, Entry, Field, State, Value, sort};
use serde_json::json;
use std::cmp::Reverse;

pub(super) fn list(arguments: &ListArguments, terminal: &Terminal) -> Result<(), Failure> {
    let parse = |name: &String| Field::parse(name.trim()).map_err(Problem::from);
    let order = arguments.sort.as_ref().map(parse).transpose()?;
    let more = arguments.show.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let mut entries = selected(&arguments.selection)?;
    if let Some(field) = order {
        sort(&mut entries, field, arguments.reverse);
    } else {
        entries.sort_by_key(|entry| Reverse(entry.modified));
        if arguments.reverse {
            entries.reverse();
        }
    }
    if arguments.json {
        return Ok(data(&entries.iter().map(json_line).collect::<String>())?);
    }
    if arguments.csv {
        return Ok(data(&csv(&entries))?);
    }
    if entries.is_empty() {
        terminal.note(&runs::nothing(&arguments.selection.runs));
        return Ok(());
    }
    Ok(data(&runs::table_of_runs(&entries, &more, terminal.language))?)
}

pub(super) fn best(arguments: &BestArguments) -> Result<(), Failure> {
    let field = Field::parse(&arguments.by).map_err(Problem::from)?;
    let mut entries = selected(&arguments.selection)?;
    entries.retain(|entry| entry.is_run() && field.value(entry).is_some());
    sort(&mut entries, field, arguments.highest);
    let Some(best) = entries.first() else {
        return Err(Problem::NoBest { by: field.name() }.into());
    };
    Ok(data(&if arguments.json { json_line(best) } else { format!("{}\n", best.path.display()) })?)
}

/// A run as a line of JSON: all columns, the configuration, and what is wrong.
fn json_line(entry: &Entry) -> String {
    let mut fields = json!({ "path": entry.path.display().to_string() });
    for (column, name) in Column::ALL {
        fields[name] = json!(Field::Column(column).value(entry));
    }
    fields["tags"] = json!(entry.labels.tags);
    fields["note"] = json!(entry.labels.note);
    fields["config"] = json!(entry.config);
    fields["problem"] = match &entry.state {
        State::Damaged(why) => json!(why.english),
        _ => json!(null),
    };
    line(fields)
}

/// All columns and keys, as RFC 4180 has it, with line feeds.
fn csv(entries: &[Entry]) -> String {
    let columns = Column::ALL.map(|(column, _)| Field::Column(column));
    let fields: Vec<Field> = columns.into_iter().chain(KEYS.iter().map(Field::Key)).collect();
    let row = |cells: Vec<String>| {
        cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\n"
    };
    let values = |entry: &Entry| {
        let value =
            |field: &Field| field.value(entry).as_ref().map_or(String::new(), Value::to_string);
        row(fields.iter().map(value).collect())
    };
    let head = row(fields.iter().map(Field::name).collect());
    std::iter::once(head).chain(entries.iter().map(values)).collect()
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
