//! How fast the machine is.

use super::devices;
use charnn_kernels::device::Opened;
use charnn_message::{Text, grouped, text};

pub(crate) fn device(opened: &Opened) -> Text {
    let Text { english, chinese } = devices::opened(opened);
    text!(en: ("device   {english}"), zh: ("设备  {chinese}"))
}

/// The milliseconds of a training step.
pub(crate) fn steps(work: &str, median: f64, fastest: f64, kernels: &str) -> Text {
    text!(
        en: "{work:<14} {median:>9.2} ms per step (fastest {fastest:.2}; {kernels})",
        zh: "{work:<14} 每步 {median:>9.2} 毫秒（最快 {fastest:.2}；{kernels}）"
    )
}

pub(crate) fn characters(work: &str, rate: u64) -> Text {
    let rate = grouped(rate);
    text!(
        en: "{work:<14} {rate:>9} characters per second on one core",
        zh: "{work:<14} 单核每秒 {rate:>9} 个字符"
    )
}
