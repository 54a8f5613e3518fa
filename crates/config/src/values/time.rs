//! How long something may take: `"90s"`, `"10m"`, `"1h 30m"`, or `""` for no limit.

use super::form::{Form, InvalidValue, invalid};
use charnn_message::{Text, text};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The longest time that something may take, if there is a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeLimit(pub Option<Duration>);

impl TimeLimit {
    /// No limit.
    pub const NONE: Self = Self(None);
}

impl FromStr for TimeLimit {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text.is_empty() {
            return Ok(Self::NONE);
        }
        duration(text).map(|time| Self(Some(time))).ok_or_else(invalid::<Self>)
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |time| out.write_str(&written(time)))
    }
}

as_text!(TimeLimit, "time-limit");

/// Reads a duration above zero.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let parsed: SignedDuration = text.parse().ok()?;
    Duration::try_from(parsed).ok().filter(|time| !time.is_zero())
}

/// A duration in the form that [`duration`] reads. Durations beyond jiff's range are shortened to it.
pub(super) fn written(time: Duration) -> String {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    format!("{time:#}")
}

impl Form for TimeLimit {
    fn expected() -> Text {
        text!(
            en: "a duration such as \"90s\", \"10m\" or \"1h 30m\", or empty",
            zh: "\"90s\"、\"10m\"、\"1h 30m\" 这样的时长，或者留空"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("1h 30m", 5400), ("2 hours", 7200)] {
            let limit: TimeLimit = text.parse().expect(text);
            assert_eq!(limit, TimeLimit(Some(Duration::from_secs(seconds))));
            assert_eq!(limit.to_string().parse(), Ok(limit), "{limit}");
        }
        let odd = TimeLimit(Some(Duration::new(3661, 500_000_001)));
        assert_eq!(odd.to_string().parse(), Ok(odd), "{odd}");
        assert_eq!("".parse(), Ok(TimeLimit::NONE));
        assert_eq!(TimeLimit::NONE.to_string(), "");
        for bad in ["-2m", "0s", "2", "soon", "2 moons", " "] {
            assert!(bad.parse::<TimeLimit>().is_err(), "{bad:?}");
        }
    }
}
