//! What characters cost where each stretch of a text may be in another language.

use crate::language::char_cost::{BIT, model};

/// A capital costs more than a small letter, but a line in capitals is no evidence of another encoding.
const CAPITAL: u32 = 3 * BIT / 2;
/// The cost of letters of another script beside ASCII letters.
pub(crate) const ANOTHER_SCRIPT: u32 = 10 * BIT;

/// The cost of a character in the language where it is most common.
pub(crate) fn cost_of(character: char) -> u32 {
    if matches!(character, '\u{80}'..'\u{600}')
        && let Some(small) = character.to_lowercase().next()
        && small != character
    {
        return model().least(small) + CAPITAL;
    }
    model().least(character)
}
