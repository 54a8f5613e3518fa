//! The shipped configurations: short, with reasons, and with the values they had in version 1.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_config::{KEYS, RunConfig, Settings, Sources, read_config, shipped_names};
use charnn_text::{Source, Whitespace};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs")
}

/// Name and values of each configuration, as version 1 had them.
fn goldens() -> Vec<(String, RunConfig)> {
    let lines = include_str!("goldens/shipped-version-1.jsonl").lines();
    let read = |line: &str| {
        let mut values: toml::Table = serde_json::from_str(line).unwrap();
        let name = values.remove("name").unwrap().as_str().unwrap().to_owned();
        let mut config = RunConfig::from_run_file(values.to_string().as_bytes()).unwrap();
        config.data.whitespace = Whitespace::Auto; // the default since version 2
        (name, config)
    };
    lines.map(read).collect()
}

fn file_name(sources: &Sources) -> String {
    match &sources.0[..] {
        [Source::File(path)] => path.file_name().unwrap().to_str().unwrap().to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_file_has_the_values_of_version_1_and_is_inside_the_program() {
    let goldens = goldens();
    let files = std::fs::read_dir(folder()).unwrap().count();
    // The Chinese quickstart and the names are younger than version 1.
    assert_eq!((goldens.len() + 2, shipped_names().count()), (files, files));
    for (name, golden) in goldens {
        let file = read_config(&folder().join(format!("{name}.toml"))).unwrap().resolve().unwrap();
        assert_eq!(file_name(&file.data.path), file_name(&golden.data.path), "{name}");
        let path = golden.data.path.clone();
        let mut values = RunConfig { run: golden.run.clone(), ..file };
        values.data.path = path;
        assert_eq!(values, golden, "{name}");

        let mut inside = Settings::shipped(&name).unwrap().unwrap().resolve().unwrap();
        if let [Source::File(path)] = &inside.data.path.0[..] {
            let data = std::env::current_dir().unwrap().join("data");
            assert_eq!(path.parent(), Some(&*data), "{name}");
        }
        inside.data.path = golden.data.path.clone();
        assert_eq!(inside, golden, "{name}");
    }
}

#[test]
fn no_text_and_no_configuration_inside_the_program_have_the_same_name() {
    let mut texts = charnn_text::BUILTIN.iter().map(|(name, _)| *name);
    assert!(texts.all(|text| shipped_names().all(|name| name != text)));
    assert!(Settings::shipped("tales").is_none());
}

#[test]
fn every_line_differs_from_the_default_and_says_why() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for (at, line) in text.lines().enumerate() {
            let is_key = !line.starts_with('#') && line.contains('=');
            let silent = is_key && !line.contains("# ") && !line.starts_with("config_version");
            assert!(!silent, "{}:{}: {line}", path.display(), at + 1);
            assert!(line.chars().count() <= 110, "{}:{}", path.display(), at + 1);
        }
        let values: toml::Table = text.parse().unwrap();
        for key in KEYS.iter() {
            let value = values.get(&key.table).and_then(|table| table.get(&key.name));
            assert!(value != Some(&key.default), "{}: {}", path.display(), key.path());
        }
    }
}
