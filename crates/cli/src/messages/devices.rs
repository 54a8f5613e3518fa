//! Devices, and why one was chosen.

use charnn_kernels::device::{Adapter, DeviceName, Obstacle, Opened, Why};
use charnn_message::{Text, text};

pub(crate) fn name(name: &DeviceName) -> Text {
    match name {
        DeviceName::Cpu(threads) => {
            text!(en: ("{name}"), zh: ("CPU，{threads} 个线程"))
        }
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
    let (name, why) = (name(&opened.name), why(&opened.why));
    text!(
        en: ("{} ({})", name.english, why.english),
        zh: ("{}（{}）", name.chinese, why.chinese),
    )
}

pub(crate) fn why(why: &Why) -> Text {
    match why {
        Why::Asked => text!(en: "as requested", zh: "您指定的设备"),
        Why::AskedNdArray => {
            text!(en: "burn-ndarray, as requested", zh: "您指定的设备，burn-ndarray")
        }
        Why::HasGpu => text!(en: "the machine has a GPU", zh: "本机有 GPU"),
        Why::NoGpu(why) => {
            let why = obstacle(why);
            text!(
                en: ("no usable GPU, using the CPU: {}", why.english),
                zh: ("未检测到可用的 GPU，改用 CPU：{}", why.chinese),
            )
        }
        Why::NoGpuSupport => {
            text!(en: "this build has no GPU support", zh: "这个版本不支持 GPU")
        }
    }
}

pub(crate) fn obstacle(obstacle: &Obstacle) -> Text {
    match obstacle {
        Obstacle::NoAdapter => text!(en: "{obstacle}", zh: "本机没有图形适配器"),
        Obstacle::OnlySoftware(name) => {
            text!(en: ("{obstacle}"), zh: ("唯一的图形适配器是软件模拟的 {name}"))
        }
        Obstacle::NoSoftware => text!(en: "{obstacle}", zh: "本机没有"),
        Obstacle::Refused(why) => text!(en: ("{obstacle}"), zh: ("系统报告“{why}”")),
    }
}
