//! The third section: what the network wrote while it learned.

use crate::html::Html;
use crate::run::{ReportedRun, SampleNovelty};
use charnn_infer::Novelty;
use charnn_message::{Language, Text, grouped, in_a_line, text};
use charnn_runs::SampleRow;

/// Samples of one run, and of each of several.
const MOST: usize = 40;
/// Characters of a sample, in a report of one run and of several.
const LONGEST: usize = 2000;
const LONGEST_OF_MANY: usize = 800;

/// A sample with what it has in common with the training text, where that is known.
#[derive(Debug, Clone, Copy)]
struct Sample<'a> {
    row: &'a SampleRow,
    novelty: Option<&'a Novelty>,
}

pub(super) fn write<'a>(out: &mut Html, runs: &'a [ReportedRun], language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let with_novelty = |run: &'a ReportedRun| -> Vec<Sample<'a>> {
        let all = run.samples.iter().enumerate();
        all.map(|(at, row)| Sample { row, novelty: run.novelty_of(at) }).collect()
    };
    let cards: Vec<(String, Sample<'_>)> = if let [run] = runs {
        let card = |sample: &Sample<'a>| (step(sample.row, language), *sample);
        spread(&with_novelty(run), MOST).into_iter().map(card).collect()
    } else {
        let card =
            |run: &'a ReportedRun| Some((in_a_line(&run.name), with_novelty(run).last().copied()?));
        runs.iter().filter_map(card).collect()
    };
    if cards.is_empty() {
        let none = text!(en: "No samples were recorded.", zh: "没有记录示例文本。");
        out.leaf("p", &[("class", "note")], &say(none));
        return;
    }
    if let [run] = runs
        && cards.len() < run.samples.len()
    {
        let (shown, all) = (cards.len(), grouped(run.samples.len() as u64));
        let note =
            text!(en: "{shown} of {all} samples.", zh: "共 {all} 段示例，显示其中 {shown} 段。");
        out.leaf("p", &[("class", "note")], &say(note));
    } else if runs.len() > 1 {
        let note = text!(en: "The last sample of each run.", zh: "每个训练记录的最后一段示例。");
        out.leaf("p", &[("class", "note")], &say(note));
    }
    novelty_notes(out, runs, language);
    let longest = if runs.len() == 1 { LONGEST } else { LONGEST_OF_MANY };
    let label = say(text!(en: "Samples, from the first to the last", zh: "示例文本，从先到后"));
    let row = [
        ("class", "samples"),
        ("tabindex", "0"),
        ("role", "region"),
        ("aria-label", &*label),
        ("data-slider", ""),
    ];
    out.tag("div", &row, |out| {
        for (name, sample) in cards {
            out.tag("figure", &[("class", "sample")], |out| {
                out.tag("figcaption", &[], |out| {
                    out.leaf("b", &[], &name);
                    if runs.len() > 1 {
                        out.leaf("span", &[], &step(sample.row, language));
                    }
                    if let Some(novelty) = sample.novelty {
                        out.leaf("span", &[], &copied(novelty, language));
                    }
                });
                // The direction of the text is its own, and ends with it.
                out.tag("pre", &[("dir", "auto"), ("tabindex", "0")], |out| {
                    let Sample { row, novelty } = sample;
                    if !row.prompt.is_empty() {
                        out.leaf("span", &[("class", "prompt")], &cut(&row.prompt, longest));
                    }
                    match novelty {
                        Some(novelty) => marked(out, &cut(&row.text, longest), novelty),
                        None => out.text(&cut(&row.text, longest)),
                    }
                });
            });
        }
    });
}

/// What the marks mean, and of which runs there are none.
fn novelty_notes(out: &mut Html, runs: &[ReportedRun], language: Language) {
    let least = Novelty::LEAST;
    if runs.iter().any(|run| matches!(run.novelty, SampleNovelty::Compared(_))) {
        let note = text!(
            en: "Underlined: passages of at least {least} characters that the training text has too.",
            zh: "下划线：训练文本中也有的、至少 {least} 个字符的片段。"
        );
        out.leaf("p", &[("class", "note")], note.in_language(language));
    }
    for run in runs {
        let SampleNovelty::Unknown(why) = &run.novelty else { continue };
        let name = in_a_line(&run.name);
        let note = text!(
            en: ("The samples of {name} are not compared with the training text: {}.", why.english),
            zh: ("{name} 的示例文本未与训练文本比较：{}。", why.chinese),
        );
        out.leaf("p", &[("class", "note")], note.in_language(language));
    }
}

/// How much of a sample is copied.
fn copied(novelty: &Novelty, language: Language) -> String {
    let share = format!("{:.0}", 100.0 * novelty.copied_share(Novelty::LEAST));
    let longest = novelty.longest().len();
    let text = text!(
        en: "{share} % copied, longest passage {longest}",
        zh: "照搬 {share}%，最长片段 {longest} 字"
    );
    text.in_language(language).to_owned()
}

/// A text whose copied passages are marked.
fn marked(out: &mut Html, text: &str, novelty: &Novelty) {
    let mut rest = text.chars();
    let mut at = 0;
    for passage in novelty.marked(Novelty::LEAST) {
        let before: String = rest.by_ref().take(passage.start - at).collect();
        let inside: String = rest.by_ref().take(passage.len()).collect();
        out.text(&before);
        if !inside.is_empty() {
            out.leaf("mark", &[], &inside);
        }
        at = passage.end;
    }
    out.text(rest.as_str());
}

fn step(row: &SampleRow, language: Language) -> String {
    let step = grouped(row.step);
    text!(en: "step {step}", zh: "第 {step} 步").in_language(language).to_owned()
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// At most `most` of `all`, the first and the last among them, at growing distances: early in training a
/// network changes quickly.
fn spread<T>(all: &[T], most: usize) -> Vec<&T> {
    if all.len() <= most {
        return all.iter().collect();
    }
    let ratio = (all.len() as f64).powf(1.0 / (most as f64 - 1.0));
    let mut chosen: Vec<usize> = Vec::new();
    for at in 0..most {
        let index = crate::curve::index(ratio.powf(at as f64).round() - 1.0, all.len());
        let next = chosen.last().map_or(0, |last| last + 1);
        chosen.push(index.max(next).min(all.len() - most + at));
    }
    chosen.into_iter().map(|at| &all[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_sample_are_shown() {
        for count in [1, 2, 40, 41, 100, 10_000] {
            let all: Vec<usize> = (0..count).collect();
            let chosen = spread(&all, MOST);
            assert_eq!(chosen.len(), count.min(MOST));
            assert_eq!((*chosen[0], **chosen.last().expect("one")), (0, count - 1));
            assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]), "{count}: {chosen:?}");
        }
    }

    #[test]
    fn long_samples_are_cut_between_characters() {
        assert_eq!(cut("从前有一只猫", 2), "从前…");
        assert_eq!(cut("ab", 2), "ab");
    }
}
