//! The workspace as tests see it: its files, and what cargo knows about its packages.

pub(crate) mod imports;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn root() -> PathBuf {
    charnn_testkit::workspace_root().canonicalize().unwrap()
}

/// What `cargo metadata` says about the workspace and all its dependencies.
pub(crate) fn metadata() -> Value {
    // Only this machine's platform: other platforms' crates may not have been downloaded.
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap());
    command.args(["metadata", "--format-version=1", "--offline", "--filter-platform", host]);
    command.current_dir(root());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The members of a JSON array.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

/// The string of a JSON value.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// The packages of the workspace.
pub(crate) fn members(metadata: &Value) -> impl Iterator<Item = &Value> {
    let members = list(&metadata["workspace_members"]);
    list(&metadata["packages"]).iter().filter(|package| members.contains(&package["id"]))
}

/// Every file of the repository with this extension, sorted.
pub(crate) fn files(extension: &str) -> Vec<PathBuf> {
    files_in(&root(), extension)
}

/// Every file in a folder with this extension, sorted.
pub(crate) fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let is_made = name == "target" || path == root().join("runs");
            if path.is_dir() && !name.starts_with('.') && !is_made {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, extension, &mut found);
    found.sort();
    found
}

pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
