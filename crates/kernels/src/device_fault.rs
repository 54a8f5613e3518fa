//! What a device says when it does not do its work: it is lost, or has no room left.
//!
//! Devices work on their own time, so this is noticed when numbers are read from them.

use std::fmt::Display;

/// A device that did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the device gave up: {reason}")]
pub struct DeviceFault {
    /// What it said first.
    reason: String,
}

impl DeviceFault {
    /// What `error` says; of a chain of causes, the one that it began with.
    pub fn new(error: impl Display) -> Self {
        let text = error.to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut reason = lines.clone().next().unwrap_or("it did not say why").to_owned();
        while let Some(line) = lines.next() {
            if let ("Caused by:", Some(cause)) = (line, lines.clone().next()) {
                cause.clone_into(&mut reason);
            }
        }
        Self { reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cause_is_told() {
        let chain =
            "Reading failed\nCaused by:\n  skipped a kernel\nCaused by:\n  no room\nNo trace";
        assert_eq!(DeviceFault::new(chain).to_string(), "the device gave up: no room");
        assert_eq!(DeviceFault::new("lost").to_string(), "the device gave up: lost");
    }
}
