//! Which key, table or word somebody meant who wrote something that there is not.

use super::aliases;
use super::keys::{KEYS, Key, TABLES};
use super::nearest::nearest;
use super::setting::Setting;
use super::settings;
use charnn_text::Encoding;

impl Key {
    /// The key that is called `word`, or that other programs call so: a path, a name, or an alias.
    pub fn known(word: &str) -> Option<&'static Self> {
        let word = word.to_lowercase().replace('-', "_");
        let with_table = || KEYS.iter().find(|key| word == format!("{}_{}", key.table, key.name));
        let named = Self::find(&word).or_else(|| called(&word, "")).or_else(with_table);
        named.or_else(|| aliases::key(&word))
    }

    /// Whether `text`, as it would stand behind `--set KEY=`, is a value that it takes.
    pub fn accepts(&self, text: &str) -> bool {
        let value = settings::value(text, self.kind.is_text());
        Setting::plain(&self.table, &self.name, value).check().is_ok()
    }

    /// The key that somebody means who writes `word`: a path, a name, or what other programs call it.
    pub fn meant(word: &str) -> Option<&'static Self> {
        let word = word.replace('-', "_");
        if word.contains('.') { whole(&word) } else { in_none(&word) }
    }
}

/// The key whose whole path somebody meant.
pub(super) fn whole(path: &str) -> Option<&'static Key> {
    let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
    if let Some(key) = called(name, table).or_else(|| aliases::key(name)) {
        return Some(key);
    }
    let paths: Vec<String> = KEYS.iter().map(Key::path).collect();
    nearest(path, paths.iter().map(String::as_str)).and_then(Key::find)
}

/// What somebody meant who wrote `name` in `table`.
pub(super) fn in_table(table: &str, name: &str) -> Option<&'static Key> {
    called(name, table)
        .or_else(|| aliases::key(name))
        .or_else(|| {
            let near = nearest(name, Key::of(table).map(|key| key.name.as_str()));
            near.and_then(|near| Key::at(table, near))
        })
        .or_else(|| in_none(name))
}

/// What somebody meant who wrote `name` in the wrong table or none.
pub(super) fn in_none(name: &str) -> Option<&'static Key> {
    called(name, "").or_else(|| aliases::key(name)).or_else(|| {
        let near = nearest(name, KEYS.iter().map(|key| key.name.as_str()));
        near.and_then(|near| called(near, ""))
    })
}

/// The table that somebody meant who wrote `name`.
pub(super) fn table(name: &str) -> Option<&'static str> {
    nearest(name, TABLES.iter().map(|table| table.name.as_str()))
}

/// The key whose variable somebody meant: `rest` is what follows `CHARNN_`.
pub(super) fn variable(rest: &str) -> Option<&'static Key> {
    let rest = rest.to_lowercase();
    if TABLES.iter().any(|table| table.name == rest) {
        return None; // which of its keys?
    }
    if let Some(key) = KEYS.iter().find(|key| rest == format!("{}_{}", key.table, key.name)) {
        return Some(key);
    }
    if let Some((table, name)) = rest.split_once("__") {
        let path = format!("{table}.{name}");
        return whole(&path).or_else(|| variable(&rest.replace("__", "_")));
    }
    // Most leave the table out, or stop at its underscore.
    called(&rest, "").or_else(|| aliases::key(&rest)).or_else(|| {
        let known = KEYS.iter().flat_map(|key| {
            [(key.name.clone(), key), (format!("{}_{}", key.table, key.name), key)]
        });
        let known: Vec<(String, &'static Key)> = known.collect();
        let near = nearest(&rest, known.iter().map(|(name, _)| name.as_str()))?;
        known.iter().find(|(name, _)| name == near).map(|(_, key)| *key)
    })
}

/// The encoding that somebody meant, by the name nearest to what was written.
pub(super) fn encoding(written: &str) -> Option<String> {
    /// Names that people use besides those that are written.
    const OTHERS: [&str; 8] =
        ["auto", "utf8", "gbk", "gb2312", "latin1", "sjis", "iso-8859-1", "ascii"];
    let known = Encoding::CANDIDATES.map(String::from).into_iter();
    let known: Vec<String> = known.chain(OTHERS.map(str::to_owned)).collect();
    // Which dash or none is what people remember least.
    let plain: Vec<String> = known.iter().map(|name| name.replace('-', "_")).collect();
    let near = nearest(written, plain.iter().map(String::as_str))?;
    let at = plain.iter().position(|name| name == near)?;
    known.into_iter().nth(at)
}

/// The key called `name`; of several, that whose table is most like `table`.
fn called(name: &str, table: &str) -> Option<&'static Key> {
    let named = KEYS.iter().filter(|key| key.name == name);
    named.min_by_key(|key| strsim::osa_distance(&key.table, table))
}
