//! Kinds of characters.
//!
//! Deliberately coarse: enough to distinguish scripts in a report and to notice that a reading jumps between
//! them. Knows nothing of encodings or frequencies.

use serde::Serialize;

/// The script of a letter, or another kind of character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Spaces and line ends.
    Space,
    /// Digits, of any width.
    Digit,
    /// Punctuation of any script.
    Punctuation,
    /// Letters from English to Vietnamese, full-width ones too.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Chinese characters, also in Japanese and Korean texts.
    Han,
    /// Hiragana and katakana.
    Kana,
    /// Korean.
    Hangul,
    /// Symbols.
    Symbol,
    /// Letters of any other script.
    Other,
    /// Control characters, private use, U+FFFD and code points that are no characters.
    Bad,
}

impl Script {
    /// The kind of `character`.
    #[expect(clippy::match_same_arms, reason = "in the order of code points")]
    pub fn of(character: char) -> Self {
        match u32::from(character) {
            0x09 | 0x0A | 0x0D | 0x20 | 0xA0 | 0x2000..=0x200A | 0x3000 => Self::Space,
            0x30..=0x39 | 0xFF10..=0xFF19 => Self::Digit,
            0x41..=0x5A | 0x61..=0x7A | 0xAA | 0xBA => Self::Latin,
            0x00..=0x1F | 0x7F..=0x9F => Self::Bad,
            0x24 | 0x2B | 0x3C..=0x3E | 0x5E | 0x60 | 0x7C | 0x7E => Self::Symbol,
            0x21..=0x7E | 0xA1 | 0xAB | 0xB7 | 0xBB | 0xBF => Self::Punctuation,
            0xA2..=0xBE | 0xD7 | 0xF7 => Self::Symbol,
            0xC0..=0x24F | 0x1E00..=0x1EFF | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A => Self::Latin,
            0x300..=0x36F => Self::Latin, // combining accents
            0x400..=0x52F => Self::Cyrillic,
            0x2010..=0x2027 | 0x2030..=0x205E => Self::Punctuation,
            0x2028..=0x202F | 0x2060..=0x206F | 0xFEFF | 0xFFF0..=0xFFFF => Self::Bad,
            0x200B..=0x200F => Self::Other, // joiners, which Arabic and Indic texts need
            0x2070..=0x2BFF | 0x3004 | 0x3012..=0x3013 | 0x3020..=0x3037 | 0x3200..=0x33FF => {
                Self::Symbol
            }
            0x3005 | 0x3007 | 0x2E80..=0x2FDF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF => Self::Han,
            0xF900..=0xFAFF | 0x20000..=0x323AF => Self::Han,
            0x3001..=0x301F | 0x3038..=0x303F | 0xFE30..=0xFE6F => Self::Punctuation,
            0x3041..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => Self::Kana,
            0xAC00..=0xD7A3 | 0x1100..=0x11FF | 0x3131..=0x318E => Self::Hangul,
            0xFF04 | 0xFF0B | 0xFF1C..=0xFF1E | 0xFF3E | 0xFF40 | 0xFF5C | 0xFFE0..=0xFFEF => {
                Self::Symbol
            }
            0xFF01..=0xFF65 => Self::Punctuation,
            0x1F000..=0x1FAFF => Self::Symbol,
            0xE000..=0xF8FF | 0xE0000.. => Self::Bad,
            _ => Self::Other,
        }
    }

    /// Whether characters of this kind form words.
    pub(crate) fn is_letter(self) -> bool {
        matches!(
            self,
            Self::Latin | Self::Cyrillic | Self::Han | Self::Kana | Self::Hangul | Self::Other
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_each_kind_are_told_apart() {
        for (characters, script) in [
            ("\n \u{3000}", Script::Space),
            ("07０", Script::Digit),
            (".,“”—、。「」…！¿", Script::Punctuation),
            ("azéßŁＡ", Script::Latin),
            ("Яёі", Script::Cyrillic),
            ("的們気𠮷々", Script::Han),
            ("のカーｶ", Script::Kana),
            ("한글", Script::Hangul),
            ("§±═★$€😀", Script::Symbol),
            ("αشไ", Script::Other),
            ("\u{0}\u{85}\u{FFFD}\u{E000}\u{FFFF}", Script::Bad),
        ] {
            for character in characters.chars() {
                assert_eq!(Script::of(character), script, "{character:?}");
            }
        }
    }
}
