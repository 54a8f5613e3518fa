//! What comes at the end of every epoch, shown now and then: the epochs of a small text take less than a second.

use charnn_message::Text;
use std::time::Duration;

/// How often something is shown.
#[derive(Debug)]
pub(super) struct Pace {
    /// The time between two, at least.
    apart: Duration,
    /// Whether the time between two grows with the time that has passed.
    grows: bool,
    next: Duration,
    /// The last one, if it was not shown.
    held: Option<Text>,
}

impl Pace {
    /// One every `apart`.
    pub(super) fn steady(apart: Duration) -> Self {
        Self { apart, grows: false, next: Duration::ZERO, held: None }
    }

    /// The first after `apart`, then one in twice the time of the one before, at least `apart` later.
    pub(super) fn growing(apart: Duration) -> Self {
        Self { grows: true, next: apart, ..Self::steady(apart) }
    }

    /// `text` if it is to be shown now, after `elapsed`; otherwise it is held until the next or the end.
    pub(super) fn offer(&mut self, elapsed: Duration, text: Text) -> Option<Text> {
        if elapsed < self.next {
            self.held = Some(text);
            return None;
        }
        self.shown(elapsed);
        Some(text)
    }

    /// One was shown after `elapsed`; what was held before it is outdated.
    pub(super) fn shown(&mut self, elapsed: Duration) {
        let growing = if self.grows { elapsed * 2 } else { Duration::ZERO };
        self.next = growing.max(elapsed + self.apart);
        self.held = None;
    }

    /// The last one, if it was not shown.
    pub(super) fn end(&mut self) -> Option<Text> {
        self.held.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(mut pace: Pace) -> (Vec<u64>, Option<Text>) {
        let text = |at: u64| Text::verbatim(at.to_string());
        let seconds =
            (1..=60).filter(|&at| pace.offer(Duration::from_secs(at), text(at)).is_some());
        (seconds.collect(), pace.end())
    }

    #[test]
    fn samples_are_rarer_and_rarer_and_the_last_is_kept() {
        let (times, last) = times(Pace::growing(Duration::from_secs(5)));
        assert_eq!(times, [5, 10, 20, 40]);
        assert_eq!(last, Some(Text::verbatim("60")));
    }

    #[test]
    fn evaluations_keep_their_distance() {
        let (times, last) = times(Pace::steady(Duration::from_secs(20)));
        assert_eq!(times, [1, 21, 41]);
        assert_eq!(last, Some(Text::verbatim("60")));
    }

    #[test]
    fn what_is_outdated_is_not_kept() {
        let mut pace = Pace::growing(Duration::from_secs(5));
        assert!(pace.offer(Duration::from_secs(1), Text::verbatim("a")).is_none());
        pace.shown(Duration::from_secs(4));
        assert_eq!(pace.end(), None);
        assert!(pace.offer(Duration::from_secs(8), Text::verbatim("b")).is_none());
        assert!(pace.offer(Duration::from_secs(9), Text::verbatim("c")).is_some());
    }

    #[test]
    fn what_was_shown_is_not_kept() {
        let mut pace = Pace::steady(Duration::ZERO);
        assert!(pace.offer(Duration::ZERO, Text::verbatim("a")).is_some());
        assert_eq!(pace.end(), None);
    }
}
