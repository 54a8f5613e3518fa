//! All keys and tables.

use super::key::{Key, Table};
use super::schema;
use std::sync::LazyLock;

/// All keys, table by table, in the order of the structs.
pub static KEYS: LazyLock<Vec<Key>> = LazyLock::new(schema::keys);

/// All tables, in the order of the structs.
pub static TABLES: LazyLock<Vec<Table>> = LazyLock::new(schema::tables);

/// Keys that version 1 had under another name.
pub const RENAMED: [(&str, &str); 5] = [
    ("data.valid_fraction", "data.val_fraction"),
    ("model.embedding_size", "model.embedding_dim"),
    ("model.tie_embedding", "model.tie_weights"),
    ("train.accumulate", "train.gradient_accumulation"),
    ("train.objective", "train.predict"),
];

impl Key {
    /// The key with this path, such as `train.batch_size`.
    pub fn find(path: &str) -> Option<&'static Self> {
        let (table, name) = path.split_once('.')?;
        Self::at(table, name)
    }

    /// The key called `name` in `table`.
    pub fn at(table: &str, name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.table == table && key.name == name)
    }

    /// All keys of `table`.
    pub fn of(table: &str) -> impl Iterator<Item = &'static Self> {
        KEYS.iter().filter(move |key| key.table == table)
    }

    /// The key that was called `path` in version 1.
    pub fn renamed(path: &str) -> Option<&'static Self> {
        RENAMED.iter().find(|(old, _)| *old == path).and_then(|(_, new)| Self::find(new))
    }

    /// What a resumed run may change: tables whose keys may all be changed, and single keys.
    pub fn changeable() -> Vec<String> {
        let mut found = Vec::new();
        for Table { name, .. } in TABLES.iter() {
            if Self::of(name).all(|key| key.changeable) {
                found.push(name.clone());
            } else {
                found.extend(Self::of(name).filter(|key| key.changeable).map(Self::path));
            }
        }
        found
    }
}

/// Whether there is a table called `name`.
pub(crate) fn is_table(name: &str) -> bool {
    TABLES.iter().any(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunConfig;
    use crate::keys::Kind;
    use charnn_message::Text;

    #[test]
    fn every_field_is_a_key_with_a_description_in_both_languages() {
        let defaults = toml::Table::try_from(RunConfig::default()).expect("plain TOML");
        let mut count = 0;
        for (table, keys) in defaults.iter().filter(|(_, keys)| keys.is_table()) {
            let about = &TABLES.iter().find(|known| known.name == *table).expect(table).about;
            assert!(!about.english.is_empty() && !about.chinese.is_empty(), "{table}");
            for (name, default) in keys.as_table().expect("a table") {
                let key = Key::at(table, name).unwrap_or_else(|| panic!("{table}.{name}"));
                assert!(key.kind.accepts(default), "{key:?}");
                let Text { english, chinese } = &key.about;
                assert!(english.ends_with('.') && english.len() > 10, "{key:?}");
                assert!(chinese.ends_with('。') && chinese != english, "{key:?}");
                if let Kind::Choice(words) = &key.kind {
                    let silent = words.iter().find(|word| word.about.chinese.is_empty());
                    assert!(silent.is_none(), "{}: {silent:?}", key.path());
                }
                count += 1;
            }
        }
        assert_eq!(KEYS.len(), count);
        assert_eq!(KEYS[0].path(), "data.path");
        assert_eq!(KEYS.last().map(Key::path).as_deref(), Some("run.name"));
    }

    #[test]
    fn ranges_come_from_the_attributes() {
        let kind = |path| Key::find(path).expect(path).kind.expected();
        assert_eq!(kind("train.batch_size").english, "a whole number from 1 to 65536");
        assert_eq!(kind("train.seed").english, "a whole number, at least 0");
        assert_eq!(kind("train.learning_rate").english, "a number above 0 and at most 10");
        assert_eq!(kind("model.dropout").english, "a number from 0 to below 1");
        assert_eq!(kind("train.predict").english, "\"all\" or \"last\"");
        assert!(kind("train.device").chinese.ends_with("\"software\" 或 \"ndarray\""));
        assert_eq!(kind("run.name").english, "text in quotes");
        assert_eq!(Key::find("data.path").map(|key| &key.kind), Some(&Kind::Sources));
    }

    #[test]
    fn keys_that_resume_may_change_are_marked() {
        let changeable = Key::changeable();
        for expected in ["train.epochs", "train.device", "sample", "checkpoint"] {
            assert!(changeable.iter().any(|path| path == expected), "{changeable:?}");
        }
        assert!(!Key::find("model.hidden_size").expect("a key").changeable);
    }

    #[test]
    fn old_names_are_not_keys_and_new_ones_are() {
        for (old, new) in RENAMED {
            assert!(Key::find(old).is_none() && Key::find(new).is_some(), "{old} {new}");
            assert_eq!(Key::renamed(old).map(Key::path).as_deref(), Some(new));
        }
    }
}
