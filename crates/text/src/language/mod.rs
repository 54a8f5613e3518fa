//! The languages that detection distinguishes.
//!
//! Names and thresholds; the costs of characters are in `char_cost`.

pub(crate) mod alphabets;
pub(crate) mod char_cost;
pub(crate) mod common;
mod guesses;
pub(crate) mod script;
pub(crate) mod words;

/// Defines the languages and the list of them.
macro_rules! languages {
    ($($(#[$about:meta])* $name:ident,)*) => {
        /// A language, or several that use the same characters in the same way.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Language {
            $($(#[$about])* $name,)*
        }

        /// All of them, in the order of their columns.
        pub(crate) const LANGUAGES: [Language; [$(Language::$name),*].len()] =
            [$(Language::$name),*];
    };
}

languages! {
    /// English, and other Western languages with names from their neighbors.
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
    Czech,
    Slovak,
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
    /// And other languages in Cyrillic letters.
    Russian,
    Ukrainian,
    Belarusian,
    Bulgarian,
    /// And Macedonian.
    Serbian,
    Kazakh,
    Greek,
    Hebrew,
    Arabic,
    Thai,
    Simplified,
    Traditional,
    Japanese,
    Korean,
    /// A script that only Unicode encodings have.
    Other,
}
use Language::{
    Arabic, Belarusian, Bulgarian, Greek, Hebrew, Japanese, Kazakh, Korean, Other, Russian,
    Serbian, Simplified, Thai, Traditional, Ukrainian, Western,
};

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
        matches!(self, Russian | Ukrainian | Belarusian | Bulgarian | Serbian | Kazakh)
    }

    /// The cost of assuming the language, in bits: nothing for the one whose letters most texts contain, so
    /// that one odd byte does not make a text Russian.
    pub(crate) fn price(self) -> u32 {
        if self == Western { 0 } else { 8 }
    }

    /// The highest average cost of a non-ASCII character in a text of this language, in bits.
    pub(crate) fn typical(self) -> f64 {
        match self {
            Japanese | Korean => 11.0,
            Russian | Ukrainian | Belarusian | Bulgarian | Serbian | Kazakh | Greek | Hebrew
            | Arabic | Thai => 6.5,
            Other => 10.0,
            _ => 12.0, // Latin letters and Chinese
        }
    }
}
