//! How often each character occurs in a text.

use serde::{Deserialize, Serialize};

/// A count for every character. Uses memory only for Unicode blocks that occur.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(char, u64)>", into = "Vec<(char, u64)>")]
pub struct Counts {
    blocks: Vec<Option<Box<[u64; BLOCK]>>>,
}

/// Code points per block.
const BLOCK: usize = 256;

impl Counts {
    /// Counts the characters of `text`.
    pub fn of(text: &str) -> Self {
        let mut counts = Self::default();
        counts.add(text);
        counts
    }

    /// Adds the characters of `text`.
    pub fn add(&mut self, text: &str) {
        for character in text.chars() {
            *self.slot(character) += 1;
        }
    }

    /// Adds the counts of another text.
    pub fn merge(&mut self, other: &Self) {
        for (character, count) in other.iter() {
            *self.slot(character) += count;
        }
    }

    /// The characters that occur, in the order of their code points, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (char, u64)> + '_ {
        let blocks = (0..).step_by(BLOCK).zip(&self.blocks);
        let counts = blocks.flat_map(|(first, block)| {
            block.iter().flat_map(move |block| (first..).zip(block.iter().copied()))
        });
        counts
            .filter_map(|(code, count)| Some((char::from_u32(code)?, count)))
            .filter(|it| it.1 > 0)
    }

    /// The number of distinct characters.
    pub fn distinct(&self) -> usize {
        self.iter().count()
    }

    /// The number of characters.
    pub fn total(&self) -> u64 {
        self.iter().map(|(_, count)| count).sum()
    }

    fn slot(&mut self, character: char) -> &mut u64 {
        let code = u32::from(character) as usize;
        let block = code / BLOCK;
        if block >= self.blocks.len() {
            self.blocks.resize(block + 1, None);
        }
        &mut self.blocks[block].get_or_insert_with(|| Box::new([0; BLOCK]))[code % BLOCK]
    }
}

impl From<Vec<(char, u64)>> for Counts {
    fn from(list: Vec<(char, u64)>) -> Self {
        let mut counts = Self::default();
        for (character, count) in list {
            *counts.slot(character) += count;
        }
        counts
    }
}

impl From<Counts> for Vec<(char, u64)> {
    fn from(counts: Counts) -> Self {
        counts.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_in_the_order_of_their_code_points() {
        let mut counts = Counts::of("b\u{10FFFF}a爱");
        counts.merge(&Counts::of("爱a"));
        let list: Vec<_> = counts.iter().collect();
        assert_eq!(list, [('a', 2), ('b', 1), ('爱', 2), ('\u{10FFFF}', 1)]);
        assert_eq!((counts.distinct(), counts.total()), (4, 6));
        let json = serde_json::to_string(&counts).unwrap();
        assert_eq!(serde_json::from_str::<Counts>(&json).unwrap(), counts);
    }
}
