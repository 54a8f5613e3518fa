//! A device that stopped working: it was lost, or ran out of memory.
//!
//! Devices work asynchronously, so the error appears when a tensor is read back.

use charnn_message::{Describe, Message, text};
use std::fmt;

/// Lines of a report that a message shows; a backtrace may follow them.
const LINES: usize = 4;

/// A device that did not carry out its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceFault {
    /// What the device's library reported, in full.
    report: String,
}

impl DeviceFault {
    /// A fault from what the device's library reported.
    pub fn new(report: impl fmt::Display) -> Self {
        Self { report: report.to_string() }
    }

    /// The beginning of the report, on one line.
    fn summary(&self) -> String {
        let lines = self.report.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.take(LINES).collect::<Vec<_>>().join(" ")
    }
}

impl Describe for DeviceFault {
    fn describe(&self) -> Message {
        let summary = self.summary();
        let message = if summary.is_empty() {
            text!(en: "the device stopped working", zh: "设备停止了工作")
        } else {
            text!(en: "the device stopped working: {summary}", zh: "设备停止了工作：{summary}")
        };
        Message::new("device/fault", message)
    }
}

impl fmt::Display for DeviceFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

impl std::error::Error for DeviceFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_the_beginning_of_the_report_on_one_line() {
        let report = "Reading failed\nCaused by:\n  skipped a kernel\n\nno room\n1: main\n2: start";
        assert_eq!(
            DeviceFault::new(report).to_string(),
            "the device stopped working: Reading failed Caused by: skipped a kernel no room"
        );
        let message = DeviceFault::new(" \n").describe().message;
        assert_eq!(message.english, "the device stopped working");
        assert_eq!(message.chinese, "设备停止了工作");
    }
}
