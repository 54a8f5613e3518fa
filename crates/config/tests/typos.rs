//! Every key with every single edit leads back to the key; names of other programs do too.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_config::{KEYS, Key, Settings, TABLES};
use std::collections::BTreeSet;
use std::path::Path;

/// Every letter left out, added, changed, or swapped with the next.
fn edits(word: &str) -> BTreeSet<String> {
    const LETTERS: &str = "ae1_";
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

/// The hint of the first problem.
fn hint(file: &str, change: impl FnOnce(&mut Settings)) -> String {
    let mut settings = Settings::parse("exp", "exp.toml", file.as_bytes(), Path::new("")).unwrap();
    change(&mut settings);
    let problem = settings.resolve().unwrap_err().messages().remove(0);
    problem.hints.first().map(|hint| hint.english.clone()).unwrap_or_default()
}

fn of_set(path: &str) -> String {
    hint("", |settings| settings.set("--set", &format!("{path}=1")))
}

fn of_variable(name: &str) -> String {
    hint("", |settings| settings.environment([(name.to_owned(), "1".to_owned())]))
}

/// Holds that nearly all `cases`, each with what was told and what is right, are right.
#[track_caller]
fn at_least_99_percent(cases: &[(String, String)]) {
    let wrong: Vec<_> = cases.iter().filter(|(told, right)| told != right).collect();
    let share = wrong.len() as f64 / cases.len() as f64;
    assert!(share <= 0.01 && cases.len() > 100, "{share} of {}: {wrong:?}", cases.len());
}

#[test]
fn single_edits_lead_back() {
    let (mut in_file, mut in_set, mut in_variable) = (Vec::new(), Vec::new(), Vec::new());
    for Key { table, name, .. } in KEYS.iter() {
        let others = |typo: &str| Key::at(table, typo).is_some();
        for typo in edits(name).into_iter().filter(|typo| !others(typo)) {
            let told = hint(&format!("[{table}]\n{typo} = 1\n"), |_| {});
            in_file.push((told, format!("did you mean `{name}`?")));
            let variable = format!("CHARNN_{table}__{name}").to_uppercase();
            let told = of_variable(&format!("CHARNN_{table}__{typo}").to_uppercase());
            in_variable.push((told, format!("did you mean {variable}?")));
        }
        let path = format!("{table}.{name}");
        for typo in edits(&path).into_iter().filter(|typo| Key::find(typo).is_none()) {
            in_set.push((of_set(&typo), format!("did you mean `{path}`?")));
        }
    }
    at_least_99_percent(&in_file);
    at_least_99_percent(&in_set);
    at_least_99_percent(&in_variable);
    let mut of_tables = Vec::new();
    for table in TABLES.iter() {
        let is_table = |typo: &String| TABLES.iter().any(|table| table.name == *typo);
        for typo in edits(&table.name).into_iter().filter(|typo| !is_table(typo)) {
            let told = hint(&format!("[{typo}]\n"), |_| {});
            of_tables.push((told, format!("did you mean [{}]?", table.name)));
        }
    }
    at_least_99_percent(&of_tables);
}

#[test]
fn names_of_other_programs_lead_to_the_key() {
    for (name, key) in [
        ("lr", "train.learning_rate"),
        ("scheduler", "train.lr_schedule"),
        ("hidden", "model.hidden_size"),
        ("rnn_size", "model.hidden_size"),
        ("layers", "model.num_layers"),
        ("batch", "train.batch_size"),
        ("seq_len", "train.seq_length"),
        ("block_size", "train.seq_length"),
        ("wd", "train.weight_decay"),
        ("clip", "train.grad_clip"),
        ("text", "data.path"),
        ("out_dir", "run.root"),
    ] {
        let plain = key.split_once('.').unwrap().1;
        let variable = key.to_uppercase().replacen('.', "__", 1);
        assert_eq!(of_set(name), format!("did you mean `{key}`?"));
        assert_eq!(of_set(&format!("train.{name}")), format!("did you mean `{key}`?"));
        let told = hint(&format!("[train]\n{name} = 1\n"), |_| {});
        assert!(told.starts_with(&format!("did you mean `{plain}`")), "{told}");
        let bare = of_variable(&format!("CHARNN_{}", name.to_uppercase()));
        assert_eq!(bare, format!("did you mean CHARNN_{variable}?"));
        assert_eq!(Key::known(name).map(Key::path).as_deref(), Some(key));
    }
    assert_eq!(hint("[train]\ndropout = 0.1\n", |_| {}), "it belongs in [model]");
}

#[test]
fn no_variable_is_ignored() {
    for (name, meant) in [
        ("BATCH_SIZE", "TRAIN__BATCH_SIZE"),
        ("DEVICE", "TRAIN__DEVICE"),
        ("CELL", "MODEL__CELL"),
        ("BATCHSIZE", "TRAIN__BATCH_SIZE"),
        ("TRAIN_BATCH_SIZE", "TRAIN__BATCH_SIZE"),
        ("TRAIN_BATCHSIZE", "TRAIN__BATCH_SIZE"),
        ("HIDDEN__SIZE", "MODEL__HIDDEN_SIZE"),
        ("EVERY_STEPS", "EVAL__EVERY_STEPS"),
    ] {
        assert_eq!(of_variable(&format!("CHARNN_{name}")), format!("did you mean CHARNN_{meant}?"));
    }
    for name in ["CHARNN_LANG", "CHARNN_", "CHARNN_ZZZZ"] {
        assert!(of_variable(name).contains("CHARNN_TRAIN__EPOCHS"), "{name}");
    }
    let mut settings =
        Settings::parse("exp", "exp.toml", b"data.path = \"a\"", Path::new("")).unwrap();
    settings.environment([("HOME__X".to_owned(), "1".to_owned())]);
    assert!(settings.resolve().is_ok());
}
