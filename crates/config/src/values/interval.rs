//! How often something happens: `"2m"`, `"500 steps"`, or `""` for never.

use super::form::{Form, InvalidValue, invalid};
use super::time::{duration, written};
use charnn_message::{Text, text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

/// An interval in steps or in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Interval {
    /// Never.
    Never,
    /// Every this many steps.
    Steps(NonZeroU64),
    /// Whenever this much time has passed.
    Time(Duration),
}

impl Interval {
    /// Whether it is due after `step`, when the last time was `since` ago.
    pub fn is_due(self, step: u64, since: Duration) -> bool {
        match self {
            Self::Never => false,
            Self::Steps(steps) => step.is_multiple_of(steps.get()),
            Self::Time(time) => since >= time,
        }
    }
}

impl FromStr for Interval {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if text.is_empty() {
            return Ok(Self::Never);
        }
        let steps = text.strip_suffix("steps").or_else(|| text.strip_suffix("step"));
        let read = match steps {
            Some(number) => number.trim().parse().ok().map(Self::Steps),
            None => duration(text).map(Self::Time),
        };
        read.ok_or_else(invalid::<Self>)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => Ok(()),
            Self::Steps(steps) if steps.get() == 1 => write!(out, "1 step"),
            Self::Steps(steps) => write!(out, "{steps} steps"),
            Self::Time(time) => out.write_str(&written(*time)),
        }
    }
}

as_text!(Interval, "interval");

impl Form for Interval {
    fn expected() -> Text {
        text!(
            en: "a duration such as \"2m\", steps such as \"500 steps\", or empty",
            zh: "\"2m\" 这样的时长、\"500 steps\" 这样的步数，或者留空"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(count: u64) -> Interval {
        Interval::Steps(NonZeroU64::new(count).expect("more than none"))
    }

    #[test]
    fn times_and_steps_are_read_and_written() {
        let seconds = |count| Interval::Time(Duration::from_secs(count));
        for (text, interval, plain) in [
            ("2m", seconds(120), "2m"),
            ("90s", seconds(90), "1m 30s"),
            ("500 steps", steps(500), "500 steps"),
            ("1step", steps(1), "1 step"),
            ("", Interval::Never, ""),
        ] {
            assert_eq!(text.parse(), Ok(interval), "{text}");
            assert_eq!(interval.to_string(), plain);
            assert_eq!(plain.parse(), Ok(interval), "{plain}");
        }
        for bad in ["0 steps", "-2m", "0s", "2", "soon", "steps", "2 moons", "-1 steps"] {
            assert!(bad.parse::<Interval>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn steps_and_time_come_due() {
        let minute = Duration::from_mins(1);
        assert!(steps(3).is_due(6, Duration::ZERO) && !steps(3).is_due(7, minute));
        assert!(Interval::Time(minute).is_due(1, minute) && !Interval::Never.is_due(6, minute));
        assert!(!Interval::Time(minute).is_due(1, minute / 2));
    }
}
