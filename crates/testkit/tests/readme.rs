//! README.md and README.zh-CN.md say the same: what can be compared without knowing Chinese is compared.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::PathBuf;

const NAMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

fn root() -> PathBuf {
    charnn_testkit::workspace_root().canonicalize().unwrap()
}

/// Both files, without the links between them.
fn readmes() -> [String; 2] {
    NAMES.map(|name| {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let other = NAMES.iter().find(|other| **other != name).unwrap();
        let link = format!("]({other})\n");
        assert!(text.contains(&link), "{name} has no link to {other}");
        text.replace(&link, "]()\n")
    })
}

/// What is inside and what is outside of code blocks.
fn parts(text: &str) -> (Vec<&str>, String) {
    let parts: Vec<&str> = text.split("```").collect();
    let outside = parts.iter().step_by(2).copied().collect::<Vec<_>>().join("\n");
    (parts.into_iter().skip(1).step_by(2).collect(), outside)
}

/// The levels of the headings, in order.
fn headings(text: &str) -> Vec<usize> {
    let (_, outside) = parts(text);
    let levels = outside.lines().map(|line| line.chars().take_while(|it| *it == '#').count());
    levels.filter(|level| *level > 0).collect()
}

/// The lines of a shell, without comments.
fn commands(text: &str) -> Vec<String> {
    let (blocks, _) = parts(text);
    let shell = blocks.into_iter().filter_map(|block| block.strip_prefix("sh\n"));
    let lines = shell.flat_map(str::lines);
    lines.map(|line| line.split(" #").next().unwrap().trim_end().to_owned()).collect()
}

/// Everything between backticks in running text, whose line breaks count as spaces.
fn spans(text: &str) -> BTreeSet<String> {
    let (_, outside) = parts(text);
    let spans = outside.split('`').skip(1).step_by(2);
    spans.map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The targets of links, but for those inside the file.
fn links(text: &str) -> BTreeSet<&str> {
    let targets = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    targets.filter(|target| !target.is_empty() && !target.starts_with('#')).collect()
}

/// The numbers of each section, in order of their digits.
fn numbers(text: &str) -> Vec<Vec<&str>> {
    let sections = text.split("\n## ");
    let of = |section| {
        let digits =
            str::split(section, |it: char| !it.is_ascii_digit() && !matches!(it, '.' | ','));
        let mut numbers: Vec<&str> = digits
            .map(|number| number.trim_matches(['.', ',']))
            .filter(|number| !number.is_empty())
            .collect();
        numbers.sort_unstable();
        numbers
    };
    sections.map(of).collect()
}

#[test]
fn the_headings_correspond_one_to_one() {
    let [english, chinese] = readmes();
    assert_eq!(headings(&english), headings(&chinese));
    assert!(headings(&english).len() > 5);
}

#[test]
fn every_command_stands_in_both() {
    let [english, chinese] = readmes();
    assert_eq!(commands(&english), commands(&chinese));
    assert!(commands(&english).len() > 12);
    assert_eq!(spans(&english), spans(&chinese));
    assert!(spans(&english).len() > 60);
}

#[test]
fn every_link_stands_in_both_and_leads_somewhere() {
    let readmes = readmes();
    let [english, chinese] = &readmes;
    assert_eq!(links(english), links(chinese));
    for target in links(english) {
        let file = target.split('#').next().unwrap();
        assert!(target.starts_with("https://") || root().join(file).exists(), "{target}");
    }
    for text in &readmes {
        for inside in text.split("](#").skip(1) {
            let heading = inside.split(')').next().unwrap();
            assert!(text.to_lowercase().contains(&format!("\n## {heading}\n")), "#{heading}");
        }
    }
}

#[test]
fn every_number_stands_in_both() {
    let [english, chinese] = readmes();
    assert_eq!(numbers(&english), numbers(&chinese));
}
