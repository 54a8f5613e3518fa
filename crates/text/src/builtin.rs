//! The built-in texts.

use crate::TextError;

/// The built-in texts: name and content.
pub const BUILTIN: [(&str, &str); 3] = [
    ("tales", include_str!("../../../data/tales.txt")),
    ("tales-zh", include_str!("../../../data/tales-zh.txt")),
    ("given-names", include_str!("../../../data/given-names.txt")),
];

/// The built-in text called `name`.
///
/// # Errors
/// When no built-in text has that name.
pub fn builtin(name: &str) -> Result<&'static str, TextError> {
    let text = BUILTIN.iter().find(|(known, _)| *known == name);
    text.map(|(_, text)| *text).ok_or_else(|| TextError::UnknownBuiltin {
        name: name.to_owned(),
        known: BUILTIN.map(|(known, _)| known).join(", "),
    })
}
