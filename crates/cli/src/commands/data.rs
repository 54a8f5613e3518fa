//! `charnn data`: what a text is, before anything is done with it.

use crate::args::{DataCommand, InspectArguments};
use crate::failure::Failure;
use crate::output::data;
use charnn_data::{Inspection, ReadOptions, Source};

pub(crate) fn run(command: &DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::Inspect(arguments) => inspect(arguments),
    }
}

fn inspect(arguments: &InspectArguments) -> Result<(), Failure> {
    let options = ReadOptions { encoding: arguments.encoding, ..ReadOptions::default() };
    for (index, file) in arguments.files.iter().enumerate() {
        let source = Source::parse(&file.to_string_lossy());
        let found = Inspection::of(&source, &options)?;
        if arguments.json {
            let line = serde_json::to_string(&found).expect("an inspection is plain JSON");
            data(&format!("{line}\n"))?;
        } else {
            data(&format!("{}{found}\n", if index == 0 { "" } else { "\n" }))?;
        }
    }
    Ok(())
}
