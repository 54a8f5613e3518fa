//! What `charnn doctor` checks and finds.

use super::devices;
use crate::failure::Failure;
use crate::output::size;
use charnn_message::{Language, Text, text};
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

/// Shows each finding as soon as there is one.
pub(crate) type Tell<'a> = &'a mut dyn FnMut(Text, Finding) -> Result<(), Failure>;

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

pub(crate) fn version(system: &str) -> Text {
    text!(en: "charnn {} for {system}", zh: "charnn {}（{system}）", env!("CARGO_PKG_VERSION"))
}

pub(crate) fn machine(memory: Option<u64>) -> Text {
    let cpu = devices::cpu();
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
