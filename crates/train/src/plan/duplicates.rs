//! Documents of a corpus that hold the same text.

use std::collections::BTreeMap;

/// Shorter documents may be equal by chance.
const LEAST: usize = 200;
/// Ids that documents are grouped by before they are compared as a whole.
const HEAD: usize = 32;

/// Indices of documents and their ids.
type Documents<'a> = Vec<(usize, &'a [u16])>;

/// Pairs of documents with the same ids: the first one that has them and each later one, in order.
/// Documents begin at `starts`. A last `line_break` does not count: it is added where a document follows.
pub(crate) fn duplicates(
    ids: &[u16],
    starts: &[usize],
    line_break: Option<u16>,
) -> Vec<(usize, usize)> {
    let mut first: BTreeMap<(usize, &[u16]), Documents<'_>> = BTreeMap::new();
    let mut found = Vec::new();
    let ends = starts.iter().skip(1).copied().chain([ids.len()]);
    for (index, (&start, end)) in starts.iter().zip(ends).enumerate() {
        let ids = match &ids[start..end] {
            [text @ .., last] if Some(*last) == line_break => text,
            text => text,
        };
        if ids.len() < LEAST {
            continue;
        }
        let alike = first.entry((ids.len(), &ids[..HEAD])).or_default();
        match alike.iter().find(|(_, other)| *other == ids) {
            Some(&(original, _)) => found.push((original, index)),
            None => alike.push((index, ids)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_documents_are_found_and_short_ones_ignored() {
        let document = |seed: u16, length: u16| (0..length).map(move |at| at * 7 % 50 + seed);
        let lengths_and_seeds =
            [(1, 300), (2, 300), (1, 300), (3, 50), (3, 50), (1, 301), (1, 300)];
        let mut ids: Vec<u16> = Vec::new();
        let mut starts = Vec::new();
        for (seed, length) in lengths_and_seeds {
            starts.push(ids.len());
            ids.extend(document(seed, length));
        }
        assert_eq!(duplicates(&ids, &starts, None), [(0, 2), (0, 6)]);
        // The same beginning, another end.
        let last = ids.len() - 1;
        ids[last] += 1;
        assert_eq!(duplicates(&ids, &starts, None), [(0, 2)]);
    }

    #[test]
    fn a_line_break_at_the_end_makes_no_difference() {
        let text: Vec<u16> = (0..300).map(|at| at % 50).collect();
        let ids = [&text[..], &[99], &text].concat();
        assert_eq!(duplicates(&ids, &[0, 301], Some(99)), [(0, 1)]);
        assert_eq!(duplicates(&ids, &[0, 301], None), []);
    }
}
