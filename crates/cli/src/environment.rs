//! The environment variables that are for charnn, and what others say of the terminal.

use crate::failure::Failure;
use crate::language::Language;
use crate::usage::written;
use std::ffi::OsString;

/// The words of the command line, the program's own name first.
pub(crate) fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// Every `CHARNN_` variable with its value.
///
/// # Errors
/// When one is not UTF-8.
pub(crate) fn variables() -> Result<Vec<(String, String)>, Failure> {
    let ours =
        std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"CHARNN_"));
    let read = |(name, value): (OsString, OsString)| match (name.to_str(), value.to_str()) {
        (Some(name), Some(value)) => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Failure::NotUtf8 {
            what: format!("the variable {}={}", written(&name), written(&value)),
            remedy: "set it to text in UTF-8".into(),
        }),
    };
    ours.map(read).collect()
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

/// What POSIX says of a category, such as `LC_MESSAGES`.
fn locale_of(category: &str) -> Option<String> {
    let names = ["LC_ALL", category, "LANG"].into_iter();
    names.filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty())
}

/// What the program was built for, such as `linux on x86_64`.
pub(crate) fn system() -> String {
    format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH)
}
