//! Devices, and why one was chosen.

use crate::messages::devices::cpu;
use charnn_kernels::device::{Adapter, DeviceError, DeviceName, Opened};
use charnn_message::{Describe, Message, Text, text};

pub(crate) fn name(name: &DeviceName) -> Text {
    match name {
        DeviceName::Cpu(_) => cpu(),
        DeviceName::Adapter { .. } => Text::verbatim(name.to_string()),
    }
}

/// An adapter with its graphics API and its driver.
pub(crate) fn adapter(adapter: &Adapter) -> Text {
    let Adapter { name, api, driver, .. } = adapter;
    if driver.is_empty() {
        text!(en: "{name} ({api})", zh: "{name}（{api}）")
    } else {
        text!(en: "{name} ({api}; driver {driver})", zh: "{name}（{api}，驱动 {driver}）")
    }
}

pub(crate) fn opened(opened: &Opened) -> Text {
    let (name, why) = (name(&opened.name), opened.why.describe().message);
    text!(
        en: ("{} ({})", name.english, why.english),
        zh: ("{}（{}）", name.chinese, why.chinese),
    )
}

/// A device that cannot be opened, with the commands that help.
pub(crate) fn error(error: &DeviceError) -> Message {
    let message = error.describe();
    match error {
        DeviceError::NoGpu(_) | DeviceError::NoSoftware(_) => message
            .hint(text!(
                en: "list the available devices: `charnn devices`",
                zh: "查看有哪些设备：`charnn devices`"
            ))
            .hint(text!(en: "use the CPU: `--device cpu`", zh: "改用 CPU：`--device cpu`")),
        DeviceError::NoThreads(_) | DeviceError::NotBuilt { .. } => message,
    }
}
