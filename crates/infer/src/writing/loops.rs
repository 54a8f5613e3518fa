//! Texts that go in circles.

/// The end of a text that repeats itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loop {
    /// Symbols that are repeated.
    pub period: usize,
    /// Symbols at the end of the text that repeat.
    pub length: usize,
}

impl Loop {
    /// A loop has at least this many symbols. Shorter repetitions, such as `!!!!!`, do not count.
    pub const LEAST: usize = 80;
    /// A loop repeats its symbols at least this often.
    pub const TIMES: usize = 3;

    /// The longest loop at the end of `text`, which may be the last part of a longer one. Linear in time
    /// (Knuth, Morris and Pratt 1977).
    pub fn at_the_end_of<T: PartialEq>(text: &[T]) -> Option<Self> {
        let at = |index: usize| &text[text.len() - 1 - index];
        // border[n]: the longest proper prefix of the n symbols from the end that is also their suffix.
        let mut border = vec![0; text.len() + 1];
        let mut found = None;
        let mut matched = 0;
        for length in 2..=text.len() {
            while matched > 0 && at(matched) != at(length - 1) {
                matched = border[matched];
            }
            matched += usize::from(at(matched) == at(length - 1));
            border[length] = matched;
            let period = length - matched;
            if length >= Self::LEAST && length >= Self::TIMES * period {
                found = Some(Self { period, length });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_found_with_its_period_and_length() {
        let circle = "and the sea ".repeat(9);
        let text: Vec<char> = format!("It was late {circle}").chars().collect();
        let found = Loop::at_the_end_of(&text);
        assert_eq!(found.map(|found| found.period), Some(12));
        // The space before the first round belongs to the circle.
        assert_eq!(found.map(|found| found.length), Some(circle.len() + 1));
    }

    #[test]
    fn short_or_broken_repetition_is_no_loop() {
        let none = |text: &str| Loop::at_the_end_of(&text.chars().collect::<Vec<_>>()).is_none();
        assert!(none(""));
        assert!(none(&"a".repeat(Loop::LEAST - 1)));
        assert!(!none(&"a".repeat(Loop::LEAST)));
        assert!(none(&format!("{}.", "and the sea ".repeat(9))));
        let twice = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".repeat(2);
        assert!(none(&twice));
    }
}
