//! The labels of encodings, as users write them.

use super::Encoding;
use crate::TextError;
use std::str::FromStr;

/// What Windows calls ANSI.
const ANSI: &str = "those that Windows calls so: gb18030 (China), big5 (Taiwan), shift_jis (Japan), \
    euc-kr (Korea), windows-1252 (the West), windows-1250 (Central Europe), windows-1251 (Russia) and \
    other numbers to windows-1258";

impl FromStr for Encoding {
    type Err = TextError;

    /// Reads a label such as `gbk`, `utf-16le` or `latin1`, in any case.
    fn from_str(label: &str) -> Result<Self, TextError> {
        let label = label.trim().to_lowercase().replace('_', "-");
        let plain: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        // Windows' code pages go by their number too.
        let number = ["windows", "cp", "ms"].iter().find_map(|name| plain.strip_prefix(name));
        // Names that people use and the standard leaves out.
        let usual = match number.unwrap_or(&plain) {
            "936" | "gb18030" => "gb18030",
            "950" => "big5",
            "932" | "31j" => "shift_jis",
            "949" | "uhc" => "euc-kr",
            "65001" | "utf8sig" | "utf8bom" => "utf-8",
            "1200" => "utf-16le",
            "1201" => "utf-16be",
            "latin9" => "iso-8859-15",
            "macroman" => "macintosh",
            other => other,
        };
        // The standard has shift_jis and euc-jp, latin1, cp1252 and iso-8859-1.
        let underscored = label.replace('-', "_");
        let numbered = format!("cp{usual}");
        let found = [&*label, &underscored, &plain, usual, &numbered]
            .into_iter()
            .find_map(|label| encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()));
        match found {
            Some(tables) if tables == encoding_rs::GBK => Ok(Self::GB18030),
            // Its escapes make the meaning of a byte depend on all bytes before it, and
            // x-user-defined is no encoding of text.
            Some(tables)
                if tables != encoding_rs::ISO_2022_JP && tables != encoding_rs::X_USER_DEFINED =>
            {
                Ok(Self(tables))
            }
            _ => Err(TextError::UnknownEncoding {
                label: label.clone(),
                known: if plain == "ansi" {
                    // Another one in every country.
                    ANSI.into()
                } else {
                    Self::CANDIDATES.map(String::from).join(", ")
                },
            }),
        }
    }
}

impl TryFrom<String> for Encoding {
    type Error = TextError;

    fn try_from(label: String) -> Result<Self, TextError> {
        label.parse()
    }
}
