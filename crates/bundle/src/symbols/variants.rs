//! Characters that are easily confused: what to suggest for one that is unknown.

use super::forms::other_form;
use unicode_normalization::UnicodeNormalization as _;

/// Marks that people and word processors interchange.
const ALIKE: [&str; 8] = [
    "'’‘`´′＇「『",
    "\"“”„«»「」『』″＂",
    "-‐‑‒–—―−－ー─",
    "…⋯.。．・·•‧",
    ",，、､",
    "!！¡",
    "?？¿",
    " \u{a0}\u{3000}\u{2009}\u{202f}\t",
];

/// Characters that `character` may stand for, most likely first: another width, case, form or punctuation mark.
pub(crate) fn variants(character: char) -> Vec<char> {
    let code = u32::from(character);
    let width = match code {
        0x21..=0x7E => char::from_u32(code + 0xFEE0),
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0),
        _ => None,
    };
    // One character only: ß is not SS here.
    let single = |mut of: Box<dyn Iterator<Item = char>>| of.next().filter(|_| of.next().is_none());
    let text = character.to_string();
    let cases = [
        single(Box::new(character.to_lowercase())),
        single(Box::new(character.to_uppercase())),
        single(Box::new(text.nfkc().collect::<Vec<_>>().into_iter())),
        // Without its accent.
        text.nfd().next(),
    ];
    let alike = ALIKE.iter().filter(|alike| alike.contains(character)).flat_map(|a| a.chars());
    let mut found: Vec<char> = Vec::new();
    let all = other_form(character).chain(width).chain(cases.into_iter().flatten()).chain(alike);
    for variant in all.filter(|&variant| variant != character) {
        if !found.contains(&variant) {
            found.push(variant);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easily_confused_is_offered() {
        for (character, variant) in [
            ('Ａ', 'A'),
            ('!', '！'),
            ('“', '"'),
            ('\'', '’'),
            ('—', '-'),
            ('é', 'e'),
            ('Ж', 'ж'),
            ('国', '國'),
            ('裡', '里'),
            ('贾', '賈'),
            ('釵', '钗'),
            ('　', ' '),
            ('①', '1'),
        ] {
            assert!(variants(character).contains(&variant), "{character}: {variant}");
        }
        assert_eq!(variants('山'), []);
    }
}
