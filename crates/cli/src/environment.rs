//! The environment variables that are for charnn, and what others say of the terminal.

use crate::language::Language;
use std::ffi::OsString;

/// Every `CHARNN_` variable with its value.
pub(crate) fn variables() -> impl Iterator<Item = (String, String)> {
    let all = std::env::vars_os();
    let read = all.map(|(name, value)| {
        (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
    });
    read.filter(|(name, _)| name.starts_with("CHARNN_"))
}

/// Whether the terminal can move its cursor.
pub(crate) fn cursor_moves() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// The locale that texts are shown in, such as `zh_CN.UTF-8`.
pub(crate) fn locale() -> Option<String> {
    locale_of("LC_CTYPE")
}

/// The language that the system speaks.
pub(crate) fn language() -> Language {
    #[cfg(any(windows, target_os = "macos"))]
    let system = sys_locale::get_locale;
    #[cfg(not(any(windows, target_os = "macos")))]
    let system = || None;
    let locale = locale_of("LC_MESSAGES").or_else(system);
    locale.map_or(Language::English, |locale| Language::of_locale(&locale))
}

/// The words of the command line, as they were written.
pub(crate) fn words() -> impl Iterator<Item = OsString> {
    std::env::args_os()
}

/// The language that help is to be in: arguments are not parsed yet.
pub(crate) fn language_of_help() -> Language {
    let words = words().map(|word| word.to_string_lossy().into_owned());
    Language::asked(words).unwrap_or_else(language)
}

/// What POSIX says of a category, such as `LC_MESSAGES`.
fn locale_of(category: &str) -> Option<String> {
    let names = ["LC_ALL", category, "LANG"].into_iter();
    names.filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty())
}

/// What the program was built for, such as `linux on x86_64`.
pub(crate) fn system() -> String {
    format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH)
}
