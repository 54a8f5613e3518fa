//! Advice before training: settings that are possible but make little sense.

use super::duplicates::duplicates;
use super::listing::looks_like;
use super::sorted::sorted_lines;
use crate::{Predict, RunConfig, TrainConfig};
use charnn_config::{SplitKind, UnusedKey, unused_keys};
use charnn_data::Corpus;
use charnn_message::{Describe, Message, Text, display, grouped, text};
use charnn_text::{Records, Whitespace};

/// A larger vocabulary consists mostly of rare characters.
const MANY_CHARACTERS: usize = 20_000;
/// A network memorizes a shorter text.
const FEW: usize = 100_000;
/// A `model.hidden_size` for few characters.
const SMALL: usize = 64;

/// What may make a run less useful than it could be.
#[derive(Debug, Clone, PartialEq)]
pub enum Advice {
    /// A key has no effect.
    Unused(UnusedKey),
    /// The warm-up is longer than the run.
    OnlyWarmUp {
        /// `train.warmup_steps`.
        warmup: u64,
        /// Steps of the run.
        steps: u64,
    },
    /// The vocabulary is large, and most of its characters are rare.
    ManyCharacters {
        /// Characters of the vocabulary.
        known: usize,
        /// Characters with `data.min_count = 5`.
        usual: usize,
    },
    /// Many characters are of the private use areas.
    PrivateUse {
        /// Their share.
        percent: f64,
    },
    /// Many characters are U+FFFD.
    Replaced {
        /// Their share.
        percent: f64,
    },
    /// Files hold the same text.
    Duplicate {
        /// The file that repeats another.
        name: String,
        /// The first file with this text.
        original: String,
        /// How many other files repeat one.
        more: usize,
    },
    /// A program broke the paragraphs into lines of one width.
    Wrapped {
        /// That width, in columns.
        columns: usize,
        /// The share of blank lines.
        blank_percent: f64,
    },
    /// The text looks like a list of records.
    LooksLikeRecords {
        /// How it could be divided.
        records: Records,
        /// Into how many.
        count: usize,
    },
    /// The lines or records are sorted, and the end of the text is held out.
    SortedTail {
        /// How many there are.
        count: usize,
        /// Whether they are records.
        are_records: bool,
    },
    /// The text is short.
    LittleText {
        /// Its characters.
        characters: usize,
        /// A smaller `model.hidden_size`, if that of the network is large.
        smaller: Option<usize>,
    },
}

display!(Advice);

impl Describe for Advice {
    #[expect(clippy::too_many_lines, reason = "one message for each")]
    fn describe(&self) -> Message {
        match self {
            Self::Unused(key) => key.describe(),
            Self::OnlyWarmUp { warmup, steps } => Message::new(
                "advice/only-warm-up",
                text!(
                    en: "train.warmup_steps = {warmup}, but the run has only {steps}: the learning rate never \
                         reaches train.learning_rate",
                    zh: "train.warmup_steps = {warmup}，而训练只有 {steps} 步，学习率达不到 train.learning_rate"
                ),
            )
            .hint(text!(en: "lower train.warmup_steps", zh: "请调低 train.warmup_steps")),
            Self::ManyCharacters { known, usual } => Message::new(
                "advice/many-characters",
                text!(
                    en: "the vocabulary has {known} characters, most of them rare",
                    zh: "词表有 {known} 个字符，其中大多很少见"
                ),
            )
            .hint(text!(
                en: "data.min_count = 5 leaves {usual}, for a smaller and faster network",
                zh: "设置 data.min_count = 5 后只有 {usual} 个，网络更小也更快"
            )),
            Self::PrivateUse { percent } => Message::new(
                "advice/private-use",
                text!(
                    en: "{percent:.1} % of the characters are private-use characters, which have a meaning only \
                         in some program or font",
                    zh: "{percent:.1}% 的字符属于私用区，只在某个程序或字体中才有意义"
                ),
            )
            .hint(text!(en: "check the encoding of the text", zh: "请检查文本的编码是否正确")),
            Self::Replaced { percent } => Message::new(
                "advice/replaced",
                text!(
                    en: "{percent:.1} % of the characters are U+FFFD (lost characters): the text was damaged or \
                         converted wrongly",
                    zh: "{percent:.1}% 的字符是 U+FFFD（丢失的字符）：文本已损坏，或曾被错误地转换"
                ),
            )
            .hint(text!(en: "look for an undamaged copy", zh: "请找一份完好的文本")),
            Self::Duplicate { name, original, more } => {
                let more = match more {
                    0 => Text::verbatim(""),
                    more => text!(en: " ({more} more files repeat one)", zh: "（另有 {more} 个重复的文件）"),
                };
                Message::new(
                    "advice/duplicate",
                    text!(
                        en: (
                            "{name} has the same text as {original}{}: the network reads it more than once",
                            more.english
                        ),
                        zh: ("{name} 与 {original} 内容相同{}：网络会重复读这段文本", more.chinese),
                    ),
                )
            }
            Self::Wrapped { columns, blank_percent } => {
                let blank = if *blank_percent < 0.5 {
                    Text::verbatim("")
                } else {
                    text!(
                        en: " and {blank_percent:.0} % of them are blank",
                        zh: "，{blank_percent:.0}% 的行是空行"
                    )
                };
                let wrapped = text!(
                    en: (
                        "the lines of the text wrap at {columns} columns{}: the network will learn these line \
                         breaks",
                        blank.english
                    ),
                    zh: ("文本在约 {columns} 列处硬换行{}：网络会学到这些换行", blank.chinese),
                );
                Message::new("advice/wrapped", wrapped).hint(text!(
                en: "data.whitespace = \"unwrap\" joins the lines of each paragraph",
                zh: "设置 data.whitespace = \"unwrap\" 可把每段的各行连起来"
            ))
            }
            Self::LooksLikeRecords { records, count } => {
                let count = grouped(*count as u64);
                let message = match records {
                    Records::File => text!(
                        en: "the text consists of {count} short files: the network does not learn where one ends",
                        zh: "文本由 {count} 个很短的文件组成：网络学不到每个文件在哪里结束"
                    ),
                    _ => text!(
                        en: "the text looks like a list of {count} records, one per line",
                        zh: "文本看起来是 {count} 条记录，每行一条"
                    ),
                };
                Message::new("advice/records", message).hint(text!(
                    en: "data.records = {records} teaches the network to begin and end each one; \
                         data.split = \"records\" is for sorted ones",
                    zh: "设置 data.records = {records} 后，每条都单独开始和结束；已排序的记录请再设 data.split = \"records\""
                ))
            }
            Self::SortedTail { count, are_records } => {
                let (count, chinese) = (grouped(*count as u64), if *are_records { "条记录" } else { "行" });
                let (what, split) =
                    if *are_records { ("records", "records") } else { ("lines", "lines") };
                Message::new(
                    "advice/sorted-tail",
                    text!(
                        en: "the {count} {what} of the text are sorted: those at its end, which are held out for \
                             validation, are unlike the others",
                        zh: "文本的 {count} {chinese}是排过序的：末尾用作验证的部分与其余部分差别很大"
                    ),
                )
                .hint(text!(
                    en: "data.split = {split:?} holds out {what} at random",
                    zh: "设置 data.split = {split:?} 可随机划出验证集"
                ))
            }
            Self::LittleText { characters, smaller } => {
                let characters = grouped(*characters as u64);
                let message = Message::new(
                    "advice/little-text",
                    text!(
                        en: "the text has only {characters} characters, which a network soon memorizes",
                        zh: "文本只有 {characters} 个字符，网络很快就会全部记住"
                    ),
                );
                match smaller {
                    Some(size) => message.hint(text!(
                        en: "use more text, or a smaller network such as model.hidden_size = {size}",
                        zh: "请使用更多的文本，或更小的网络，例如 model.hidden_size = {size}"
                    )),
                    None => message.hint(text!(en: "use more text", zh: "请使用更多的文本")),
                }
            }
        }
    }
}

/// The advice about files that repeat a text. The documents of `ids` have these `names` and `starts`; a
/// `line_break` at their ends makes no difference.
pub(crate) fn duplicate(
    ids: &[u16],
    starts: &[usize],
    line_break: Option<u16>,
    names: &[&str],
) -> Option<Advice> {
    let found = duplicates(ids, starts, line_break);
    let &(original, copy) = found.first()?;
    let name = |index: usize| names[index].to_owned();
    Some(Advice::Duplicate { name: name(copy), original: name(original), more: found.len() - 1 })
}

/// Advice on training for `steps` on `corpus` with a vocabulary of `known` characters.
pub(crate) fn advice(config: &RunConfig, steps: u64, corpus: &Corpus, known: usize) -> Vec<Advice> {
    let unused = unused_keys(config).into_iter();
    let mut advice: Vec<Advice> = unused.map(Advice::Unused).collect();
    let warmup = config.train.warmup_steps;
    // A short trial with the usual warm-up is no mistake.
    if warmup >= steps && warmup != TrainConfig::default().warmup_steps {
        advice.push(Advice::OnlyWarmUp { warmup, steps });
    }
    advice.extend(of_text(corpus, known, config.model.hidden_size));
    let mut are_records = corpus.records().is_some();
    if let (false, Predict::All, Some((records, count))) =
        (config.data.records.are_on(), config.train.predict, looks_like(corpus))
    {
        are_records = true;
        advice.push(Advice::LooksLikeRecords { records, count });
    }
    let data = &config.data;
    if data.split == SplitKind::Tail
        && data.held_out_fraction() > 0.0
        && let Some(count) = sorted_lines(corpus, data.val_fraction)
    {
        advice.push(Advice::SortedTail { count, are_records });
    }
    if matches!(config.data.whitespace, Whitespace::Auto | Whitespace::Collapse) {
        advice.extend(of_lines(corpus));
    }
    advice
}

/// Advice on a corpus that consists mostly of texts with wrapped lines.
fn of_lines(corpus: &Corpus) -> Option<Advice> {
    let layouts = || corpus.documents().iter().map(|it| it.reading.changes.layout);
    let lines: u64 = layouts().map(|layout| layout.lines).sum();
    let wrapped = || layouts().filter(|layout| layout.wrap.is_some());
    if wrapped().map(|layout| layout.lines).sum::<u64>() * 2 < lines {
        return None;
    }
    let first = wrapped().next()?;
    Some(Advice::Wrapped { columns: first.wrap?, blank_percent: 100.0 * first.blank_share() })
}

fn of_text(corpus: &Corpus, known: usize, hidden_size: usize) -> Vec<Advice> {
    let mut advice = Vec::new();
    let counts = corpus.counts();
    if known > MANY_CHARACTERS {
        let usual = counts.iter().filter(|&(_, count)| count >= 5).count() + 1;
        advice.push(Advice::ManyCharacters { known, usual });
    }
    let characters = corpus.characters();
    let percent = |is: fn(char) -> bool| {
        let found = counts.iter().filter(|&(found, _)| is(found)).map(|(_, count)| count);
        100.0 * found.sum::<u64>() as f64 / characters as f64
    };
    let (private, replaced) = (percent(is_private), percent(is_replacement));
    if private > 1.0 {
        advice.push(Advice::PrivateUse { percent: private });
    }
    if replaced > 1.0 {
        advice.push(Advice::Replaced { percent: replaced });
    }
    if characters < FEW {
        let smaller = Some(SMALL).filter(|small| *small < hidden_size);
        advice.push(Advice::LittleText { characters, smaller });
    }
    advice
}

fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

fn is_replacement(character: char) -> bool {
    character == char::REPLACEMENT_CHARACTER
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use charnn_data::VocabularyLimits;

    /// The advice on a text.
    fn of(text: &str) -> Vec<String> {
        let corpus = Corpus::from_text("text", text);
        let advice = of_text(&corpus, corpus.vocabulary(VocabularyLimits::ALL).unwrap().len(), 256);
        advice.iter().map(in_full).collect()
    }

    /// The message and the hints, in English.
    fn in_full(advice: &Advice) -> String {
        let Message { message, hints, .. } = advice.describe();
        let hints = hints.iter().map(|hint| format!("\n{}", hint.english));
        message.english + &hints.collect::<String>()
    }

    #[test]
    fn a_usual_text_needs_no_advice() {
        assert!(of(&"The cat sat. ".repeat(10_000)).is_empty());
        let little = of(&"The cat sat. ".repeat(7_000));
        assert!(little.len() == 1 && little[0].contains("only 91,000 characters"), "{little:?}");
        assert!(little[0].contains("model.hidden_size = 64"), "{little:?}");
        let corpus = Corpus::from_text("text", "The cat sat. ");
        for size in [16, 64] {
            let little = in_full(&of_text(&corpus, 9, size)[0]);
            assert!(little.ends_with("\nuse more text"), "{little}");
        }
    }

    #[test]
    fn wrapped_lines_are_pointed_out() {
        let of =
            |text: &str| of_lines(&Corpus::from_bytes("text".into(), text.as_bytes()).unwrap());
        let sentence =
            "one long sentence that a program has broken into lines of the same width again and ";
        let mut wrapped = String::new();
        let mut width = 0;
        for word in sentence.repeat(60).split(' ') {
            if width + word.len() > 60 {
                wrapped.push('\n');
                width = 0;
            }
            wrapped.push_str(word);
            wrapped.push(' ');
            width += word.len() + 1;
        }
        let advice = of(&wrapped.replace(" \n", "\n")).unwrap();
        assert!(in_full(&advice).contains("data.whitespace = \"unwrap\""), "{advice:?}");
        assert!(matches!(advice, Advice::Wrapped { columns: 55..=60, .. }), "{advice:?}");
        assert_eq!(of(&sentence.repeat(60)), None);
    }

    #[test]
    fn many_rare_characters_and_private_ones_are_pointed_out() {
        let han: String = ('\u{4E00}'..='\u{9FFF}').collect();
        let text = han.clone() + &han[..30_000].repeat(20);
        let many = of(&text);
        assert!(many.len() == 1 && many[0].contains("20992"), "{many:?}");
        assert!(many[0].contains("leaves 10001"), "{many:?}");
        let plain = "The cat sat. ".repeat(10_000);
        assert!(of(&(plain.clone() + &"\u{E123}".repeat(1_000))).is_empty());
        let replaced = of(&(plain.clone() + &"\u{FFFD}".repeat(2_000)));
        assert!(replaced.len() == 1 && replaced[0].starts_with("1.5 %"), "{replaced:?}");
        let private = of(&(plain + &"\u{E123}".repeat(2_000)));
        assert!(private.len() == 1 && private[0].starts_with("1.5 %"), "{private:?}");
    }
}
