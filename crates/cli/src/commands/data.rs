//! `charnn data`: what a text is, before anything is done with it.

use crate::args::{ConvertArguments, DataCommand, InspectArguments};
use crate::events::line;
use crate::failure::Failure;
use crate::notes::Note;
use crate::output::{Stdout, data, note};
use crate::readings;
use charnn_data::{Conversion, Corpus, DataError, Inspection, Look, ReadOptions, Source};
use charnn_train::{Plan, PlanError, RunConfig};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::path::Path;

pub(crate) fn run(command: &DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::Inspect(arguments) => inspect(arguments),
        DataCommand::Convert(arguments) => convert(arguments),
    }
}

/// Looks at every file, whatever is wrong with others.
fn inspect(arguments: &InspectArguments) -> Result<(), Failure> {
    let InspectArguments { files, reading, json } = arguments;
    let options = reading.options();
    let (mut shown, mut failed) = (0, None);
    for (source, look) in
        files.iter().flat_map(|file| Inspection::each(&Source::named(file), &options))
    {
        match look {
            Ok(Look::Text(found)) => {
                readings::doubt(&found.reading);
                let between = if shown == 0 || *json { "" } else { "\n" };
                data(&format!("{between}{}", seen(&source, *found, &options, *json)))?;
                shown += 1;
            }
            Ok(Look::LeftOut(skipped)) => note(&Note::LeftOut(&skipped)),
            Err(error) => {
                // The last one is told when this command is done.
                if let Some(before) = failed.replace(Failure::from(error)) {
                    before.tell(*json);
                }
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// What was found in a text, and what `charnn train` would do with it.
fn seen(source: &Source, mut found: Inspection, options: &ReadOptions, json: bool) -> String {
    let plan = Some(source)
        .filter(|_| found.problem.is_none())
        .and_then(|it| plan(it, found.reading.bytes, options));
    let training = plan.and_then(|plan| match plan {
        Ok(plan) => Some(plan),
        Err(problem) => {
            found.problem = Some(problem.to_string());
            None
        }
    });
    if json {
        let mut fields = serde_json::to_value(&found).expect("an inspection is plain JSON");
        fields["training"] = training.as_ref().map_or(Value::Null, |plan| {
            let advice = plan.advice.iter().map(ToString::to_string);
            json!({
                "steps": plan.steps, "parameters": plan.parameters,
                "held_out": plan.split().valid.len(), "advice": advice.collect::<Vec<_>>(),
            })
        });
        return line(fields);
    }
    let training = training.map_or(String::new(), |plan| {
        let notes = [Note::Text(&plan), Note::Network(&plan), Note::Steps(&plan)];
        let notes = notes.iter().map(ToString::to_string);
        let lines = notes.chain(plan.advice.iter().map(ToString::to_string));
        let lines: Vec<String> = lines.collect();
        format!("charnn train would do this with it:\n  {}\n", lines.join("\n  "))
    });
    format!("{found}\n{training}")
}

/// What `charnn train` makes of a text by its defaults; none where finding out would take the room of a
/// run, or would need the text a second time.
fn plan(source: &Source, bytes: u64, options: &ReadOptions) -> Option<Result<Plan, PlanError>> {
    let mut config = RunConfig::default();
    config.data.path = source.to_string();
    if *source == Source::Stdin || bytes > config.data.in_memory_bytes {
        return None;
    }
    let corpus = Corpus::read_with(source, options);
    Some(corpus.map_err(PlanError::from).and_then(|corpus| Plan::new(config, &corpus)))
}

fn convert(arguments: &ConvertArguments) -> Result<(), Failure> {
    let ConvertArguments { from, out, to, force, reading } = arguments;
    let conversion = Conversion::new(&Source::named(from), &reading.options(), *to)?;
    readings::say(std::iter::once(conversion.reading()), &[]);
    if out != Path::new("-") {
        conversion.save(out, *force)?;
        note(&Note::Converted { to: out, encoding: *to });
        return Ok(());
    }
    match conversion.write(Path::new("standard output"), &mut Stdout) {
        Err(DataError::Output { source, .. }) => Err(match source.kind() {
            ErrorKind::BrokenPipe => Failure::ClosedPipe,
            _ => Failure::Output(source),
        }),
        written => Ok(written?),
    }
}
