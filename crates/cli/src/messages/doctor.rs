//! What `charnn doctor` checks and finds.

use super::devices;
use super::estimate::size;
use charnn_kernels::device::{Adapter, DeviceName};
use charnn_message::{Language, Message, Text, text};
use unicode_width::UnicodeWidthStr;

/// What a check found.
pub(crate) enum Finding {
    Ok(Text),
    /// Works, and could be better.
    Warn(Text),
    Fail(Text),
}

impl Finding {
    /// The word for programs.
    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Ok(_) => "ok",
            Self::Warn(_) => "warn",
            Self::Fail(_) => "fail",
        }
    }

    pub(crate) fn text(&self) -> &Text {
        let (Self::Ok(text) | Self::Warn(text) | Self::Fail(text)) = self;
        text
    }
}

/// A line of the table.
pub(crate) fn row(what: &Text, finding: &Finding, language: Language) -> String {
    let status = match finding {
        Finding::Ok(_) => text!(en: "ok", zh: "正常"),
        Finding::Warn(_) => text!(en: "warn", zh: "注意"),
        Finding::Fail(_) => text!(en: "fail", zh: "失败"),
    };
    let padded = |text: &Text, width: usize| {
        let text = text.in_language(language);
        format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
    };
    let found = finding.text().in_language(language);
    format!("{}  {}  {found}\n", padded(&status, 4), padded(what, 8))
}

pub(crate) fn program() -> Text {
    text!(en: "program", zh: "程序")
}

pub(crate) fn computer() -> Text {
    text!(en: "machine", zh: "机器")
}

pub(crate) fn terminal() -> Text {
    text!(en: "terminal", zh: "终端")
}

pub(crate) fn graphics() -> Text {
    text!(en: "graphics", zh: "图形")
}

pub(crate) fn disk() -> Text {
    text!(en: "disk", zh: "磁盘")
}

pub(crate) fn version(system: &str) -> Text {
    text!(en: "charnn {} for {system}", zh: "charnn {}（{system}）", env!("CARGO_PKG_VERSION"))
}

pub(crate) fn machine(cpu: &DeviceName, memory: Option<u64>) -> Text {
    let cpu = devices::name(cpu);
    let memory = memory.map_or(
        Text::verbatim(""),
        |have| text!(en: ", {} of memory", zh: "，内存 {}", size(have as f64)),
    );
    text!(
        en: ("{}{}", cpu.english, memory.english),
        zh: ("{}{}", cpu.chinese, memory.chinese),
    )
}

pub(crate) fn not_utf8(locale: &str) -> Text {
    text!(
        en: "the locale {locale} is not UTF-8: characters may show as boxes",
        zh: "区域设置 {locale} 不是 UTF-8，字符可能显示为方框"
    )
}

pub(crate) fn progress(bar: bool, locale: Option<&str>) -> Text {
    let (english, chinese) = if bar { ("a bar", "进度条") } else { ("lines", "逐行") };
    match locale {
        Some(locale) => text!(
            en: ("progress as {english}, locale {locale}"),
            zh: ("进度显示为{chinese}，区域设置 {locale}")
        ),
        None => text!(en: ("progress as {english}"), zh: ("进度显示为{chinese}")),
    }
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
