//! Natural long texts: the built-in tales, and the books of `shared/data` where there are any.

use charnn_text::{BUILTIN, Encoding};
use std::path::PathBuf;

/// A text in an encoding that people saved such texts in.
pub(crate) struct Natural {
    pub(crate) name: String,
    pub(crate) encoding: &'static str,
    pub(crate) truth: String,
    pub(crate) bytes: Vec<u8>,
}

/// The texts, and why others are missing.
pub(crate) fn texts() -> (Vec<Natural>, Vec<String>) {
    const WEST: &[&str] =
        &["utf-8", "windows-1252", "iso-8859-15", "macintosh", "utf-16le", "utf-16be"];
    const EAST: &[&str] = &["utf-8", "gb18030", "utf-16le", "utf-16be"];
    let (mut texts, mut skipped) = (Vec::new(), Vec::new());
    let mut add = |name: &str, text: &str, encodings: &[&'static str]| {
        for &encoding in encodings {
            let (truth, bytes) = encoded(text, encoding);
            texts.push(Natural { name: name.to_owned(), encoding, truth, bytes });
        }
    };
    for (name, text) in BUILTIN.into_iter().filter(|(name, _)| name.starts_with("tales")) {
        add(name, text, if name.ends_with("zh") { EAST } else { WEST });
    }
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    for (name, encodings) in
        [("hongloumeng_utf8", EAST), ("war_and_peace_en", WEST), ("tinyshakespeare", WEST)]
    {
        let path = root.join("../../../shared/data").join(name).with_extension("txt");
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
                add(name, &text, encodings);
            }
            Err(error) => skipped.push(format!("{}: {error}", path.display())),
        }
    }
    (texts, skipped)
}

/// `text` in `encoding`, with `?` for what it lacks, and its bytes.
fn encoded(text: &str, label: &str) -> (String, Vec<u8>) {
    let encoding: Encoding = label.parse().unwrap();
    let has = |found: char| found.is_ascii() || encoding.is_utf16() || encoding.has(found);
    let spelt = |found: char| match found {
        _ if has(found) => found,
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '—' | '–' => '-',
        _ => '?',
    };
    let truth: String = text.chars().map(spelt).collect();
    let bytes = encoding.encode(&truth);
    (truth, bytes)
}
