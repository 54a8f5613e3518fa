//! Tells ISO-8859-15 from windows-1252, which differ in eight signs that became letters and the euro sign.
//!
//! `2½ cups` and `cœur` have the same byte. Few texts are in ISO-8859-15, so its letters must stand where
//! letters do.

/// How many bytes are letters or euro signs of ISO-8859-15 only where none can stand, as in `2œ cups`.
pub(crate) fn senseless(samples: &[Vec<u8>]) -> u32 {
    let count = samples.iter().map(|sample| {
        let odd = |&at: &usize| sample[at] >= 0xA4 && !makes_sense(sample, at);
        (0..sample.len()).filter(odd).count()
    });
    u32::try_from(count.sum::<usize>()).unwrap_or(u32::MAX)
}

/// Whether the byte at `at` may be what it is in ISO-8859-15.
fn makes_sense(sample: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(b'\n', |at| sample[at]);
    let after = sample.get(at + 1).copied().unwrap_or(b'\n');
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0xC0;
    let beside = letter(before) || letter(after);
    let digit = before.is_ascii_digit() || after.is_ascii_digit();
    match sample[at] {
        // €
        0xA4 => !beside,
        // Œ
        0xBC => letter(after) && !before.is_ascii_lowercase() && !digit,
        // œ
        0xBD => letter(after) && !digit,
        // Š š Ž ž Ÿ
        0xA6 | 0xA8 | 0xB4 | 0xB8 | 0xBE => beside && !digit,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Encoding;

    #[test]
    fn letters_stand_in_words_and_signs_do_not() {
        let latin9 = Encoding::of_tables(encoding_rs::ISO_8859_15);
        let count = |bytes: Vec<u8>| senseless(&[bytes]);
        for text in ["Le cœur et l'Œuvre", "5 €, 5€ et €5", "Hašek, Žukov, MAŽ", "L'Ÿonne"]
        {
            assert_eq!(count(latin9.encode(text)), 0, "{text}");
        }
        let windows = Encoding::WINDOWS_1252;
        for (text, odd) in
            [("Add 2½ cups and ½ of it", 2), ("waited½ and", 1), ("¼ and 1¾", 2), ("a¤b", 1)]
        {
            assert_eq!(count(windows.encode(text)), odd, "{text}");
        }
    }
}
