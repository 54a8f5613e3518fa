//! What a text may be written in, as far as encodings care.
//!
//! Knows names and thresholds; what the characters of a language cost is `plausibility`'s.

/// A language, or several that use the same characters alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Western,
    Central,
    Hungarian,
    Turkish,
    Russian,
    Greek,
    Hebrew,
    Arabic,
    Simplified,
    Traditional,
    Japanese,
    Korean,
    /// A script that no candidate but Unicode holds.
    Other,
}
use Language::{
    Arabic, Central, Greek, Hebrew, Hungarian, Japanese, Korean, Other, Russian, Simplified,
    Traditional, Turkish, Western,
};

/// All of them, in the order of their columns.
pub(crate) const LANGUAGES: [Language; 13] = [
    Western,
    Central,
    Hungarian,
    Turkish,
    Russian,
    Greek,
    Hebrew,
    Arabic,
    Simplified,
    Traditional,
    Japanese,
    Korean,
    Other,
];

impl Language {
    pub(crate) fn is_east_asian(self) -> bool {
        matches!(self, Simplified | Traditional | Japanese | Korean)
    }

    pub(crate) fn is_latin(self) -> bool {
        matches!(self, Western | Central | Hungarian | Turkish)
    }

    /// What it costs in bits to assume the language: nothing for the one whose letters most other
    /// texts have too, so that one odd byte makes no text Russian.
    pub(crate) fn price(self) -> u32 {
        if self == Western { 0 } else { 8 }
    }

    /// The most bits that a character beyond ASCII costs on average in a text of this language.
    pub(crate) fn typical(self) -> f64 {
        match self {
            Western | Central | Hungarian | Turkish | Simplified | Traditional => 12.0,
            Japanese | Korean => 11.0,
            Russian | Greek | Hebrew | Arabic => 6.5,
            Other => 10.0,
        }
    }
}
