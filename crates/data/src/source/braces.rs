//! Patterns that name several things by their words: `novels/{emma,persuasion}.txt`.

use std::path::{Path, PathBuf, absolute};

/// What `pattern` stands for, in its order; nothing if it has no braces.
pub(crate) fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let (before, rest) = pattern.split_once('{')?;
    let (words, after) = rest.split_once('}')?;
    Some(words.split(',').map(|word| format!("{before}{word}{after}")).collect())
}

/// A pattern that stands for exactly these files, folders and patterns, in their order.
///
/// `None` where a name is not UTF-8 or has a character that braces need, where they are not on one
/// drive, and where the working directory is not known.
///
/// # Panics
/// When there are none.
pub fn pattern_of(paths: &[PathBuf]) -> Option<String> {
    let paths = paths.iter().map(absolute).collect::<Result<Vec<_>, _>>().ok()?;
    if !paths.iter().all(|path| is_plain(path)) {
        return None;
    }
    let mut folder = paths[0].parent()?;
    while !paths.iter().all(|path| path.starts_with(folder) && path != folder) {
        folder = folder.parent()?;
    }
    let words = paths.iter().map(|path| path.strip_prefix(folder).ok()?.to_str());
    let words = words.collect::<Option<Vec<&str>>>()?.join(",");
    folder.join(format!("{{{words}}}")).to_str().map(str::to_owned)
}

/// Whether a path has no sign that braces need.
fn is_plain(path: &Path) -> bool {
    !path.as_os_str().as_encoded_bytes().iter().any(|byte| b"{},".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_stand_for_each_of_their_words() {
        let of = |pattern| alternatives(pattern).unwrap_or_default().join(" ");
        assert_eq!(of("a/{b,c}.txt"), "a/b.txt a/c.txt");
        assert_eq!(of("{a/b.txt,c*}"), "a/b.txt c*");
        assert_eq!(of("a/b.txt") + &of("{a") + &of("a}{"), "");
    }

    #[test]
    fn files_become_a_pattern_that_stands_for_them() {
        let of = |names: &[&str]| pattern_of(&names.iter().map(PathBuf::from).collect::<Vec<_>>());
        let there = std::env::current_dir().unwrap();
        for names in [&["b.txt", "a.txt"][..], &["b.txt", "x/a.txt", "x/y*"], &["x", "x/a.txt"]] {
            let pattern = of(names).unwrap();
            let expected = names.iter().map(|name| there.join(name).display().to_string());
            assert_eq!(alternatives(&pattern), Some(expected.collect()), "{pattern}");
        }
        assert_eq!(of(&["a,b.txt", "c.txt"]), None);
    }
}
