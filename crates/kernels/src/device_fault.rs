//! A device that stopped working: it was lost, or ran out of memory.
//!
//! Devices work asynchronously, so the error appears when a tensor is read back.

use charnn_message::{Describe, Message, text};
use std::fmt;
use std::sync::OnceLock;

/// Lines of a report that a message shows; a backtrace may follow them.
const LINES: usize = 4;

/// A device that did not carry out its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceFault {
    cause: Cause,
    /// What the device's library reported, in full.
    report: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// Its memory did not suffice.
    OutOfMemory,
    Other,
}

/// The first error of the devices of this process. Libraries report it on a thread of their own, while the
/// thread that waits for numbers sees only what follows from it.
pub(crate) static FIRST_ERROR: FirstError = FirstError(OnceLock::new());

/// The first of several errors.
#[derive(Debug)]
pub(crate) struct FirstError(OnceLock<(Cause, String)>);

#[cfg(feature = "gpu")]
impl FirstError {
    /// Remembers an error unless there was one before. Returns whether it is the first.
    pub(crate) fn record(&self, is_out_of_memory: bool, report: String) -> bool {
        let cause = if is_out_of_memory { Cause::OutOfMemory } else { Cause::Other };
        self.0.set((cause, report)).is_ok()
    }
}

impl DeviceFault {
    /// A fault from what the device's library reported. If there was an error before, that is the cause.
    pub fn new(report: impl fmt::Display) -> Self {
        Self::after(&FIRST_ERROR, report)
    }

    fn after(first: &FirstError, report: impl fmt::Display) -> Self {
        let report = report.to_string();
        match first.0.get() {
            Some((cause, first)) => Self { cause: *cause, report: first.clone() },
            None => Self { cause: cause_of(&report), report },
        }
    }

    /// The device reported its work as done, and did not do it.
    #[cfg(feature = "gpu")]
    pub(crate) fn unfinished() -> Self {
        Self::new("the driver reported a step as done that the device did not finish")
    }

    /// Whether the memory of the device did not suffice.
    pub fn is_out_of_memory(&self) -> bool {
        self.cause == Cause::OutOfMemory
    }

    /// The beginning of the report, on one line.
    fn summary(&self) -> String {
        let lines = self.report.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.take(LINES).collect::<Vec<_>>().join(" ")
    }
}

/// The cause that a report names in the words of our libraries.
fn cause_of(report: &str) -> Cause {
    let words = report.to_lowercase();
    let named = ["out of memory", "out-of-memory", "out of device memory", "can't allocate buffer"];
    if named.iter().any(|name| words.contains(name)) { Cause::OutOfMemory } else { Cause::Other }
}

impl Describe for DeviceFault {
    fn describe(&self) -> Message {
        if self.is_out_of_memory() {
            // Libraries report addresses and sizes of theirs.
            let text = text!(
                en: "the memory of the device is too small",
                zh: "设备内存（显存）不足"
            );
            return Message::new("device/out-of-memory", text);
        }
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

    #[cfg(feature = "gpu")]
    #[test]
    fn the_first_error_is_the_cause_of_what_follows() {
        let first = FirstError(OnceLock::new());
        let later = "Memory page 0 doesn't exist";
        assert!(!DeviceFault::after(&first, later).is_out_of_memory());
        assert!(first.record(true, "not enough memory left".to_owned()));
        assert!(!first.record(false, "a buffer is invalid".to_owned()));
        let fault = DeviceFault::after(&first, later);
        assert!(fault.is_out_of_memory());
        assert_eq!(fault.to_string(), "the memory of the device is too small");
    }

    #[test]
    fn reports_of_too_little_memory_are_recognised() {
        for report in [
            "An out-of-memory error happened during launch",
            "wgpu error: Out of Memory",
            "can't allocate buffer of size: 9",
        ] {
            assert!(DeviceFault::after(&FirstError(OnceLock::new()), report).is_out_of_memory());
        }
        assert!(!DeviceFault::after(&FirstError(OnceLock::new()), "lost").is_out_of_memory());
    }
}
