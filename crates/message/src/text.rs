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
/// both: `text!(en: "cannot read {}", zh: "无法读取 {}", shown(path))`. Arguments that differ, such as
/// another `Text`, go with their format string into parentheses:
/// `text!(en: ("cannot read {path}: {}", why.english), zh: ("无法读取 {path}：{}", why.chinese))`.
#[macro_export]
macro_rules! text {
    (en: ($($english:tt)*), zh: ($($chinese:tt)*) $(,)?) => {
        $crate::Text {
            english: ::std::format!($($english)*),
            chinese: ::std::format!($($chinese)*),
        }
    };
    (en: $english:literal, zh: $chinese:literal $(, $($arguments:tt)*)?) => {
        $crate::Text {
            english: ::std::format!($english $(, $($arguments)*)?),
            chinese: ::std::format!($chinese $(, $($arguments)*)?),
        }
    };
}

/// What an [`std::io::Error`] holds where a pipe, a device or a folder takes the place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAFile;

impl std::fmt::Display for NotAFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("it is not a regular file")
    }
}

impl std::error::Error for NotAFile {}

impl From<&std::io::Error> for Text {
    /// What the operating system reported, in words.
    fn from(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<NotAFile>) {
            return text!(en: "{NotAFile}", zh: "不是普通文件");
        }
        match error.kind() {
            ErrorKind::NotFound => {
                text!(en: "no such file or folder", zh: "没有这个文件或文件夹")
            }
            ErrorKind::PermissionDenied => text!(en: "permission denied", zh: "没有权限"),
            ErrorKind::StorageFull => text!(en: "the disk is full", zh: "磁盘空间不足"),
            ErrorKind::QuotaExceeded => {
                text!(en: "the disk quota is used up", zh: "磁盘配额已用完")
            }
            ErrorKind::ReadOnlyFilesystem => {
                text!(en: "the file system is read-only", zh: "文件系统是只读的")
            }
            ErrorKind::FileTooLarge => {
                text!(en: "the file would exceed the size limit", zh: "文件超过大小限制")
            }
            ErrorKind::NotADirectory => {
                text!(en: "a part of the path is a file, not a folder", zh: "路径中有一段是文件，不是文件夹")
            }
            ErrorKind::IsADirectory => text!(en: "it is a folder", zh: "这是文件夹，不是文件"),
            ErrorKind::AlreadyExists => text!(en: "it already exists", zh: "已经存在"),
            ErrorKind::InvalidFilename => {
                text!(en: "the name is longer than the system allows", zh: "名称超过系统允许的长度")
            }
            _ => text!(en: "{error}", zh: "系统报告“{error}”"),
        }
    }
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

    #[test]
    fn what_is_no_file_is_named_in_both_languages() {
        let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, NotAFile);
        let why = Text::from(&error);
        assert_eq!((&*why.english, &*why.chinese), ("it is not a regular file", "不是普通文件"));
    }

    #[test]
    fn texts_are_put_into_texts() {
        let error = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let why = Text::from(&error);
        let text = text!(
            en: ("cannot read a.txt: {}", why.english),
            zh: ("无法读取 a.txt：{}", why.chinese),
        );
        assert_eq!(text.in_language(Language::English), "cannot read a.txt: permission denied");
        assert_eq!(text.in_language(Language::Chinese), "无法读取 a.txt：没有权限");
    }
}
