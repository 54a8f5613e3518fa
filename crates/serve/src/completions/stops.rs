//! The strings that end a text. They are not part of it, so what may become one is held back.

use crate::writing::Written;
use std::collections::VecDeque;

/// Lets the symbols of one text through, up to the first string that ends it.
#[derive(Debug, Clone, Default)]
pub(super) struct Stops {
    strings: Vec<String>,
    /// Symbols that wait, with their texts.
    held: VecDeque<(String, Written)>,
    is_over: bool,
}

impl Stops {
    pub(super) fn new(strings: &[String]) -> Self {
        Self { strings: strings.to_vec(), ..Self::default() }
    }

    /// Takes a symbol and returns those that certainly belong to the text.
    pub(super) fn push(&mut self, text: &str, written: Written) -> Vec<(String, Written)> {
        if self.is_over {
            return Vec::new();
        }
        self.held.push_back((text.to_owned(), written));
        if self.strings.is_empty() {
            return self.held.drain(..).collect();
        }
        let waiting: String = self.held.iter().map(|(text, _)| &**text).collect();
        let ends = self.strings.iter().filter_map(|end| Some((waiting.find(end)?, end.len())));
        // The one that is complete first, and of several the longest.
        let first = ends.min_by_key(|(at, length)| (at + length, *at));
        if let Some((end, _)) = first {
            self.is_over = true;
            let out = self.up_to(end);
            self.held.clear();
            return out;
        }
        let may_become = |from: &usize| {
            let rest = &waiting[*from..];
            self.strings.iter().any(|end| end.starts_with(rest))
        };
        let starts = waiting.char_indices().map(|(at, _)| at);
        let safe = starts.filter(may_become).min().unwrap_or(waiting.len());
        self.whole_before(safe)
    }

    /// Whether a string ended the text.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// What still waits when the text ends otherwise.
    pub(super) fn finish(&mut self) -> Vec<(String, Written)> {
        self.held.drain(..).collect()
    }

    /// The held symbols that end at `end` bytes or before.
    fn whole_before(&mut self, end: usize) -> Vec<(String, Written)> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some((text, _)) = self.held.front()
            && at + text.len() <= end
        {
            at += text.len();
            out.extend(self.held.pop_front());
        }
        out
    }

    /// The first `end` bytes; a symbol of several characters may be cut.
    fn up_to(&mut self, end: usize) -> Vec<(String, Written)> {
        let mut out = self.whole_before(end);
        let length: usize = out.iter().map(|(text, _)| text.len()).sum();
        if length < end
            && let Some((mut text, written)) = self.held.pop_front()
        {
            text.truncate(end - length);
            out.push((text, written));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What passes of `text`, in symbols of `size` characters, and how much passes before the end.
    fn pass(strings: &[&str], text: &str, size: usize) -> (String, String) {
        let strings: Vec<String> = strings.iter().map(ToString::to_string).collect();
        let mut stops = Stops::new(&strings);
        let characters: Vec<char> = text.chars().collect();
        let mut out = String::new();
        for symbol in characters.chunks(size) {
            let written = Written { text: 0, id: 0, judged: None };
            let passed = stops.push(&String::from_iter(symbol), written);
            out.extend(passed.into_iter().map(|(text, _)| text));
        }
        let before = out.clone();
        out.extend(stops.finish().into_iter().map(|(text, _)| text));
        (before, out)
    }

    #[test]
    fn a_text_ends_before_its_first_stop() {
        for size in 1..4 {
            for (strings, text, expected) in [
                (&[][..], "abc", "abc"),
                (&["c"], "abcabc", "ab"),
                (&["ca", "ab"], "xabca", "x"),
                (&["aab"], "aaaab", "aa"),
                (&["abcd"], "abcabcabc", "abcabcabc"),
                (&["前从"], "从前从前", "从"),
                (&["\n\n", "\n"], "a\n\nb", "a"),
                (&["abc", "b"], "abc", "a"),
            ] {
                assert_eq!(pass(strings, text, size).1, expected, "{text:?} by {size}");
            }
        }
    }

    #[test]
    fn only_what_may_become_a_stop_waits() {
        assert_eq!(pass(&["xyz"], "abxaxy", 1), ("abxa".to_owned(), "abxaxy".to_owned()));
        assert_eq!(pass(&["aab"], "aaaa", 1).0, "aa");
    }
}
