//! Whether a text looks like a list of records.

use charnn_data::Corpus;
use charnn_text::Records;
use std::collections::HashSet;

/// Characters at the beginning of a text that are looked at.
const LOOKED_AT: usize = 1 << 20;
/// Fewer lines or files are no list.
const LEAST: usize = 500;
/// The most characters of nine lines in ten.
const SHORT: usize = 40;
/// The most characters of a file, on average.
const SHORT_FILE: f64 = 500.0;

/// How `corpus` could be divided, and into how many records: it has many short files, or many short lines that
/// are all different, without blank ones between them and without full stops at their ends. `None` for other
/// texts.
pub(super) fn looks_like(corpus: &Corpus) -> Option<(Records, usize)> {
    let files = corpus.documents().len();
    if files >= LEAST {
        let mean = corpus.characters() as f64 / files as f64;
        return (mean <= SHORT_FILE).then_some((Records::File, files));
    }
    if files > 1 || !corpus.is_held() {
        return None;
    }
    let mut lines = None;
    corpus.pieces(&mut |text| lines = lines.take().or_else(|| short_lines(text))).ok()?;
    Some((Records::Line, lines?))
}

/// The number of lines, if they look like records.
fn short_lines(text: &str) -> Option<usize> {
    let looked_at = text.floor_char_boundary(LOOKED_AT);
    let lines: Vec<&str> = text[..looked_at].lines().collect();
    if lines.len() < LEAST {
        return None;
    }
    let of_all = |share: f64, found: usize| found as f64 >= share * lines.len() as f64;
    let count = |is: &dyn Fn(&str) -> bool| lines.iter().filter(|line| is(line)).count();
    let distinct: HashSet<&str> = lines.iter().copied().collect();
    let ends_sentence = |line: &str| {
        line.ends_with(['.', ',', ';', ':', '!', '?', '…', '。', '，', '；', '！', '？'])
    };
    let is_list = of_all(0.95, distinct.len())
        && of_all(0.99, count(&|line| !line.trim().is_empty()))
        && of_all(0.9, count(&|line| line.chars().count() <= SHORT))
        && of_all(0.95, count(&|line| !ends_sentence(line)))
        && of_all(0.95, count(&|line| !line.starts_with([' ', '\t', '\u{3000}'])));
    is_list.then(|| text.lines().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_text::BUILTIN;

    #[test]
    fn names_are_a_list_and_tales_are_none() {
        let of = |text: &str| looks_like(&Corpus::from_text("text", text));
        let (_, names) = BUILTIN[2];
        assert_eq!(of(names), Some((Records::Line, names.lines().count())));
        for (name, text) in &BUILTIN[..2] {
            assert_eq!(of(text), None, "{name}");
        }
        assert_eq!(of(&names.replace('\n', ",\n")), None, "lines of a poem");
        assert_eq!(of(&names.replace('\n', "\n\n")), None, "blank lines");
        assert_eq!(of(&names.replace('\n', "\n  ")), None, "indented code");
        assert_eq!(of(&"Anna\n".repeat(1000)), None, "the same line");
        let few: Vec<&str> = names.lines().take(100).collect();
        assert_eq!(of(&few.join("\n")), None);
    }

    #[test]
    fn many_short_files_are_a_list() {
        let of = |count: usize, length: usize| {
            let file = "word ".repeat(length);
            let files = vec![file.as_bytes(); count];
            let options = charnn_text::ReadOptions::default();
            looks_like(&Corpus::from_documents("folder".into(), &files, &options).unwrap())
        };
        assert_eq!(of(600, 3), Some((Records::File, 600)));
        assert_eq!((of(600, 200), of(30, 3)), (None, None));
    }
}
