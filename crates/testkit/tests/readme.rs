//! README.md and README.zh-CN.md have the same content: commands, links, headings and numbers are
//! compared.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use std::collections::BTreeSet;
use std::path::PathBuf;

const NAMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

fn root() -> PathBuf {
    charnn_testkit::workspace_root().canonicalize().unwrap()
}

/// A README, split at its code blocks.
struct Readme {
    /// The text outside of code blocks.
    prose: String,
    /// The code blocks, each with its language on the first line.
    blocks: Vec<String>,
}

/// Both files, without the links to each other.
fn readmes() -> [Readme; 2] {
    NAMES.map(|name| {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let other = NAMES.iter().find(|other| **other != name).unwrap();
        let link = format!("]({other})\n");
        assert!(text.contains(&link), "{name} has no link to {other}");
        let text = text.replace(&link, "]\n");
        let parts: Vec<&str> = text.split("```").collect();
        Readme {
            prose: parts.iter().step_by(2).copied().collect(),
            blocks: parts.iter().skip(1).step_by(2).map(|block| (*block).to_owned()).collect(),
        }
    })
}

impl Readme {
    /// The levels of the headings, in order.
    fn headings(&self) -> Vec<usize> {
        let levels = self.prose.lines().map(|line| line.chars().take_while(|c| *c == '#').count());
        levels.filter(|level| *level > 0).collect()
    }

    /// The lines of code blocks without their comments; of the source tree, the names.
    fn code(&self) -> Vec<String> {
        let lines = self.blocks.iter().flat_map(|block| {
            let tree = block.contains("\ncharnn/\n");
            block.lines().map(move |line| {
                let end = if tree { line.trim_start().find(' ') } else { line.find(" #") };
                let indent = if tree { line.len() - line.trim_start().len() } else { 0 };
                end.map_or(line, |end| &line[..indent + end]).trim_end().to_owned()
            })
        });
        lines.collect()
    }

    /// Everything between backticks.
    fn spans(&self) -> BTreeSet<&str> {
        self.prose.split('`').skip(1).step_by(2).collect()
    }

    /// The targets of links.
    fn links(&self) -> Vec<&str> {
        self.prose.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect()
    }

    /// The numbers of each section, sorted as text: two languages may order a sentence differently.
    fn numbers(&self) -> Vec<Vec<&str>> {
        let sections = self.prose.split("\n## ").map(|section| {
            let digits = section.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','));
            let mut numbers: Vec<&str> = digits
                .map(|number| number.trim_matches(['.', ',']))
                .filter(|number| !number.is_empty())
                .collect();
            numbers.sort_unstable();
            numbers
        });
        sections.collect()
    }
}

#[test]
fn headings_code_and_numbers_are_the_same() {
    let [english, chinese] = readmes();
    assert_eq!(english.headings(), chinese.headings());
    assert!(english.headings().len() > 5);
    assert_eq!(english.code(), chinese.code());
    assert!(english.code().len() > 40);
    assert_eq!(english.spans(), chinese.spans());
    assert!(english.spans().len() > 10);
    assert_eq!(english.numbers(), chinese.numbers());
}

#[test]
fn links_are_the_same_and_lead_somewhere() {
    let [english, chinese] = readmes();
    assert_eq!(english.links(), chinese.links());
    assert!(english.links().len() > 10);
    for target in english.links() {
        assert!(target.starts_with("https://") || root().join(target).exists(), "{target}");
    }
}
