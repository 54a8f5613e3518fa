//! `charnn runs compare`.

use super::Problem;
use super::chosen::found;
use crate::args::runs::CompareArguments;
use crate::events::line;
use crate::failure::Failure;
use crate::messages::runs;
use crate::output::data;
use crate::terminal::Terminal;
use serde_json::json;

pub(super) fn run(arguments: &CompareArguments, terminal: &Terminal) -> Result<(), Failure> {
    let chosen = found(&arguments.names, &arguments.runs)?;
    if let [run] = &chosen[..] {
        return Err(Problem::OneRun { name: run.name() }.into());
    }
    let comparison = charnn_runs::compare(&chosen)?;
    if comparison.different_texts {
        terminal.warning(&runs::different_texts());
    }
    if arguments.json {
        let mut fields = json!(comparison);
        fields["differences"] = comparison
            .differences
            .iter()
            .map(|(key, values)| (key.clone(), json!(values)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        return Ok(data(&line(fields))?);
    }
    Ok(data(&runs::comparison(&comparison, terminal.language))?)
}
