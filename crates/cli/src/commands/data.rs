//! `charnn data`: what a text is, before anything is done with it.

use crate::args::{ConvertArguments, DataCommand, InspectArguments};
use crate::events::line;
use crate::failure::Failure;
use crate::messages::{inspection, reading, run as say};
use crate::output::{OutputError, Stdout, data};
use crate::readings;
use crate::sources::local;
use crate::terminal::Terminal;
use charnn_config::Sources;
use charnn_data::{Conversion, Corpus, DataError, Inspection, Look};
use charnn_message::Describe;
use charnn_text::{ReadOptions, Source};
use charnn_train::{Plan, PlanError, RunConfig};
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn run(command: &DataCommand, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        DataCommand::Inspect(arguments) => inspect(arguments, terminal),
        DataCommand::Convert(arguments) => convert(arguments, terminal),
    }
}

/// Inspects every file, even if others have errors.
fn inspect(arguments: &InspectArguments, terminal: &Terminal) -> Result<(), Failure> {
    let options = arguments.reading.options();
    arguments.files.iter().try_for_each(|file| local(file))?;
    let (mut shown, mut failed) = (0, None);
    for (source, look) in
        arguments.files.iter().flat_map(|file| Inspection::each(&Source::named(file), &options))
    {
        match look {
            Ok(Look::Text(found)) => {
                readings::doubt(terminal, &found.reading);
                let between = if shown == 0 || arguments.json { "" } else { "\n" };
                data(&format!(
                    "{between}{}",
                    seen(&source, *found, &options, arguments.json, terminal)
                ))?;
                shown += 1;
            }
            Ok(Look::LeftOut(skipped)) => terminal.note(&reading::skipped(&skipped)),
            Err(error) => {
                // The last one is shown when this command is done.
                if let Some(before) = failed.replace(Failure::from(error)) {
                    let code = before.exit_code();
                    before.messages().iter().for_each(|message| terminal.error(message, code));
                }
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// What was found in a text, and what `charnn train` would do with it.
fn seen(
    source: &Source,
    mut found: Inspection,
    options: &ReadOptions,
    json: bool,
    terminal: &Terminal,
) -> String {
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
                "validation": plan.split().valid.len(), "advice": advice.collect::<Vec<_>>(),
            })
        });
        return line(fields);
    }
    let training = training.map_or(String::new(), |plan| {
        let mut lines = vec![say::corpus(&plan), say::network(&plan), say::steps(&plan)];
        lines.extend(plan.advice.iter().map(|advice| advice.describe().message));
        let lines: Vec<&str> = lines.iter().map(|line| terminal.text(line)).collect();
        let title = reading::training();
        format!("{}\n  {}\n", terminal.text(&title), lines.join("\n  "))
    });
    let report = inspection::report(&found);
    format!("{}\n{training}", terminal.text(&report))
}

/// What `charnn train` makes of a text by its defaults; none where finding out would take the room of a
/// run, or would need the text a second time.
fn plan(source: &Source, bytes: u64, options: &ReadOptions) -> Option<Result<Plan, PlanError>> {
    let mut config = RunConfig::default();
    config.data.path = Sources(vec![source.clone()]);
    if *source == Source::Stdin || bytes > config.data.in_memory_bytes.0 {
        return None;
    }
    let corpus = Corpus::read_with(source, options);
    Some(corpus.map_err(PlanError::from).and_then(|corpus| Plan::new(config, &corpus)))
}

fn convert(arguments: &ConvertArguments, terminal: &Terminal) -> Result<(), Failure> {
    let ConvertArguments { from, out, to, force, reading } = arguments;
    local(from)?;
    let conversion = Conversion::new(&Source::named(from), &reading.options(), *to)?;
    readings::show(terminal, std::iter::once(conversion.reading()), &[]);
    if out != Path::new("-") {
        conversion.save(out, *force)?;
        terminal.note(&reading::converted(out, *to));
        return Ok(());
    }
    match conversion.write(Path::new("standard output"), &mut Stdout) {
        Err(DataError::Output { source, .. }) => Err(OutputError::from(source).into()),
        written => Ok(written?),
    }
}
