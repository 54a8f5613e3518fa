//! `charnn score`: how probable a network finds each line of a text.

use crate::args::score::{ScoreArguments, Unit};
use crate::commands::generate::RuleProblem;
use crate::commands::network::{self, Network};
use crate::events::line;
use crate::failure::Failure;
use crate::messages::scoring::{self, Totals};
use crate::output::data;
use crate::readings;
use crate::terminal::Terminal;
use charnn_data::{Corpus, DataError};
use charnn_infer::{
    Bits, Ending, Engine, GuessNumbers, Lengths, LineScorer, OnUnknown, Piece, Request, Sampling,
    Seed, Surprise, Vocabulary, start_threads, write_texts,
};
use charnn_text::{ReadOptions, Source, TextError, Whitespace, clean_like};
use serde_json::json;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

/// Lines that are scored side by side.
const AT_ONCE: usize = 512;
/// The most characters of a line that is sampled for guess numbers.
const LONGEST: usize = 4096;

pub(crate) fn run(arguments: &ScoreArguments, terminal: &Terminal) -> Result<(), Failure> {
    let ScoreArguments { run, file, checkpoint, runs, .. } = arguments;
    let Network { name, step, config, bundle, .. } =
        network::open(run, runs, *checkpoint, terminal)?;
    if arguments.carry && bundle.vocabulary().record().is_some() {
        return Err(RuleProblem::OnlyText { flag: "--carry" }.into());
    }
    if arguments.by == Unit::Record && bundle.vocabulary().record().is_none() {
        return Err(RuleProblem::NoRecords { flag: "--by record" }.into());
    }
    start_threads()?;
    let engine = Engine::new(&bundle);
    // A line of a file stays a line, whatever was done to the white space of the training text.
    let encoding = arguments.encoding;
    let whitespace = Whitespace::Keep;
    let options = ReadOptions { encoding, whitespace, ..config.data.read_options() };
    terminal.note(&scoring::scoring(&name, step));
    let mut scores = Scores::new(&engine, arguments);
    if arguments.by == Unit::Record {
        let corpus = Corpus::read_all(&[Source::named(file)], &options, None)?;
        readings::show(terminal, corpus.documents().iter().map(|it| &it.reading), corpus.skipped());
        let (mut records, division) = (Vec::new(), &config.data.records);
        corpus.with_records(division, None)?.each_record(&mut |it| records.push(it.to_owned()))?;
        data(&scores.header())?;
        for batch in records.chunks(AT_ONCE) {
            data(&scores.of(batch))?;
        }
    } else if file == Path::new("-") {
        data(&scores.header())?;
        for batch in standard_input() {
            let batch: Vec<String> = batch?.iter().map(|it| clean_like(&options, it)).collect();
            data(&scores.of(&batch))?;
        }
    } else {
        let corpus = Corpus::read_all(&[Source::named(file)], &options, None)?;
        readings::show(terminal, corpus.documents().iter().map(|it| &it.reading), corpus.skipped());
        let text = corpus.text()?;
        let lines: Vec<&str> = text.lines().collect();
        data(&scores.header())?;
        for batch in lines.chunks(AT_ONCE) {
            data(&scores.of(batch))?;
        }
    }
    terminal.note(&scoring::summary(&scores.totals));
    if scores.totals.unknown > 0 {
        terminal.warning(&scores.totals);
    }
    Ok(())
}

/// The lines of standard input: as many as are there, so that a slow writer sees its scores at once. Malformed UTF-8
/// becomes U+FFFD.
fn standard_input() -> impl Iterator<Item = Result<Vec<String>, Failure>> {
    let mut input = BufReader::with_capacity(1 << 16, std::io::stdin().lock());
    std::iter::from_fn(move || {
        let mut batch = Vec::new();
        loop {
            let mut bytes = Vec::new();
            match input.read_until(b'\n', &mut bytes) {
                Err(source) => {
                    let name = "-".to_owned();
                    return Some(Err(DataError::Text(TextError::Read { name, source }).into()));
                }
                Ok(0) if batch.is_empty() => return None,
                Ok(0) => return Some(Ok(batch)),
                Ok(_) => {
                    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
                    let line = line.strip_suffix(b"\r").unwrap_or(line);
                    batch.push(String::from_utf8_lossy(line).into_owned());
                }
            }
            if batch.len() == AT_ONCE || !input.buffer().contains(&b'\n') {
                return Some(Ok(batch));
            }
        }
    })
}

/// Turns lines into scores.
struct Scores<'a> {
    engine: &'a Engine,
    arguments: &'a ScoreArguments,
    scorer: LineScorer,
    guesses: Option<GuessNumbers>,
    totals: Totals,
}

impl<'a> Scores<'a> {
    fn new(engine: &'a Engine, arguments: &'a ScoreArguments) -> Self {
        let context = context(engine);
        let guesses = arguments.guesses.map(|count| guess_numbers(engine, &context, count));
        let scorer = LineScorer::new(engine, &context, arguments.carry);
        Self { engine, arguments, scorer, guesses, totals: Totals::default() }
    }

    /// The name of what is counted.
    fn unit(&self) -> &'static str {
        if self.arguments.by == Unit::Record { "record" } else { "line" }
    }

    /// Whether a symbol is a character.
    fn is_of_characters(&self) -> bool {
        self.engine.vocabulary().unit().is_char()
    }

    /// The names of the columns.
    fn header(&self) -> String {
        let (unit, guesses) = (self.unit(), self.guesses.as_ref().map_or("", |_| "guesses\t"));
        match (self.arguments.json, self.arguments.by) {
            (true, _) => String::new(),
            (false, Unit::Char) => "line\tposition\tcharacter\tloss\tbits\trank\n".to_owned(),
            (false, Unit::Line | Unit::Record) if !self.is_of_characters() => format!(
                "{unit}\tsymbols\tcharacters\tbytes\tunknown\tnats\tloss\tbits_per_char\tbits_per_byte\t\
                 worst_rank\t{guesses}text\n"
            ),
            (false, Unit::Line | Unit::Record) => format!(
                "{unit}\tcharacters\tunknown\tnats\tloss\tbits_per_char\tworst_rank\t{guesses}text\n"
            ),
        }
    }

    /// The output for the next lines.
    fn of<L: AsRef<str>>(&mut self, lines: &[L]) -> String {
        let encoded: Vec<Encoded> = lines
            .iter()
            .map(|line| Encoded::new(self.engine.vocabulary(), line.as_ref()))
            .collect();
        let ids: Vec<Vec<u16>> = encoded.iter().map(|line| line.ids.clone()).collect();
        let mut out = String::new();
        for ((text, encoded), surprises) in lines.iter().zip(encoded).zip(self.scorer.score(&ids)) {
            self.totals.add(&surprises, encoded.unknown, encoded.lengths);
            self.write(&mut out, text.as_ref(), &encoded, &surprises);
        }
        out
    }

    fn write(&self, out: &mut String, text: &str, encoded: &Encoded, surprises: &[Surprise]) {
        let number = self.totals.lines;
        if self.arguments.by == Unit::Char {
            let vocabulary = self.engine.vocabulary();
            let symbols = encoded.ids.iter().map(|&id| vocabulary.shown(id));
            let scored = symbols.zip(surprises);
            if self.arguments.json {
                let characters: Vec<_> = scored
                    .map(|(symbol, it)| json!({ "character": symbol, "loss": it.loss, "rank": it.rank }))
                    .collect();
                out.push_str(&line(json!({ "line": number, "characters": characters })));
                return;
            }
            for (position, (symbol, it)) in scored.enumerate() {
                let (symbol, bits) = (cell(symbol), f64::from(it.loss) / std::f64::consts::LN_2);
                let position = position + 1;
                let Surprise { loss, rank } = it;
                let _ =
                    writeln!(out, "{number}\t{position}\t{symbol}\t{loss:.4}\t{bits:.4}\t{rank}");
            }
            return;
        }
        let loss = scoring::loss(surprises);
        let worst = surprises.iter().map(|it| it.rank).max().unwrap_or(0);
        // The network never writes a character that it does not know.
        let guesses = self.guesses.as_ref().map(|numbers| match encoded.unknown {
            0 => numbers.of(loss.sum),
            _ => f64::INFINITY,
        });
        let (symbols, unknown, nats) = (loss.characters, encoded.unknown, loss.sum);
        let (characters, bits, per_byte) = match encoded.lengths {
            Some(lengths) => {
                let Bits { per_character, per_byte } = loss.bits(lengths);
                (lengths.characters, per_character, per_byte)
            }
            None => (symbols, loss.bits_per_character(), f64::NAN),
        };
        let mean = loss.mean();
        if self.arguments.json {
            let mut fields = json!({
                (self.unit()): number, "text": text, "characters": characters, "unknown": unknown,
                "nats": nats, "loss": mean, "bits_per_char": bits, "worst_rank": worst,
            });
            if let Some(lengths) = encoded.lengths {
                fields["symbols"] = symbols.into();
                fields["bytes"] = lengths.bytes.into();
                fields["bits_per_byte"] = per_byte.into();
            }
            if let Some(guesses) = guesses {
                fields["guesses"] = guesses.into();
            }
            out.push_str(&line(fields));
            return;
        }
        let _ = match encoded.lengths {
            Some(Lengths { bytes, .. }) => write!(
                out,
                "{number}\t{symbols}\t{characters}\t{bytes}\t{unknown}\t{nats:.4}\t{mean:.4}\t{bits:.4}\t\
                 {per_byte:.4}\t{worst}\t"
            ),
            None => write!(
                out,
                "{number}\t{characters}\t{unknown}\t{nats:.4}\t{mean:.4}\t{bits:.4}\t{worst}\t"
            ),
        };
        if let Some(guesses) = guesses {
            let _ = write!(out, "{guesses:.3e}\t");
        }
        let _ = writeln!(out, "{}", cell(text));
    }
}

/// A line as symbols, with its end: the record symbol, or the line break if the network knows one. A network of
/// names predicts where a name ends.
struct Encoded {
    ids: Vec<u16>,
    /// Symbols that the network does not know.
    unknown: u64,
    /// Of the line with its end, if symbols are not characters.
    lengths: Option<Lengths>,
}

impl Encoded {
    fn new(vocabulary: &Vocabulary, line: &str) -> Self {
        let is_char = vocabulary.unit().is_char();
        let unknown = if is_char {
            line.chars().filter(|&it| !vocabulary.has(it)).count() as u64
        } else {
            let mut unknown = 0;
            let mut count = |symbol: &str| unknown += u64::from(vocabulary.id_of(symbol).is_none());
            vocabulary.cutter().each(line, &mut count);
            unknown
        };
        let ids = vocabulary.encode_with(line, OnUnknown::Unknown);
        let ids = ids.or_else(|_| vocabulary.encode_with(line, OnUnknown::Skip));
        let mut ids = ids.unwrap_or_default();
        let end = vocabulary.record().or_else(|| vocabulary.id('\n'));
        ids.extend(end);
        let lengths = (!is_char).then(|| {
            let mut lengths =
                Lengths { characters: line.chars().count() as u64, bytes: line.len() as u64 };
            if let Some(id) = end {
                lengths += vocabulary.lengths(id);
            }
            lengths
        });
        Self { ids, unknown, lengths }
    }
}

/// What the network reads before a line: the symbol that begins a record, or the primer and the line break that
/// precedes every line.
fn context(engine: &Engine) -> Vec<u16> {
    if let Some(record) = engine.vocabulary().record() {
        return vec![record];
    }
    let mut context = engine.primer().to_vec();
    let newline = engine.vocabulary().id('\n');
    if context.last().copied() != newline {
        context.extend(newline);
    }
    context
}

/// Samples `count` lines after `context`.
fn guess_numbers(engine: &Engine, context: &[u16], count: u64) -> GuessNumbers {
    let vocabulary = engine.vocabulary();
    let sampling = Sampling { temperature: 1.0, ..Sampling::default() };
    let request = Request {
        context: context.to_vec(),
        prompt: Vec::new(),
        window: 0,
        chain: sampling.chain(vocabulary),
        seed: Seed(0),
    };
    let lines = vocabulary.record().is_none().then_some(1);
    let ending = Ending { lines, ..Ending::from(LONGEST) };
    let mut lines: Vec<String> = Vec::new();
    let _ = write_texts(engine, &request, 0..count, &ending, &mut |piece| {
        match piece {
            Piece::Begin(_) => lines.push(String::new()),
            Piece::Symbols(text) => {
                if let Some(line) = lines.last_mut() {
                    line.push_str(text);
                }
            }
            Piece::End => {}
        }
        ControlFlow::Continue(())
    });
    let mut scorer = LineScorer::new(engine, context, false);
    let mut losses = Vec::new();
    for batch in lines.chunks(AT_ONCE) {
        let ids: Vec<Vec<u16>> =
            batch.iter().map(|line| Encoded::new(vocabulary, line).ids).collect();
        losses.extend(scorer.score(&ids).iter().map(|it| scoring::loss(it).sum));
    }
    GuessNumbers::new(losses)
}

/// `text` as a cell of a table: tabs, line breaks, other control characters and backslashes escaped.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            it if it.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(it));
            }
            it => out.push(it),
        }
    }
    out
}
