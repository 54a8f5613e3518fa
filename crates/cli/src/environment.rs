//! The command line, the environment variables of charnn, and those that describe the terminal.

use crate::language::of_locale;
use charnn_message::{Describe, Language, Message, Text, in_a_line, lossless, text};
use std::ffi::{OsStr, OsString};

/// The words of the command line, the program's own name first.
pub(crate) fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// The file of this program.
#[cfg(feature = "train")]
pub(crate) fn program() -> std::io::Result<std::path::PathBuf> {
    std::env::current_exe()
}

/// A name or a value that must be UTF-8 and is not.
#[derive(Debug)]
pub(crate) struct NotUtf8 {
    pub(crate) what: Text,
    pub(crate) remedy: Text,
}

impl Describe for NotUtf8 {
    fn describe(&self) -> Message {
        let Text { english, chinese } = &self.what;
        let message = text!(en: ("{english} is not UTF-8"), zh: ("{chinese}不是 UTF-8"));
        Message::new("usage/not-utf8", message).hint(self.remedy.clone())
    }
}

/// Every `CHARNN_` variable with its value.
///
/// # Errors
/// When one is not UTF-8.
pub(crate) fn variables() -> Result<Vec<(String, String)>, NotUtf8> {
    let ours =
        std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"CHARNN_"));
    let read = |(name, value): (OsString, OsString)| {
        if let (Some(name), Some(value)) = (name.to_str(), value.to_str()) {
            Ok((name.to_owned(), value.to_owned()))
        } else {
            let (name, value) = (written(&name), written(&value));
            Err(NotUtf8 {
                what: text!(en: "the variable {name}={value}", zh: "环境变量 {name}={value} "),
                remedy: text!(en: "set it to UTF-8 text", zh: "请把它设为 UTF-8 文本"),
            })
        }
    };
    ours.map(read).collect()
}

/// A word of the command line or the environment. Bytes that are not UTF-8 are written as `\xC4`.
pub(crate) fn written(word: &OsStr) -> String {
    lossless(word.as_encoded_bytes(), in_a_line)
}

/// The columns of the terminal at standard error, unless `COLUMNS` gives others.
pub(crate) fn columns() -> Option<usize> {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || console::Term::stderr().size_checked().map(|(_, columns)| usize::from(columns));
    named.or_else(seen).filter(|columns| *columns >= 20)
}

/// More threads than so many for each core only cost memory, and may exceed what the system allows.
const THREADS_PER_CORE: usize = 16;

/// Limits `RAYON_NUM_THREADS` to what makes sense on this machine. The message says so where it was more.
///
/// Call it before any thread is started.
pub(crate) fn limit_threads() -> Option<Message> {
    let asked: usize = std::env::var("RAYON_NUM_THREADS").ok()?.trim().parse().ok()?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let most = cores * THREADS_PER_CORE;
    if asked <= most {
        return None;
    }
    #[expect(unsafe_code, reason = "the standard library offers no safe way")]
    // SAFETY: no other thread runs yet that could read the environment.
    unsafe {
        std::env::set_var("RAYON_NUM_THREADS", most.to_string());
    }
    let message = text!(
        en: "RAYON_NUM_THREADS = {asked} is too many for {cores} cores: using {most} threads",
        zh: "RAYON_NUM_THREADS = {asked} 对于 {cores} 个核心过多，改用 {most} 个线程"
    );
    Some(Message::new("machine/threads", message))
}

/// Whether standard error is a terminal that can move its cursor.
pub(crate) fn is_watched() -> bool {
    console::Term::stderr().is_term() && !is_dumb()
}

/// Whether terminals cannot move their cursor.
pub(crate) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// The locale that texts are shown in, such as `zh_CN.UTF-8`.
pub(crate) fn locale() -> Option<String> {
    locale_of("LC_CTYPE")
}

/// The language of the system.
pub(crate) fn language() -> Language {
    #[cfg(any(windows, target_os = "macos"))]
    let system = sys_locale::get_locale;
    #[cfg(not(any(windows, target_os = "macos")))]
    let system = || None;
    let locale = locale_of("LC_MESSAGES").or_else(system);
    locale.map_or(Language::English, |locale| of_locale(&locale))
}

/// The locale of a category such as `LC_MESSAGES`, in the order of POSIX.
fn locale_of(category: &str) -> Option<String> {
    let names = ["LC_ALL", category, "LANG"].into_iter();
    names.filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty())
}

/// What the program was built for, such as `linux on x86_64`.
pub(crate) fn system() -> String {
    format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH)
}
