//! The rules for dependencies: documented, licensed, from the registry, and used.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(dead_code, reason = "each test program uses a part of the shared module")]

mod workspace;

use std::path::Path;
use workspace::{files_in, list, members, metadata, read, root, text};

/// Licenses that permit use in a program under MIT or Apache-2.0.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0", // unchanged and as a library
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
/// Packages that state their license only in a file.
const IN_A_FILE: [(&str, &str); 1] = [("cfg_block", "Apache-2.0")];

/// Whether a license expression can be met with [`ALLOWED`]. `/` is an older form of `OR`.
fn permitted(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let groups = split(&expression, " AND ");
    if groups.len() > 1 {
        return groups.into_iter().all(permitted);
    }
    let choices = split(&expression, " OR ");
    if choices.len() > 1 {
        return choices.into_iter().any(permitted);
    }
    let one = expression.trim();
    match one.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => permitted(inner),
        None => ALLOWED.contains(&one),
    }
}

/// Splits at `separator` outside of brackets.
fn split<'a>(expression: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, character) in expression.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= start && expression[at..].starts_with(separator) => {
                parts.push(&expression[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[test]
fn license_expressions_are_understood() {
    for good in ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "(MIT OR GPL-3.0) AND Unicode-3.0"] {
        assert!(permitted(good), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR GPL-3.0) AND GPL-2.0", ""] {
        assert!(!permitted(bad), "{bad}");
    }
}

#[test]
fn every_package_is_licensed_and_comes_from_the_registry() {
    let lock = read(&root().join("Cargo.lock")); // before cargo can rewrite it
    let metadata = metadata();
    let packages = list(&metadata["packages"]);
    assert!(packages.len() > 100);
    for package in packages {
        let name = text(&package["name"]);
        let stated = package["license"].as_str();
        let noted = IN_A_FILE.iter().find(|(known, _)| *known == name).map(|(_, license)| *license);
        let license = stated.or(noted).unwrap_or_default();
        assert!(permitted(license), "{name} has the license {license:?}");
    }
    // The lock file also covers platforms and features that were not resolved above.
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    for source in lock.lines().filter(|line| line.starts_with("source = ")) {
        assert_eq!(source, registry);
    }
}

#[test]
fn every_dependency_is_documented() {
    let page = read(&root().join("docs/dependencies.md"));
    let manifest = read(&root().join("Cargo.toml"));
    let table = manifest.split("[workspace.dependencies]\n").nth(1).unwrap();
    let table = table.split("\n[").next().unwrap();
    let names = table.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim());
    let names: Vec<&str> = names.filter(|name| !name.starts_with("charnn-")).collect();
    assert!(names.len() > 20);
    // The first column of the first table.
    let rows = page.lines().take_while(|line| !line.starts_with("## "));
    let cells = rows.filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let cells: String = cells.flat_map(|cell| ["`", cell, " "]).collect();
    let documented: Vec<&str> = cells.split('`').skip(1).step_by(2).collect();
    for name in &names {
        assert!(documented.contains(name), "{name} is missing from docs/dependencies.md");
    }
    for name in documented {
        assert!(names.contains(&name), "docs/dependencies.md lists {name}, which nothing uses");
    }
}

#[test]
fn every_declared_dependency_is_used() {
    let metadata = metadata();
    let mut checked = 0;
    for package in members(&metadata) {
        let folder = Path::new(text(&package["manifest_path"])).parent().unwrap();
        let code = |folders: &[&str]| -> String {
            let folders = folders.iter().map(|name| folder.join(name)).filter(|it| it.is_dir());
            folders.flat_map(|folder| files_in(&folder, "rs")).map(|path| read(&path)).collect()
        };
        let (program, tests) = (code(&["src"]), code(&["src", "tests", "benches", "examples"]));
        for dependency in list(&package["dependencies"]) {
            let name = text(&dependency["name"]).replace('-', "_");
            let code = if dependency["kind"].is_null() { &program } else { &tests };
            let mut lines = code.lines().map(str::trim).filter(|line| !line.starts_with("//"));
            let used = lines.any(|line| names(line, &name));
            assert!(used, "{} does not use {name}", text(&package["name"]));
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked} dependencies");
}

/// Whether a line of code names a crate: `name::`, or `use name` as a whole.
fn names(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + name.len()..];
        let begins = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.');
        begins
            && (after.starts_with("::") || (line.contains("use ") && after.starts_with([';', ' '])))
    })
}
