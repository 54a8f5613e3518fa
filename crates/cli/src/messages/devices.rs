//! The CPU as a device.

use charnn_message::{Text, text};

/// The CPU, with the threads that compute.
pub(crate) fn cpu() -> Text {
    let threads = charnn_infer::threads();
    let noun = if threads == 1 { "thread" } else { "threads" };
    text!(en: ("CPU with {threads} {noun}"), zh: ("CPU，{threads} 个线程"))
}
