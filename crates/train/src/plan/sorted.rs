//! Whether a text is sorted, so that its end is unlike the rest.

use charnn_data::{Corpus, Vocabulary};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Of fewer lines, most are in order by chance.
const LEAST: usize = 100;
/// The share of lines that follow the one before them in order. Prose has one half.
const IN_ORDER: f64 = 0.9;
/// How different the first characters of the lines held out are: their total variation distance from those of the
/// others. Lines of a log are in order too, but begin alike.
const DISTANCE: f64 = 0.5;

/// The number of lines or records of a text that is held in memory, if they are sorted and the last `fraction` of
/// them begin with other characters than the rest.
pub(super) fn sorted_lines(corpus: &Corpus, fraction: f64) -> Option<usize> {
    if !corpus.is_held() {
        return None;
    }
    let mut found = None;
    corpus.pieces(&mut |text| found = found.or_else(|| in_text(text, fraction))).ok()?;
    found
}

fn in_text(text: &str, fraction: f64) -> Option<usize> {
    let lines: Vec<&str> = text
        .split(['\n', Vocabulary::RECORD])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if lines.len() < LEAST {
        return None;
    }
    let (mut up, mut down) = (0_u64, 0_u64);
    for pair in lines.windows(2) {
        match lowercase(pair[0]).cmp(lowercase(pair[1])) {
            Ordering::Less => up += 1,
            Ordering::Greater => down += 1,
            Ordering::Equal => {}
        }
    }
    if (up.max(down) as f64) < IN_ORDER * (up + down).max(1) as f64 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ x ≤ len")]
    let held_out = ((lines.len() as f64 * fraction) as usize).max(1);
    let (rest, end) = lines.split_at(lines.len() - held_out);
    (distance(rest, end) >= DISTANCE).then_some(lines.len())
}

fn lowercase(line: &str) -> impl Iterator<Item = char> {
    line.chars().flat_map(char::to_lowercase)
}

/// The total variation distance of the first characters, from 0 to 1.
fn distance(some: &[&str], others: &[&str]) -> f64 {
    let mut shares: HashMap<char, f64> = HashMap::new();
    for (lines, sign) in [(some, 1.0), (others, -1.0)] {
        for first in lines.iter().filter_map(|line| lowercase(line).next()) {
            *shares.entry(first).or_default() += sign / lines.len() as f64;
        }
    }
    shares.values().map(|difference| difference.abs()).sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_text::{BUILTIN, Records};

    fn lines(of: &str) -> Vec<&str> {
        of.lines().collect()
    }

    fn found(lines: &[&str]) -> Option<usize> {
        sorted_lines(&Corpus::from_text("text", lines.join("\n")), 0.1)
    }

    #[test]
    fn sorted_names_are_found_in_either_order_and_as_records() {
        let mut names = lines(BUILTIN[2].1);
        names.sort_unstable();
        assert_eq!(found(&names), Some(names.len()));
        let corpus = Corpus::from_text("names", names.join("\n"));
        let records = corpus.with_records(&Records::Line, None).unwrap();
        assert_eq!(sorted_lines(&records, 0.1), Some(names.len()));
        names.reverse();
        assert_eq!(found(&names), Some(names.len()));
        assert_eq!(found(&names[..50]), None, "too few to tell");
    }

    #[test]
    fn prose_shuffled_names_and_logs_are_not_sorted() {
        for (name, text) in &BUILTIN[..2] {
            assert_eq!(found(&lines(text)), None, "{name}");
        }
        let mut names = lines(BUILTIN[2].1);
        names.sort_by_key(|name| blake3::hash(name.as_bytes()).to_hex().to_string());
        assert_eq!(found(&names), None, "shuffled");
        let log: Vec<String> = (0..500).map(|at| format!("2026-12-01 00:{at:05} ok")).collect();
        assert_eq!(found(&log.iter().map(String::as_str).collect::<Vec<_>>()), None, "a log");
    }
}
