//! What a text may be written in, as far as encodings care.
//!
//! Knows names and thresholds; what the characters of a language cost is `char_cost`'s.

pub(crate) mod alphabets;
pub(crate) mod char_cost;
pub(crate) mod common;
mod guesses;
pub(crate) mod script;
pub(crate) mod words;

/// A language, or several that use the same characters alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// English, and any other of the West with names of its neighbours.
    Western,
    French,
    German,
    Spanish,
    Portuguese,
    Italian,
    /// Danish, Norwegian and Swedish.
    Nordic,
    /// Finnish and Estonian.
    Finnic,
    /// And Faroese.
    Icelandic,
    /// Of Ireland and of Scotland.
    Gaelic,
    Welsh,
    Albanian,
    Polish,
    /// And Slovak.
    Czech,
    /// Croatian, Bosnian and Slovene.
    SouthSlavic,
    Romanian,
    Hungarian,
    Turkish,
    Latvian,
    Lithuanian,
    Esperanto,
    Maltese,
    Vietnamese,
    /// And any other in Cyrillic letters.
    Russian,
    Ukrainian,
    Bulgarian,
    /// And Macedonian.
    Serbian,
    Kazakh,
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
    Albanian, Arabic, Bulgarian, Czech, Esperanto, Finnic, French, Gaelic, German, Greek, Hebrew,
    Hungarian, Icelandic, Italian, Japanese, Kazakh, Korean, Latvian, Lithuanian, Maltese, Nordic,
    Other, Polish, Portuguese, Romanian, Russian, Serbian, Simplified, SouthSlavic, Spanish,
    Traditional, Turkish, Ukrainian, Vietnamese, Welsh, Western,
};

/// All of them, in the order of their columns.
pub(crate) const LANGUAGES: [Language; 36] = [
    Western,
    French,
    German,
    Spanish,
    Portuguese,
    Italian,
    Nordic,
    Finnic,
    Icelandic,
    Gaelic,
    Welsh,
    Albanian,
    Polish,
    Czech,
    SouthSlavic,
    Romanian,
    Hungarian,
    Turkish,
    Latvian,
    Lithuanian,
    Esperanto,
    Maltese,
    Vietnamese,
    Russian,
    Ukrainian,
    Bulgarian,
    Serbian,
    Kazakh,
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

    /// Whether it is one of those before Russian.
    pub(crate) fn is_latin(self) -> bool {
        (self as usize) < Russian as usize
    }

    /// Whether it is written with Cyrillic letters.
    pub(crate) fn is_cyrillic(self) -> bool {
        matches!(self, Russian | Ukrainian | Bulgarian | Serbian | Kazakh)
    }

    /// What it costs in bits to assume the language: nothing for the one whose letters most other
    /// texts have too, so that one odd byte makes no text Russian.
    pub(crate) fn price(self) -> u32 {
        if self == Western { 0 } else { 8 }
    }

    /// The most bits that a character beyond ASCII costs on average in a text of this language.
    pub(crate) fn typical(self) -> f64 {
        match self {
            Japanese | Korean => 11.0,
            Russian | Ukrainian | Bulgarian | Serbian | Kazakh | Greek | Hebrew | Arabic => 6.5,
            Other => 10.0,
            _ => 12.0, // Latin letters and Chinese
        }
    }
}
