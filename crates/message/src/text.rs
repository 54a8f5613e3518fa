//! A text in every language that charnn speaks.

use serde::{Deserialize, Serialize};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// The same text in both languages. Make one with [`text!`](crate::text!).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// English, also for logs and programs.
    pub english: String,
    /// Simplified Chinese.
    pub chinese: String,
}

impl Text {
    /// The text in `language`.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }

    /// A text that reads the same in both languages: a name, a number, the words of another program.
    pub fn verbatim(text: impl Into<String>) -> Self {
        let english: String = text.into();
        Self { chinese: english.clone(), english }
    }
}

/// A [`Text`] from an English and a Chinese format string, side by side.
///
/// Both capture variables as `format!` does. Arguments that need an expression follow and belong to
/// both: `text!(en: "cannot read {}", zh: "无法读取 {}", shown(path))`.
#[macro_export]
macro_rules! text {
    (en: $english:literal, zh: $chinese:literal $(, $($arguments:tt)*)?) => {
        $crate::Text {
            english: ::std::format!($english $(, $($arguments)*)?),
            chinese: ::std::format!($chinese $(, $($arguments)*)?),
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_take_the_same_arguments() {
        let name = "a.txt";
        let text = text!(en: "{name} has {} lines", zh: "{name} 有 {} 行", 1 + 2);
        assert_eq!(text.in_language(Language::English), "a.txt has 3 lines");
        assert_eq!(text.in_language(Language::Chinese), "a.txt 有 3 行");
    }
}
