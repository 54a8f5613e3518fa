//! The documentation describes this tree: links lead somewhere, paths exist, and the table of crates
//! in ARCHITECTURE.md matches the dependencies.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(dead_code, reason = "each test program uses a part of the shared module")]

mod workspace;

use std::collections::BTreeSet;
use std::path::Path;
use workspace::{files, list, members, metadata, read, root, text};

/// The text of every page outside of code blocks, with its path relative to the root.
fn pages() -> Vec<(String, String)> {
    let prose = |path: &Path| -> String { read(path).split("```").step_by(2).collect() };
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    let pages: Vec<_> = files("md").iter().map(|path| (name(path), prose(path))).collect();
    assert!(pages.len() > 10, "the walk found nothing");
    pages
}

/// `a/{b,c}/d` as `a/b/d` and `a/c/d`.
fn alternatives(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let (choices, after) = rest.split_once('}').expect("a closing brace");
    choices.split(',').flat_map(|it| alternatives(&format!("{before}{it}{after}"))).collect()
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut checked = 0;
    for (name, prose) in pages() {
        let folder = root().join(&name).parent().unwrap().to_owned();
        for target in prose.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if target.starts_with("https://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { root().join(&name) } else { folder.join(file) };
            assert!(file.exists(), "{name} links to {target}");
            if !heading.is_empty() {
                let page = read(&file);
                let mut anchors = page.lines().filter(|line| line.starts_with('#')).map(anchor);
                assert!(anchors.any(|anchor| anchor == heading), "{name} links to {target}");
            }
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked} links");
}

#[test]
fn every_path_exists() {
    let crates: Vec<String> = list(&metadata()["workspace_members"])
        .iter()
        .map(|id| text(id).split('#').next().unwrap().rsplit('/').next().unwrap().to_owned())
        .collect();
    let folders = ["crates", "configs", "docs", "scripts", "fuzz"];
    let mut checked = 0;
    for (name, prose) in pages() {
        for span in prose.split('`').skip(1).step_by(2) {
            let Some((first, rest)) = span.split_once('/') else { continue };
            // The name of a crate means its folder, as in `train/src/step.rs`.
            let inside = rest.starts_with("src/") || rest.starts_with("tests/");
            let of_crate = inside && crates.iter().any(|it| it == first);
            let word = span.split(' ').next().unwrap();
            if word.contains('*') || !(of_crate || folders.contains(&first)) {
                continue;
            }
            for path in alternatives(word) {
                let folder = if of_crate { root().join("crates") } else { root() };
                assert!(folder.join(&path).exists(), "{name} names {path}, which does not exist");
                checked += 1;
            }
        }
    }
    assert!(checked > 40, "{checked} paths");
}

#[test]
fn the_table_of_crates_is_that_of_cargo() {
    let page = read(&root().join("ARCHITECTURE.md"));
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    let rows: Vec<(&str, Vec<&str>)> =
        rows.map(|(name, rest)| (name, rest.split('|').map(str::trim).collect())).collect();
    let metadata = metadata();
    let mut seen = BTreeSet::new();
    for package in members(&metadata) {
        let name = text(&package["name"]).strip_prefix("charnn-").unwrap();
        let (_, cells) = rows.iter().find(|(row, _)| *row == name).unwrap_or_else(|| {
            panic!("{name} is missing from the table of crates in ARCHITECTURE.md")
        });
        let may_use: Vec<&str> = cells[1].split('`').skip(1).step_by(2).collect();
        for dependency in list(&package["dependencies"]) {
            let ours = text(&dependency["name"]).strip_prefix("charnn-");
            let direct = dependency["kind"].is_null();
            let Some(ours) = ours.filter(|it| direct && *it != "message") else { continue };
            let listed = cells[1].contains("all") || may_use.contains(&ours);
            assert!(listed, "{name} uses {ours}; ARCHITECTURE.md says {}", cells[1]);
        }
        seen.insert(name);
    }
    for (row, _) in rows {
        assert!(seen.contains(row), "ARCHITECTURE.md lists the crate {row}, which does not exist");
    }
}
