//! The language in which a person is spoken to: English, or Chinese where that is asked for.
//!
//! Everything has its English in its `Display`, which is also what programs read. What has Chinese
//! too gives it by [`Spoken`]; what has none is English as a whole, never half of each.

use clap::ValueEnum;
use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    #[value(name = "en", aliases = ["en_US", "en-US", "en_us", "en-us"])]
    English,
    #[value(name = "zh", aliases = ["zh_CN", "zh-CN", "zh_cn", "zh-cn", "zh-Hans", "zh_CN.UTF-8"])]
    Chinese,
}

/// What can be said to a person.
pub(crate) trait Spoken: Display {
    /// The same in Chinese; none where nobody has written it.
    fn chinese(&self) -> Option<String>;
}

/// What is English only.
impl Spoken for str {
    fn chinese(&self) -> Option<String> {
        None
    }
}

impl Spoken for String {
    fn chinese(&self) -> Option<String> {
        None
    }
}

/// Whether this process speaks Chinese.
static CHINESE: AtomicBool = AtomicBool::new(false);

impl Language {
    /// That of this process.
    pub(crate) fn now() -> Self {
        if CHINESE.load(Ordering::Relaxed) { Self::Chinese } else { Self::English }
    }

    /// Makes it that of this process.
    pub(crate) fn settle(self) {
        CHINESE.store(self == Self::Chinese, Ordering::Relaxed);
    }

    /// That of a locale such as `zh_CN.UTF-8` or `zh-Hans`. What is said is UTF-8, so a terminal that shows
    /// another encoding would show rubbish in place of Chinese.
    pub(crate) fn of_locale(locale: &str) -> Self {
        let codeset = locale.split('@').next().and_then(|locale| locale.split_once('.'));
        let codeset = codeset.map(|(_, codeset)| codeset.to_lowercase().replace('-', ""));
        let is_utf8 = codeset.is_none_or(|codeset| codeset == "utf8");
        match locale.split(['_', '-', '.', '@']).next() {
            Some(word) if is_utf8 && word.eq_ignore_ascii_case("zh") => Self::Chinese,
            _ => Self::English,
        }
    }
}

/// `it` in Chinese, if that is the language and there is some.
pub(crate) fn in_chinese(it: &(impl Spoken + ?Sized)) -> Option<String> {
    match Language::now() {
        Language::Chinese => it.chinese(),
        Language::English => None,
    }
}

/// `it` in the language of this process.
pub(crate) fn spoken(it: &(impl Spoken + ?Sized)) -> String {
    in_chinese(it).unwrap_or_else(|| it.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_locale_of_chinese_is_chinese_and_no_other() {
        for locale in ["zh", "zh_CN.UTF-8", "zh_TW", "zh-Hans-CN", "ZH_SG@x", "zh.utf8"] {
            assert_eq!(Language::of_locale(locale), Language::Chinese, "{locale}");
        }
        // A terminal in another encoding shows English right.
        for locale in ["zh_CN.GBK", "zh.GB18030", "zh_TW.Big5@x", "zh_CN.gb2312"] {
            assert_eq!(Language::of_locale(locale), Language::English, "{locale}");
        }
        for locale in ["C", "POSIX", "en_US.UTF-8", "zha_CN", "", "C.UTF-8", "ja_JP", "UTF-8"] {
            assert_eq!(Language::of_locale(locale), Language::English, "{locale}");
        }
    }
}
