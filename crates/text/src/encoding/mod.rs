//! The names of encodings, as users write them and reports show them.
//!
//! Labels only: `codec` decodes bytes, and `detect` finds the encoding of a file.

pub(crate) mod codec;
pub(crate) mod codepages;
mod label;
pub(crate) mod table;

use serde::{Deserialize, Serialize};
use std::fmt;

/// A character encoding, by any label of the WHATWG Encoding Standard.
///
/// GB2312 and GBK are read as GB18030, which holds them both, and ISO-8859-1 as windows-1252.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// UTF-8, what every new text should be.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    /// UTF-16, low byte first: "Unicode" of Windows' Notepad.
    pub const UTF_16LE: Self = Self(encoding_rs::UTF_16LE);
    /// UTF-16, high byte first.
    pub const UTF_16BE: Self = Self(encoding_rs::UTF_16BE);
    /// Chinese of the mainland; GB2312 and GBK are parts of it.
    pub const GB18030: Self = Self(encoding_rs::GB18030);
    /// Chinese of Taiwan and Hong Kong.
    pub const BIG5: Self = Self(encoding_rs::BIG5);
    /// Japanese of Windows.
    pub const SHIFT_JIS: Self = Self(encoding_rs::SHIFT_JIS);
    /// Japanese of Unix.
    pub const EUC_JP: Self = Self(encoding_rs::EUC_JP);
    /// Korean, with the extensions of Windows.
    pub const EUC_KR: Self = Self(encoding_rs::EUC_KR);
    /// Cyrillic of Windows.
    pub const WINDOWS_1251: Self = Self(encoding_rs::WINDOWS_1251);
    /// Cyrillic of Unix.
    pub const KOI8_R: Self = Self(encoding_rs::KOI8_R);
    /// Western Europe.
    pub const WINDOWS_1252: Self = Self(encoding_rs::WINDOWS_1252);

    /// The encoding of these tables.
    pub(crate) const fn of_tables(tables: &'static encoding_rs::Encoding) -> Self {
        Self(tables)
    }

    /// The usual name, as in `GB18030` or `windows-1252`.
    pub fn name(self) -> &'static str {
        if self == Self::GB18030 { "GB18030" } else { self.0.name() }
    }

    /// Whether the encoding has `character`.
    pub fn has(self, character: char) -> bool {
        let mut buffer = [0; 4];
        self.is_utf16() || !self.0.encode(character.encode_utf8(&mut buffer)).2
    }

    /// The bytes of `text`, all of whose characters the encoding has.
    pub fn encode(self, text: &str) -> Vec<u8> {
        if self == Self::UTF_16LE {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else if self == Self::UTF_16BE {
            text.encode_utf16().flat_map(u16::to_be_bytes).collect()
        } else {
            self.0.encode(text).0.into_owned()
        }
    }

    /// Whether a text in this encoding begins with a byte order mark by convention.
    pub fn is_utf16(self) -> bool {
        self == Self::UTF_16LE || self == Self::UTF_16BE
    }

    /// The decoder's tables.
    pub(crate) fn tables(self) -> &'static encoding_rs::Encoding {
        self.0
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl From<Encoding> for String {
    fn from(encoding: Encoding) -> Self {
        encoding.name().to_lowercase()
    }
}

/// For `#[serde(with = "auto")]` on an `Option<Encoding>`: no encoding is written `"auto"`.
pub mod auto {
    use super::Encoding;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes the name, or `auto`.
    ///
    /// # Errors
    /// When the serializer has one.
    pub fn serialize<S: Serializer>(
        encoding: &Option<Encoding>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encoding.map_or("auto".into(), String::from))
    }

    /// Reads `auto` or a label.
    ///
    /// # Errors
    /// When the value is no string or names no encoding.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Encoding>, D::Error> {
        let label = String::deserialize(deserializer)?;
        if label == "auto" { Ok(None) } else { label.parse().map(Some).map_err(D::Error::custom) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_people_write_are_understood() {
        for (label, encoding) in [
            ("GBK", Encoding::GB18030),
            ("gb2312", Encoding::GB18030),
            ("cp936", Encoding::GB18030),
            ("Shift_JIS", Encoding::SHIFT_JIS),
            ("shift-jis", Encoding::SHIFT_JIS),
            ("cp949", Encoding::EUC_KR),
            ("utf8", Encoding::UTF_8),
            ("utf_16le", Encoding::UTF_16LE),
            ("latin1", Encoding::WINDOWS_1252),
            ("koi8-r", Encoding::KOI8_R),
            ("936", Encoding::GB18030),
            ("cp65001", Encoding::UTF_8),
            ("utf8-sig", Encoding::UTF_8),
            ("cp1251", Encoding::WINDOWS_1251),
            ("windows1252", Encoding::WINDOWS_1252),
            ("1252", Encoding::WINDOWS_1252),
            ("Windows 1251", Encoding::WINDOWS_1251),
            ("ISO 8859-1", Encoding::WINDOWS_1252),
            ("latin9", Encoding(encoding_rs::ISO_8859_15)),
            ("mac-roman", Encoding(encoding_rs::MACINTOSH)),
            ("cp866", Encoding(encoding_rs::IBM866)),
        ] {
            assert_eq!(label.parse::<Encoding>().unwrap(), encoding, "{label}");
        }
    }

    #[test]
    fn an_unknown_label_lists_the_known_ones() {
        for label in ["gb18031", "", "iso-2022-jp", "auto"] {
            let error = label.parse::<Encoding>().unwrap_err().to_string();
            assert!(error.contains("gb18030") && error.contains("koi8-r"), "{error}");
        }
    }

    #[test]
    fn what_windows_calls_ansi_is_several() {
        let error = "ANSI".parse::<Encoding>().unwrap_err().to_string();
        assert!(error.contains("gb18030 (China)"), "{error}");
    }

    #[test]
    fn every_candidate_is_read_back_from_its_own_name() {
        for encoding in Encoding::CANDIDATES {
            assert_eq!(String::from(encoding).parse::<Encoding>().unwrap(), encoding);
        }
    }
}
