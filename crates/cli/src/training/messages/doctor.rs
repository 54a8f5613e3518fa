//! What `charnn doctor` finds out by training.

use super::devices;
use charnn_kernels::device::{Adapter, DeviceName};
use charnn_message::{Language, Message, Text, text};

pub(crate) fn graphics() -> Text {
    text!(en: "graphics", zh: "图形")
}

pub(crate) fn disk() -> Text {
    text!(en: "disk", zh: "磁盘")
}

pub(crate) fn software(adapter: &Adapter) -> Text {
    let Text { english, chinese } = devices::adapter(adapter);
    text!(
        en: ("{english}: emulated by the CPU, for tests; `--device cpu` is much faster"),
        zh: ("{chinese}：由 CPU 模拟，用于测试；`--device cpu` 快得多")
    )
}

/// The losses at the beginning and the end of some steps.
pub(crate) fn learns(device: &DeviceName, losses: &[f64]) -> Text {
    let name = devices::name(device);
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    let steps = losses.len();
    text!(
        en: ("{} learns: {first:.3} to {last:.3} nats in {steps} steps", name.english),
        zh: ("{}训练正常：{steps} 步内损失从 {first:.3} 降到 {last:.3} nats", spaced(&name.chinese)),
    )
}

pub(crate) fn does_not_learn(device: &DeviceName, losses: &[f64]) -> Text {
    let name = devices::name(device);
    text!(
        en: ("{} does not learn: losses {losses:?}", name.english),
        zh: ("{}训练不正常：损失为 {losses:?}", spaced(&name.chinese)),
    )
}

pub(crate) fn agrees(device: &DeviceName, off: f64) -> Text {
    let name = devices::name(device);
    text!(
        en: ("{} agrees with the CPU to {off:.0e}", name.english),
        zh: ("{}与 CPU 的结果一致，相差 {off:.0e}", spaced(&name.chinese)),
    )
}

pub(crate) fn disagrees(device: &DeviceName, gpu: &[f64], cpu: &[f64]) -> Text {
    let name = devices::name(device);
    text!(
        en: (
            "{} computes wrong losses: {gpu:?}, on the CPU {cpu:?}; update its driver, or train with \
             `--device cpu`",
            name.english
        ),
        zh: (
            "{}算出的损失有误：{gpu:?}，而 CPU 上是 {cpu:?}；请更新驱动，或用 `--device cpu` 训练",
            spaced(&name.chinese)
        ),
    )
}

pub(crate) fn not_writable(error: &std::io::Error) -> Text {
    let why = Text::from(error);
    text!(
        en: (
            "cannot write a run here: {}; change to a folder that you can write to, or free some space",
            why.english
        ),
        zh: ("无法在这里写入训练记录：{}；请换一个可以写入的文件夹，或腾出空间", why.chinese),
    )
}

pub(crate) fn little_room(free: &str) -> Text {
    text!(
        en: "runs can be written and locked here, but only {free} are free",
        zh: "可以在这里写入和锁定训练记录，但只剩 {free} 空间"
    )
}

pub(crate) fn writable(free: Option<String>) -> Text {
    match free {
        Some(free) => text!(
            en: "runs can be written and locked here; {free} free",
            zh: "可以在这里写入和锁定训练记录；剩余 {free} 空间"
        ),
        None => text!(
            en: "runs can be written and locked here",
            zh: "可以在这里写入和锁定训练记录"
        ),
    }
}

/// A message with its hints, in one line.
pub(crate) fn joined(message: &Message) -> Text {
    let with = |separator: &str, language| {
        let hints = message.hints.iter().map(|hint| hint.in_language(language));
        let parts = std::iter::once(message.message.in_language(language)).chain(hints);
        parts.collect::<Vec<_>>().join(separator)
    };
    Text { english: with("; ", Language::English), chinese: with("；", Language::Chinese) }
}

/// A space between Latin letters and Chinese.
fn spaced(name: &str) -> String {
    if name.ends_with(|last: char| last.is_ascii()) { format!("{name} ") } else { name.into() }
}
