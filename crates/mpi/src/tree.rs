//! The order in which parts of a sum are added.

/// Adds neighbours, then the sums of neighbours, and so on: `(a + b) + (c + d)`. `None` without parts.
///
/// A block of `2^k` parts that starts at a multiple of its size is added by itself first. So the result is
/// the same, to the last bit, when the parts are replaced by the sums of such blocks.
pub fn pairwise<T>(
    parts: impl IntoIterator<Item = T>,
    mut add: impl FnMut(T, T) -> T,
) -> Option<T> {
    // Sums with the logarithm of the number of their parts, as the digits of a binary counter.
    let mut sums: Vec<(u32, T)> = Vec::new();
    for part in parts {
        let mut carry = (0, part);
        while let Some((level, sum)) = sums.pop_if(|(level, _)| *level == carry.0) {
            carry = (level + 1, add(sum, carry.1));
        }
        sums.push(carry);
    }
    let (_, mut last) = sums.pop()?;
    while let Some((_, sum)) = sums.pop() {
        last = add(sum, last);
    }
    Some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(parts: Vec<String>) -> String {
        pairwise(parts, |a, b| format!("({a}{b})")).unwrap_or_default()
    }

    fn letters(count: u8) -> Vec<String> {
        (b'a'..b'a' + count).map(|letter| char::from(letter).to_string()).collect()
    }

    #[test]
    fn neighbours_are_added_first() {
        assert_eq!(written(Vec::new()), "");
        assert_eq!(written(letters(1)), "a");
        assert_eq!(written(letters(4)), "((ab)(cd))");
        assert_eq!(written(letters(7)), "(((ab)(cd))((ef)g))");
    }

    #[test]
    fn blocks_of_a_power_of_two_can_be_added_beforehand() {
        for count in 1..=26 {
            let whole = written(letters(count));
            for size in [1, 2, 4, 8, 16] {
                let blocks = letters(count);
                let blocks = blocks.chunks(size).map(|block| written(block.to_vec())).collect();
                assert_eq!(written(blocks), whole, "{count} parts in blocks of {size}");
            }
        }
    }
}
