//! The language of the interface: from `--lang` or from the locale of the system.

use charnn_message::Language;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// What `--lang` takes: a language, or the name of a locale.
pub(crate) fn parser() -> impl TypedValueParser<Value = Language> {
    let english = PossibleValue::new("en").aliases(["en_US", "en-US", "en_us", "en-us"]);
    let chinese = ["zh_CN", "zh-CN", "zh_cn", "zh-cn", "zh-Hans", "zh_CN.UTF-8"];
    let chinese = PossibleValue::new("zh").aliases(chinese);
    PossibleValuesParser::new([english, chinese]).map(|word| named(&word))
}

/// The language that begins the name of a locale.
pub(crate) fn named(word: &str) -> Language {
    if word.starts_with("zh") { Language::Chinese } else { Language::English }
}

/// Whether texts in this locale are UTF-8. A locale without an encoding counts as UTF-8, the C locale as
/// ASCII.
pub(crate) fn is_utf8(locale: &str) -> bool {
    let codeset = locale.split('@').next().and_then(|locale| locale.split_once('.'));
    let codeset = codeset.map(|(_, codeset)| codeset.to_lowercase().replace('-', ""));
    codeset.map_or(!matches!(locale, "C" | "POSIX"), |codeset| codeset == "utf8")
}

/// The language of a locale such as `zh_CN.UTF-8` or `zh-Hans`. Messages are UTF-8, so a terminal in
/// another encoding gets English.
pub(crate) fn of_locale(locale: &str) -> Language {
    match locale.split(['_', '-', '.', '@']).next() {
        Some(word) if is_utf8(locale) && word.eq_ignore_ascii_case("zh") => Language::Chinese,
        _ => Language::English,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_locale_of_chinese_is_chinese_and_no_other() {
        for locale in ["zh", "zh_CN.UTF-8", "zh_TW", "zh-Hans-CN", "ZH_SG@x", "zh.utf8"] {
            assert_eq!(of_locale(locale), Language::Chinese, "{locale}");
        }
        // A terminal in another encoding shows English right.
        for locale in ["zh_CN.GBK", "zh.GB18030", "zh_TW.Big5@x", "zh_CN.gb2312"] {
            assert_eq!(of_locale(locale), Language::English, "{locale}");
        }
        for locale in ["C", "POSIX", "en_US.UTF-8", "zha_CN", "", "C.UTF-8", "ja_JP", "UTF-8"] {
            assert_eq!(of_locale(locale), Language::English, "{locale}");
        }
        for locale in ["en_US.UTF-8", "zh_CN.utf8", "de", "C.UTF-8"] {
            assert!(is_utf8(locale), "{locale}");
        }
        for locale in ["C", "POSIX", "zh_CN.GBK", "de_DE.ISO-8859-1@euro"] {
            assert!(!is_utf8(locale), "{locale}");
        }
    }
}
