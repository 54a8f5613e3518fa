//! Simplified and traditional forms of Chinese characters.

/// Characters whose two forms differ: simplified and traditional in turn. Where one simplified
/// character stands for several traditional ones, only the commonest is listed.
const PAIRS: &str = include_str!("../../../../data/chinese-forms.txt");

/// The simplified or traditional form of `character`, if the two differ.
pub(crate) fn other_form(character: char) -> impl Iterator<Item = char> {
    let mut characters = PAIRS.chars().filter(|it| !it.is_whitespace());
    let pairs = std::iter::from_fn(move || Some((characters.next()?, characters.next()?)));
    pairs.filter_map(move |(simplified, traditional)| match character {
        _ if simplified == traditional => None,
        _ if character == simplified => Some(traditional),
        _ if character == traditional => Some(simplified),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_found_both_ways() {
        assert_eq!(other_form('国').next(), Some('國'));
        assert_eq!(other_form('國').next(), Some('国'));
        assert_eq!(other_form('人').next(), None);
        assert!(PAIRS.split_whitespace().all(|pair| pair.chars().count() == 2));
    }
}
