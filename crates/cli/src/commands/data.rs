//! `charnn data`: what a text is, before anything is done with it.

use crate::args::{ConvertArguments, DataCommand, InspectArguments};
use crate::events::line;
use crate::failure::Failure;
use crate::output::{Stdout, data, note};
use charnn_data::{Conversion, DataError, Inspection, Source, shown};
use std::io::ErrorKind;
use std::path::Path;

pub(crate) fn run(command: &DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::Inspect(arguments) => inspect(arguments),
        DataCommand::Convert(arguments) => convert(arguments),
    }
}

fn inspect(arguments: &InspectArguments) -> Result<(), Failure> {
    let options = arguments.reading.options();
    for (index, file) in arguments.files.iter().enumerate() {
        let source = Source::named(file);
        let found = Inspection::of(&source, &options)?;
        if arguments.json {
            data(&line(serde_json::to_value(&found).expect("an inspection is plain JSON")))?;
        } else {
            data(&format!("{}{found}\n", if index == 0 { "" } else { "\n" }))?;
        }
    }
    Ok(())
}

fn convert(arguments: &ConvertArguments) -> Result<(), Failure> {
    let ConvertArguments { from, out, to, force, reading } = arguments;
    let conversion = Conversion::new(&Source::named(from), &reading.options(), *to)?;
    note(&format!("read     {}", conversion.reading()));
    if out != Path::new("-") {
        conversion.save(out, *force)?;
        note(&format!("written  {}: {to}", shown(out)));
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
