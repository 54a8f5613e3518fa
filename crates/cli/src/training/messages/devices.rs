//! Devices, and why one was chosen.

use crate::messages::devices::cpu;
use crate::output::size;
use charnn_kernels::device::{
    Adapter, AdapterKind, AdapterLimits, DeviceError, DeviceName, Opened,
};
use charnn_message::{Describe, Message, Text, text};

pub(crate) fn name(name: &DeviceName) -> Text {
    match name {
        DeviceName::Cpu(_) => cpu(),
        DeviceName::Adapter { .. } => Text::verbatim(name.to_string()),
    }
}

/// What an adapter is.
fn kind(kind: AdapterKind) -> Text {
    match kind {
        AdapterKind::Discrete => text!(en: "discrete", zh: "独立显卡"),
        AdapterKind::Integrated => text!(en: "integrated", zh: "集成显卡"),
        AdapterKind::Virtual => text!(en: "virtual", zh: "虚拟显卡"),
        AdapterKind::Software => text!(en: "software", zh: "软件模拟"),
        AdapterKind::Other => text!(en: "of unknown kind", zh: "类型未知"),
    }
}

/// What a kernel may use of an adapter.
pub(crate) fn limits(adapter: &Adapter) -> Text {
    let AdapterLimits { largest_buffer, shared_memory, units, buffers, .. } = adapter.limits;
    let kind = kind(adapter.kind);
    let (largest, shared) = (size(largest_buffer as f64), size(f64::from(shared_memory)));
    text!(
        en: ("{}; tensors up to {largest}; a workgroup has {shared} and {units} units; {buffers} buffers", kind.english),
        zh: ("{}；单个张量最大 {largest}；工作组有 {shared} 内存、{units} 个线程；最多 {buffers} 个缓冲区", kind.chinese),
    )
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
        DeviceError::NoSuchAdapter { .. }
        | DeviceError::NoThreads(_)
        | DeviceError::NotBuilt { .. } => message,
    }
}
