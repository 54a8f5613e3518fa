//! The environment variables that are for charnn, and what others say of the terminal.

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
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    names.filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty())
}

/// What the program was built for, such as `linux on x86_64`.
pub(crate) fn system() -> String {
    format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH)
}
