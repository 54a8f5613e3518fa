//! The cost of characters outside all lists: round estimates by kind.

use crate::Script;
use crate::language::Language::{self, Japanese, Korean, Other, Western};

/// The cost of `character` in a text of `language`, in bits.
#[expect(clippy::match_same_arms, reason = "what costs the same is not the same kind")]
pub(crate) fn round_guess(character: char, script: Script, language: Language) -> f64 {
    let east = language.is_east_asian();
    let wide = |bits: f64| if east { bits } else { 14.0 };
    match (script, character) {
        (_, '\n') => 5.0,
        (_, '\t' | '\r') => 8.0,
        (Script::Space, '\u{3000}') => wide(7.0),
        (Script::Space, '\u{A0}') => 7.0,
        (Script::Space, _) => 11.0,
        (Script::Digit, '0'..='9') => 7.0,
        (Script::Digit, _) => wide(9.0),
        (_, ',' | '.') => 5.0,
        (_, '\'' | '"' | '-' | '!' | '?' | ';' | ':' | '(' | ')') => 7.0,
        (_, '’') => 6.0,
        (_, '…') => 6.5,
        (_, '“' | '”' | '‘' | '–' | '—') => 7.5,
        (_, '，' | '。' | '、') => wide(5.0),
        (_, '！' | '？' | '「' | '」' | '：' | '；' | '《' | '》' | '（' | '）' | '『' | '』') => {
            wide(6.5)
        }
        (Script::Punctuation, '!'..='~') => 10.0,
        (Script::Punctuation, '•' | '«' | '»' | '¿' | '¡' | '„' | '·') => 9.0,
        (Script::Punctuation, '†' | '‡' | '‰' | '‚') => 11.0,
        (Script::Punctuation, '\u{3000}'..) => wide(11.0),
        (Script::Punctuation, _) => 13.0,
        (Script::Symbol, '!'..='~') => 10.0,
        (Script::Symbol, '°' | '½' | '\u{AD}') => 8.0,
        (Script::Symbol, '§' | '©' | '®' | '£' | '€' | '™' | '²' | '³' | '×' | '¢' | '¥') => {
            9.0
        }
        (Script::Symbol, '¼' | '¾' | '±' | '¦' | 'µ') => 10.0,
        (Script::Symbol, '№' | '¶' | '¹' | '÷') => 11.0,
        (Script::Symbol, '¤') => 20.0, // what the euro sign was made of
        (Script::Symbol, '\u{2500}'..='\u{259F}') => 16.0, // frames, hardly ever in a line of text
        (Script::Symbol, _) => 14.0,
        (Script::Latin, '\u{FF00}'..) => wide(11.0),
        (Script::Latin, 'ð' | 'þ' | 'Ð' | 'Þ') => 14.0, // Icelandic only
        (Script::Latin, 'ª' | 'º') => 9.5,
        (Script::Latin, 'ÿ' | 'Ÿ') => 16.0, // a byte of 0xFF is damage
        (Script::Latin, _) => {
            if language == Western {
                12.0
            } else {
                14.0
            }
        }
        (Script::Cyrillic, 'і' | 'ї' | 'є' | 'ў') if language.is_cyrillic() => 7.0,
        (Script::Cyrillic, _) => {
            if language.is_cyrillic() {
                11.0
            } else {
                14.0
            }
        }
        (Script::Han, '\u{20000}'..) => 21.0,
        (Script::Han, _) => {
            if east {
                20.0
            } else {
                17.0
            }
        }
        (Script::Kana, '\u{FF00}'..) => {
            if language == Japanese {
                12.0
            } else {
                17.0
            }
        }
        (Script::Kana, _) => {
            if language == Japanese {
                11.0
            } else {
                wide(14.0) + 1.0
            }
        }
        (Script::Hangul, _) => {
            if language == Korean {
                18.0
            } else {
                17.0
            }
        }
        (Script::Other, _) => {
            if language == Other {
                7.0
            } else {
                16.0
            }
        }
        // Not more than a malformed byte, or they would be taken for one.
        (Script::Bad, ..='\u{7F}') => 16.5,
        (Script::Bad, '\u{2000}'..='\u{206F}' | '\u{FEFF}') => 14.0,
        (Script::Bad, '\u{E000}'..='\u{FFFD}') => 20.0,
        (Script::Bad, _) => 30.0,
    }
}
