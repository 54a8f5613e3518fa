//! Unicode normalization of a text that arrives in pieces.

use crate::Normalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick, is_nfkc_quick};

/// Holds back text that the next piece may change: an accent belongs to the letter before it.
pub(crate) struct Normalizer {
    form: Normalization,
    waiting: String,
}

impl Normalizer {
    pub(crate) fn new(form: Normalization) -> Self {
        Self { form, waiting: String::new() }
    }

    /// Takes the next piece and passes on text that no later piece can change, in non-empty pieces.
    pub(crate) fn push(&mut self, piece: &str, sink: &mut dyn FnMut(&str)) {
        if piece.is_empty() {
            return;
        }
        if self.form == Normalization::None {
            return sink(piece);
        }
        self.waiting.push_str(piece);
        let starts = |&(_, character): &(usize, char)| self.starts(character);
        let Some((at, _)) = self.waiting.char_indices().rev().find(starts) else { return };
        let rest = self.waiting.split_off(at);
        let done = std::mem::replace(&mut self.waiting, rest);
        self.hand_on(&done, sink);
    }

    /// Passes on the rest at the end of the text.
    pub(crate) fn end(&mut self, sink: &mut dyn FnMut(&str)) {
        let rest = std::mem::take(&mut self.waiting);
        self.hand_on(&rest, sink);
    }

    /// Whether nothing before `character` can merge with it (UAX #15, section 9.1).
    fn starts(&self, character: char) -> bool {
        let quick = match self.form {
            Normalization::Nfkc => is_nfkc_quick(std::iter::once(character)),
            Normalization::None | Normalization::Nfc => is_nfc_quick(std::iter::once(character)),
        };
        quick == IsNormalized::Yes && canonical_combining_class(character) == 0
    }

    fn hand_on(&self, text: &str, sink: &mut dyn FnMut(&str)) {
        let normal: String = match self.form {
            Normalization::None => text.to_owned(),
            Normalization::Nfc => text.nfc().collect(),
            Normalization::Nfkc => text.nfkc().collect(),
        };
        if !normal.is_empty() {
            sink(&normal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_gives(
            text in "[aeｆ①é\u{301}\u{327}\u{323}\u{1100}\u{1161}\u{11A8}가ｶﾞ\u{fb01}\n\u{958}क\u{93c}]{0,30}",
            piece in 1..5_usize, compatible in any::<bool>(),
        ) {
            let form = if compatible { Normalization::Nfkc } else { Normalization::Nfc };
            let whole: String = if compatible { text.nfkc().collect() } else { text.nfc().collect() };
            let (mut normalizer, mut joined) = (Normalizer::new(form), String::new());
            let characters: Vec<char> = text.chars().collect();
            for piece in characters.chunks(piece) {
                normalizer.push(&piece.iter().collect::<String>(), &mut |text| joined.push_str(text));
            }
            normalizer.end(&mut |text| joined.push_str(text));
            prop_assert_eq!(joined, whole);
        }
    }
}
