//! The rules of the workspace, as tests: what ARCHITECTURE.md promises is checked here.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(dead_code, reason = "each test program uses a part of the shared module")]

mod workspace;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use workspace::{files, imports, list, metadata, read, root};

/// A file holds one idea; past this many lines it holds two.
const MOST_LINES: usize = 500;

#[test]
fn crates_without_tensors_link_no_burn() {
    let metadata = metadata();
    let packages = list(&metadata["packages"]);
    let free = [
        "bundle", "config", "cpu", "data", "exchange", "infer", "message", "mpi", "report", "runs",
        "serve", "sweep", "text", "web",
    ]
    .map(|name| format!("charnn-{name}"));
    let free = packages.iter().filter(|package| free.iter().any(|name| package["name"] == *name));
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = free.map(|package| package["id"].as_str().unwrap()).collect();
    assert_eq!(open.len(), 14, "all of them are there");
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = list(&metadata["resolve"]["nodes"]).iter().find(|node| node["id"] == id);
        let linked = list(&node.unwrap()["deps"]).iter().filter(|dependency| {
            list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
        });
        open.extend(linked.map(|dependency| dependency["pkg"].as_str().unwrap()));
    }
    assert!(seen.len() > 3, "the walk found nothing");
    for package in packages.iter().filter(|p| seen.contains(p["id"].as_str().unwrap())) {
        let name = package["name"].as_str().unwrap();
        assert!(
            !["burn", "cubecl", "wgpu"].iter().any(|banned| name.starts_with(banned)),
            "one of them links {name}"
        );
    }
}

#[test]
fn only_kernels_names_a_backend_and_few_crates_start_threads() {
    let names = ["flex", "ndarray", "wgpu", "cubecl", "vulkan"].map(|name| format!("::{name}("));
    let paths = ["burn::backend", "burn_flex", "burn_ndarray", "burn_wgpu", "burn_cubecl", "rayon"];
    for path in files("rs") {
        let inside = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let test = inside.contains("/tests/") || inside.contains("/benches/");
        let allowed = ["crates/kernels/", "crates/cpu/", "crates/infer/", "crates/testkit/"];
        if test || allowed.iter().any(|folder| inside.starts_with(folder)) {
            continue;
        }
        let text = read(&path);
        let code = text.split("#[cfg(test)]").next().unwrap();
        for name in names.iter().map(String::as_str).chain(paths) {
            assert!(!code.contains(name), "{inside} names {name}");
        }
    }
}

#[test]
fn only_the_right_crates_open_files_print_or_read_the_environment() {
    let rules: [(&str, &[&str]); 3] = [
        (
            "std::fs",
            &[
                "data/src/corpus/cache.rs",
                "data/src/source/files.rs",
                "config/src/file.rs",
                "runs/src/",
                "sweep/src/",
                "cli/src/commands/shell.rs",
                "cli/src/training/memory.rs",
                "testkit/",
            ],
        ),
        ("std::env::", &["testkit/", "cli/src/main.rs", "cli/src/environment.rs"]),
        (
            "stderr()",
            &[
                "cli/src/terminal/mod.rs",
                "cli/src/environment.rs",
                "cli/src/training/report/console.rs",
            ],
        ),
    ];
    for path in files("rs") {
        let inside = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        if !inside.starts_with("crates/") || !inside.contains("/src/") {
            continue;
        }
        let text = read(&path);
        let code = text.split("#[cfg(test)]").next().unwrap().lines();
        let code: String = code.filter(|line| !line.trim_start().starts_with("//")).collect();
        for (word, allowed) in rules {
            let may = allowed.iter().any(|place| inside.starts_with(&format!("crates/{place}")));
            assert!(may || !code.contains(word), "{inside} uses {word}");
        }
    }
}

#[test]
fn libraries_name_no_flag_and_no_command() {
    let mut checked = 0;
    for path in files("rs") {
        let inside = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let is_library = inside.starts_with("crates/") && inside.contains("/src/");
        // The page of an exported network tells its readers how to use it.
        let is_other = ["crates/cli/", "/hub.rs", "tests.rs"].iter().any(|it| inside.contains(it));
        if !is_library || is_other {
            continue;
        }
        let text = read(&path);
        let code = text.split("#[cfg(test)]").next().unwrap().lines();
        for line in code.filter(|line| !line.trim_start().starts_with("//")) {
            // What stands in quotes, roughly; a flag of cargo is how to get a device.
            let quoted = line.split_once('"').map_or("", |(_, quoted)| quoted);
            let flag = quoted.match_indices("--").any(|(at, _)| {
                quoted[at + 2..].starts_with(|letter: char| letter.is_ascii_lowercase())
            });
            let names = flag && !quoted.contains("cargo build") || quoted.contains("`charnn ");
            assert!(!names, "{inside} names a flag or a command: {line}");
            checked += 1;
        }
    }
    assert!(checked > 10_000, "{checked} lines");
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    for path in files("rs") {
        let text = read(&path);
        assert!(text.starts_with("//! "), "{} does not begin with //!", path.display());
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", path.display());
    }
}

/// A folder holds one subject; past this many files it holds two.
const MOST_FILES: usize = 16;

#[test]
fn no_folder_holds_many_files() {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for path in files("rs") {
        let folder = path.parent().unwrap().strip_prefix(root()).unwrap().display().to_string();
        *count.entry(folder).or_default() += 1;
    }
    assert!(count.len() > 20, "the walk found nothing");
    for (folder, files) in count {
        let source = folder.starts_with("crates/") && folder.contains("/src");
        assert!(!source || files <= MOST_FILES, "{folder} holds {files} files");
    }
}

#[test]
fn no_file_imports_itself_through_others() {
    for name in ["message", "config", "text", "report", "cli"] {
        let graph = imports::imports(&root().join("crates").join(name).join("src"));
        if let Some(cycle) = imports::cycle(&graph) {
            let why = cycle.windows(2).map(|pair| {
                format!("{} imports {} ({})", pair[0], pair[1], graph[&pair[0]][&pair[1]])
            });
            panic!("in {name}:\n{}", why.collect::<Vec<_>>().join("\n"));
        }
        // Examples of a `use`, of a re-export and of a path.
        match name {
            "config" => assert!(graph["keys/suggest"].contains_key("keys/key")),
            "cli" => {
                assert!(graph["failure"].contains_key("commands/runs/problem"));
                assert!(graph["the root"].contains_key("commands/exchange"));
            }
            _ => {}
        }
    }
}

#[test]
fn public_functions_over_tensors_say_their_shapes() {
    for path in files("rs") {
        let inside = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        if !inside.starts_with("crates/model/src") && !inside.starts_with("crates/kernels/src") {
            continue;
        }
        let text = read(&path);
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if !line.trim_start().starts_with("pub fn ") {
                continue;
            }
            let signature: String = lines[at..]
                .iter()
                .take_while(|l| !l.contains('{'))
                .chain([&lines[at]])
                .copied()
                .collect();
            let docs: String = lines[..at]
                .iter()
                .rev()
                .take_while(|l| l.trim_start().starts_with("//") || l.trim_start().starts_with('#'))
                .filter(|l| l.trim_start().starts_with("///"))
                .copied()
                .collect();
            let shaped = docs.contains('[') && docs.contains(']');
            assert!(!signature.contains("Tensor<") || shaped, "{inside}:{}: {line}", at + 1);
        }
    }
}

#[test]
fn every_golden_has_its_generator_and_stays_small() {
    let script = read(&root().join("scripts/goldens/make.py"));
    let is_golden = |path: &PathBuf| path.components().any(|it| it.as_os_str() == "goldens");
    let goldens: Vec<PathBuf> = files("safetensors").into_iter().filter(is_golden).collect();
    assert!(goldens.len() >= 10, "{} files of vectors", goldens.len());
    for path in goldens {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let framework = name.split('-').next().unwrap();
        assert!(script.contains(framework), "{name} is not made by scripts/goldens/make.py");
        assert!(path.metadata().unwrap().len() < 60_000, "{name} is too large");
    }
}

#[test]
fn the_readme_tree_is_the_tree_on_disk() {
    let readme = read(&root().join("README.md"));
    let tree =
        readme.split("```text\n").find(|block| block.starts_with("charnn/")).expect("a tree");
    let tree = tree.split("```").next().unwrap();
    let mut folders: Vec<String> = Vec::new();
    for line in tree.lines().skip(1) {
        let depth = line.chars().take_while(|c| *c == ' ').count() / 2;
        let name = line.trim_start().split(' ').next().unwrap();
        folders.truncate(depth.saturating_sub(1));
        let path = root().join(folders.concat()).join(name);
        assert!(path.exists(), "{} is in the README, not on disk", path.display());
        if name.ends_with('/') {
            folders.push(name.to_owned());
        }
    }
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(tree.contains(&format!("{name}/")), "crates/{name} is missing from the README");
    }
}

/// The folders of each crate, as the map in ARCHITECTURE.md lists them.
#[test]
fn the_map_in_the_architecture_is_the_tree_on_disk() {
    let page = read(&root().join("ARCHITECTURE.md"));
    let map = page.split("The folders of each crate's `src/`").nth(1).expect("a map");
    let map = map.split("```text\n").nth(1).expect("a block");
    let mut listed: BTreeSet<String> = BTreeSet::new();
    let mut of = "";
    for line in map.split("```").next().unwrap().lines() {
        let mut words = line.split(' ').filter(|word| !word.is_empty()).peekable();
        if !line.starts_with(' ') {
            of = words.next().unwrap();
        }
        listed.extend(words.filter(|word| word.ends_with('/')).map(|word| format!("{of}/{word}")));
    }
    let mut there = BTreeSet::new();
    for member in std::fs::read_dir(root().join("crates")).unwrap() {
        let member = member.unwrap();
        for entry in std::fs::read_dir(member.path().join("src")).unwrap() {
            let entry = entry.unwrap();
            let (member, name) = (member.file_name(), entry.file_name());
            if entry.path().is_dir() && name != "tests" {
                there.insert(format!("{}/{}/", member.display(), name.display()));
            }
        }
    }
    assert!(there.len() > 30, "the walk found nothing");
    assert_eq!(listed, there, "ARCHITECTURE.md and the folders on disk differ");
}
