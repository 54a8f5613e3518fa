//! Whoever makes one mistake in a word is told the word: every key with every single edit.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::print_stdout, reason = "the rate is what the test is about")]

use charnn_train::{ConfigError, RunConfig, Settings};
use std::collections::BTreeSet;
use std::path::Path;

/// Every letter left out, added, changed or swapped with the next.
fn edits(word: &str) -> BTreeSet<String> {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789_";
    let mut found = BTreeSet::new();
    for at in 0..=word.len() {
        let (before, after) = word.split_at(at);
        let rest = after.get(1..).unwrap_or_default();
        found.extend(LETTERS.chars().map(|letter| format!("{before}{letter}{after}")));
        if !after.is_empty() {
            found.insert(format!("{before}{rest}"));
            found.extend(LETTERS.chars().map(|letter| format!("{before}{letter}{rest}")));
        }
        if after.len() > 1 {
            found.insert(format!("{before}{}{}{}", &after[1..2], &after[..1], &after[2..]));
        }
    }
    found.remove(word);
    found.remove("");
    found
}

fn keys() -> Vec<(String, String)> {
    let all = toml::Table::try_from(RunConfig::default()).unwrap();
    let of = |(table, keys): (String, toml::Value)| {
        let names: Vec<String> = keys.as_table().unwrap().keys().cloned().collect();
        names.into_iter().map(move |name| (table.clone(), name))
    };
    all.into_iter().filter(|(_, keys)| keys.is_table()).flat_map(of).collect()
}

/// What is said of the first thing that is wrong with `file`, changed by `change`.
fn told(file: &str, change: impl FnOnce(&mut Settings)) -> String {
    let mut settings = Settings::parse("exp", "exp.toml", file.as_bytes(), Path::new("")).unwrap();
    change(&mut settings);
    match settings.resolve() {
        Err(ConfigError::Problems(problems)) => problems[0].marks[0].1.clone(),
        other => panic!("{file}: {other:?}"),
    }
}

/// Prints and holds the share of `right` in `all`.
#[track_caller]
fn at_least_99_percent(what: &str, right: usize, all: usize) {
    let share = 100.0 * right as f64 / all as f64;
    println!("{what}: {right} of {all} misspellings lead to the right word, {share:.2} %");
    assert!(share >= 99.0 && all > 100, "{what}: {share:.2} % of {all}");
}

#[test]
fn a_misspelt_key_in_a_file_leads_to_the_key() {
    let (mut right, mut all) = (0, 0);
    let keys = keys();
    for (table, name) in &keys {
        for typo in edits(name) {
            if keys.contains(&(table.clone(), typo.clone())) {
                continue;
            }
            all += 1;
            let label = told(&format!("[{table}]\n{typo} = 1\n"), |_| {});
            right += usize::from(label == format!("did you mean `{name}`?"));
        }
    }
    at_least_99_percent("keys in a file", right, all);
}

#[test]
fn a_misspelt_path_of_set_leads_to_the_key() {
    let (mut right, mut all) = (0, 0);
    let keys = keys();
    for (table, name) in &keys {
        let path = format!("{table}.{name}");
        for typo in edits(&path) {
            if keys.iter().any(|(table, name)| typo == format!("{table}.{name}")) {
                continue;
            }
            all += 1;
            let label = told("", |settings| settings.set(&format!("{typo}=1")));
            right += usize::from(label == format!("did you mean `{path}`?"));
        }
    }
    at_least_99_percent("paths of --set", right, all);
}

#[test]
fn a_misspelt_variable_leads_to_the_variable() {
    let (mut right, mut all) = (0, 0);
    let keys = keys();
    for (table, name) in &keys {
        let variable = format!("{table}__{name}").to_uppercase();
        for typo in
            edits(name).into_iter().filter(|typo| !keys.contains(&(table.clone(), typo.clone())))
        {
            let typo = format!("CHARNN_{table}__{typo}").to_uppercase();
            all += 1;
            let label = told("", |settings| settings.environment([(typo, "1".to_owned())]));
            right += usize::from(label == format!("did you mean CHARNN_{variable}?"));
        }
    }
    at_least_99_percent("variables", right, all);
}

#[test]
fn a_variable_without_its_table_leads_to_the_variable() {
    let (mut right, mut all) = (0, 0);
    let keys = keys();
    let mut names: Vec<&String> = keys.iter().map(|(_, name)| name).collect();
    names.sort();
    // With nothing wrong but that the table is missing, and with a letter wrong besides.
    for name in &names {
        let written = BTreeSet::from([(*name).clone()]);
        let written =
            if name.len() > 8 { written.into_iter().chain(edits(name)).collect() } else { written };
        for typo in written {
            if typo != **name && names.contains(&&typo) || typo.contains("__") {
                continue;
            }
            let typo = format!("CHARNN_{}", typo.to_uppercase());
            all += 1;
            let label = told("", |settings| settings.environment([(typo, "1".to_owned())]));
            right += usize::from(label.ends_with(&format!("__{}?", name.to_uppercase())));
        }
    }
    at_least_99_percent("variables without a table", right, all);
}

#[test]
fn a_misspelt_table_leads_to_the_table() {
    let (mut right, mut all) = (0, 0);
    let tables: BTreeSet<String> = keys().into_iter().map(|(table, _)| table).collect();
    for table in &tables {
        for typo in edits(table).into_iter().filter(|typo| !tables.contains(typo)) {
            all += 1;
            let label = told(&format!("[{typo}]\n"), |_| {});
            right += usize::from(label == format!("did you mean [{table}]?"));
        }
    }
    at_least_99_percent("tables", right, all);
}
