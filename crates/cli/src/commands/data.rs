//! `charnn data`: what a text is, before anything is done with it.

use crate::args::{ConvertArguments, DataCommand, InspectArguments};
use crate::events::line;
use crate::failure::Failure;
use crate::messages::{inspection, reading};
use crate::output::{OutputError, data};
use crate::readings;
use crate::sources::local;
use crate::terminal::Terminal;
use crate::training;
use charnn_data::{
    Conversion, Corpus, DataError, Inspection, Look, ReadProgress, RecordFacts, Totals,
};
use charnn_text::{ReadOptions, Records, Source};
use inspection::Outlook;
use serde_json::Value;
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
    let division = Division { options: &options, records: &arguments.records };
    arguments.files.iter().try_for_each(|file| local(file))?;
    let mut inspected = Inspected { terminal, shown: 0, failed: None };
    for file in &arguments.files {
        let source = Source::named(file);
        let mut looks = Inspection::each(&source, &options).peekable();
        let first = looks.next();
        let several = looks.peek().is_some();
        let looks = first.into_iter().chain(looks);
        if several && !arguments.json {
            inspected.table(&source, looks.map(|(_, look)| look), division)?;
            continue;
        }
        for (source, look) in looks {
            if let Some(found) = inspected.look(look) {
                let text = seen(&source, found, division, arguments.json, terminal)?;
                inspected.show(&text, arguments.json)?;
            }
        }
    }
    inspected.failed.map_or(Ok(()), Err)
}

/// How to read a text and divide it.
#[derive(Clone, Copy)]
struct Division<'a> {
    options: &'a ReadOptions,
    records: &'a Records,
}

impl Division<'_> {
    /// What is known of the records of a text, if it is divided. It is held in memory.
    fn facts(self, source: &Source) -> Result<Option<RecordFacts>, DataError> {
        if !self.records.are_on() {
            return Ok(None);
        }
        let corpus = Corpus::read_with(source, self.options)?.with_records(self.records, None)?;
        Ok(corpus.records().copied())
    }
}

/// What was inspected so far.
struct Inspected<'a> {
    terminal: &'a Terminal,
    shown: usize,
    /// The last error, shown when the command is done.
    failed: Option<Failure>,
}

impl Inspected<'_> {
    /// The inspection of a text, with its warnings shown; `None` if it was skipped or has an error.
    fn look(&mut self, look: Result<Look, DataError>) -> Option<Inspection> {
        match look {
            Ok(Look::Text(found)) => {
                readings::doubt(self.terminal, &found.reading);
                Some(*found)
            }
            Ok(Look::LeftOut(skipped)) => {
                self.terminal.note(&reading::skipped(&skipped));
                None
            }
            Err(error) => {
                if let Some(before) = self.failed.replace(Failure::from(error)) {
                    let code = before.exit_code();
                    before.messages().iter().for_each(|message| self.terminal.error(message, code));
                }
                None
            }
        }
    }

    /// Shows a row for each file of a folder or pattern, their totals, and what training would do with
    /// them.
    fn table(
        &mut self,
        source: &Source,
        looks: impl Iterator<Item = Result<Look, DataError>>,
        division: Division<'_>,
    ) -> Result<(), Failure> {
        let (mut totals, mut rows) = (Totals::default(), Vec::new());
        let mut progress = readings::progress(self.terminal);
        for look in looks {
            if let Ok(look) = &look {
                totals.add(look);
            }
            if let Some(found) = self.look(look) {
                if let Some(problem) = &found.problem {
                    self.terminal.warning(&reading::rejected(problem));
                }
                rows.push(inspection::Row::of(&found));
            }
            let done = totals.files + totals.skipped;
            progress(ReadProgress { done, of: 0, bytes: totals.bytes });
        }
        rows.push(inspection::Row::total(&totals));
        let mut text = inspection::table(&rows, self.terminal.language);
        if self.failed.is_none() && totals.problems == 0 {
            if let Some(facts) = division.facts(source)? {
                text += self.terminal.text(&inspection::records(&facts));
                text.push('\n');
            }
            match training::outlook(source, totals.bytes, division.options, division.records) {
                Some(Ok(outlook)) => text += &would_do(&outlook, self.terminal),
                Some(Err(failure)) => self.failed = Some(failure),
                None => {}
            }
        }
        self.show(&text, false)
    }

    fn show(&mut self, text: &str, json: bool) -> Result<(), Failure> {
        let between = if self.shown == 0 || json { "" } else { "\n" };
        self.shown += 1;
        Ok(data(&format!("{between}{text}"))?)
    }
}

/// What was found in a text, and what `charnn train` would do with it.
fn seen(
    source: &Source,
    mut found: Inspection,
    division: Division<'_>,
    json: bool,
    terminal: &Terminal,
) -> Result<String, Failure> {
    let facts = match found.problem {
        Some(_) => None,
        None => division.facts(source)?,
    };
    let outlook = if found.problem.is_none() {
        training::outlook(source, found.reading.bytes, division.options, division.records)
    } else {
        None
    };
    let outlook = outlook.and_then(|outlook| {
        let problem = |failure: Failure| failure.messages().swap_remove(0).message;
        outlook.map_err(|failure| found.problem = Some(problem(failure))).ok()
    });
    if json {
        let mut fields = serde_json::to_value(&found).expect("an inspection is plain JSON");
        fields["training"] = outlook.map_or(Value::Null, |outlook| outlook.json);
        if let Some(facts) = facts {
            fields["records"] = inspection::records_json(&facts);
        }
        return Ok(line(fields));
    }
    let training = outlook.map_or(String::new(), |outlook| would_do(&outlook, terminal));
    let report = inspection::report(&found);
    let records = facts.map_or(String::new(), |facts| {
        format!("{}\n", terminal.text(&inspection::records(&facts)))
    });
    Ok(format!("{}\n{records}{training}", terminal.text(&report)))
}

/// What training would do, and the advice on the text.
fn would_do(outlook: &Outlook, terminal: &Terminal) -> String {
    let lines: Vec<&str> = outlook.lines.iter().map(|line| terminal.text(line)).collect();
    format!("{}\n  {}\n", terminal.text(&reading::training()), lines.join("\n  "))
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
    match conversion.write(Path::new("standard output"), &mut std::io::stdout()) {
        Err(DataError::Output { source, .. }) => Err(OutputError::from(source).into()),
        written => Ok(written?),
    }
}
