//! The environment variables that are for charnn.

/// Every `CHARNN_` variable with its value.
pub(crate) fn variables() -> impl Iterator<Item = (String, String)> {
    let all = std::env::vars_os();
    let read = all.map(|(name, value)| {
        (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
    });
    read.filter(|(name, _)| name.starts_with("CHARNN_"))
}
