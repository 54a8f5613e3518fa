//! How far training is, in a line: the same figures on a bar and in a log.

use crate::chinese;
use crate::language::Language;
use charnn_model::Nats;
use indicatif::FormattedDuration;
use std::fmt;
use std::time::Duration;

/// What a line of progress shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    pub(crate) step: u64,
    pub(crate) steps: u64,
    /// Counted from 1.
    pub(crate) epoch: u64,
    pub(crate) epochs: u64,
    /// Of the last steps.
    pub(crate) loss: Nats,
    /// Characters a second.
    pub(crate) speed: f64,
    /// Nats a character of the held-out text, when it was last measured.
    pub(crate) valid: Option<f64>,
    pub(crate) left: Duration,
}

/// A bar in one row of the terminal; what does not fit is cut off.
pub(crate) fn bar() -> &'static str {
    match Language::now() {
        Language::English => "{bar:10} {pos}/{len} {wide_msg} eta={eta}",
        Language::Chinese => chinese::BAR,
    }
}

/// A line by itself.
impl fmt::Display for Progress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, steps, epoch, epochs, loss, speed, valid, left } = *self;
        let (percent, bits) = (100.0 * step as f64 / steps as f64, loss.bits_per_character());
        let (nats, speed, left) = (loss.mean(), speed / 1e3, FormattedDuration(left));
        let valid = valid.map_or(String::new(), |nats| format!(" valid={nats:.3}"));
        write!(
            out,
            "step={step}/{steps} {percent:.1}% epoch={epoch}/{epochs} loss={nats:.3} bpc={bits:.2} \
             chars/s={speed:.1}k{valid} eta={left}"
        )
    }
}

/// What stands beside a bar: little enough for 80 columns.
pub(crate) struct Beside(pub(crate) Progress);

impl fmt::Display for Beside {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Progress { epoch, epochs, loss, speed, valid, .. } = self.0;
        let (nats, speed) = (loss.mean(), speed / 1e3);
        let valid = valid.map_or(String::new(), |nats| format!(" valid={nats:.3}"));
        write!(out, "epoch={epoch}/{epochs} loss={nats:.3}{valid} chars/s={speed:.0}k")
    }
}
