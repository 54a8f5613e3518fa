//! Times in a configuration: `"90s"`, `"2m"`, `"1h 30m"`, and how often something is due.

use std::time::Duration;

/// How often checkpoints are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interval {
    /// At the end only.
    Never,
    /// Every so many steps.
    Steps(u64),
    /// When so much time has passed.
    Time(Duration),
}

impl Interval {
    /// Reads `""`, `"500 steps"` or a time.
    ///
    /// # Errors
    /// What it should have been.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        const ALLOWED: &str = "a time such as \"2m\" or steps such as \"500 steps\"";
        if let Some(number) = text.strip_suffix("steps").or_else(|| text.strip_suffix("step")) {
            return match number.trim().parse() {
                Ok(steps) if steps > 0 => Ok(Self::Steps(steps)),
                _ => Err(ALLOWED),
            };
        }
        duration(text).map(|time| time.map_or(Self::Never, Self::Time)).map_err(|_| ALLOWED)
    }

    /// Whether it is time, after `step`, `since` the last time.
    pub(crate) fn is_due(self, step: u64, since: Duration) -> bool {
        match self {
            Self::Never => false,
            Self::Steps(steps) => step.is_multiple_of(steps),
            Self::Time(time) => since >= time,
        }
    }
}

/// Reads a time above 0; `""` is none.
///
/// # Errors
/// What it should have been.
pub(crate) fn duration(text: &str) -> Result<Option<Duration>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    let parsed: Option<jiff::SignedDuration> = text.parse().ok();
    let time = parsed.and_then(|time| Duration::try_from(time).ok());
    match time {
        Some(time) if !time.is_zero() => Ok(Some(time)),
        _ => Err("a time such as \"90s\", \"10m\" or \"1h 30m\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_steps_are_read() {
        let seconds = |count| Ok(Interval::Time(Duration::from_secs(count)));
        assert_eq!(Interval::parse("2m"), seconds(120));
        assert_eq!(Interval::parse("90s"), seconds(90));
        assert_eq!(Interval::parse("1h 30m"), seconds(5400));
        assert_eq!(Interval::parse("500 steps"), Ok(Interval::Steps(500)));
        assert_eq!(Interval::parse("1 step"), Ok(Interval::Steps(1)));
        assert_eq!(Interval::parse(""), Ok(Interval::Never));
        for bad in ["0 steps", "-2m", "0s", "2", "soon", "steps", "2 moons"] {
            assert!(Interval::parse(bad).is_err(), "{bad:?} is {:?}", Interval::parse(bad));
        }
    }

    #[test]
    fn steps_and_time_come_due() {
        let minute = Duration::from_mins(1);
        assert!(
            Interval::Steps(3).is_due(6, Duration::ZERO) && !Interval::Steps(3).is_due(7, minute)
        );
        assert!(Interval::Time(minute).is_due(1, minute) && !Interval::Never.is_due(6, minute));
        assert!(!Interval::Time(minute).is_due(1, minute / 2));
    }
}
