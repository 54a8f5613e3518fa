//! Whether advice can be followed: a flag that an error names is one of the command that has failed,
//! unless a whole command stands before it.

use crate::program::{charnn, commands, stdout};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;
use std::sync::LazyLock;

/// The flags of each command that has no commands of its own, read off its help.
static FLAGS: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let all = commands();
    let is_group = |name: &str| all.iter().any(|it| it.starts_with(&format!("{name} ")));
    let single = all.iter().filter(|name| !name.is_empty() && !is_group(name));
    let of = |command: &String| {
        let flags = flags(&stdout(charnn(Path::new("."), command, &["--help"])));
        assert!(flags.contains("--quiet"), "{command}");
        (command.clone(), flags)
    };
    single.map(of).collect()
});

/// The flags that `stderr` advises and that the command, `arguments`, does not take.
pub(crate) fn not_taken(arguments: &[OsString], stderr: &str) -> Vec<String> {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).take(2).collect();
    let line = words.join(" ");
    let Some(own) = FLAGS.keys().find(|command| line.starts_with(*command)) else {
        return Vec::new();
    };
    let known: BTreeSet<&String> = FLAGS.values().flatten().collect();
    let error = stderr.rsplit("error: ").next().unwrap_or_default();
    let outside = flags(&without_commands(error)).into_iter();
    // What was given is named, not advised.
    let given: BTreeSet<String> =
        arguments.iter().flat_map(|it| flags(&it.to_string_lossy())).collect();
    let advised = outside.filter(|flag| known.contains(flag) && !given.contains(flag));
    advised.filter(|flag| !FLAGS[own].contains(flag)).collect()
}

/// Everything in `text` but what begins with the name of the program and ends with its sentence.
fn without_commands(text: &str) -> String {
    let mut parts = text.split("charnn ");
    let first = parts.next().unwrap_or_default().to_owned();
    let ends = ["; ", ". ", ", or ", "\n", "`", ")"];
    parts.fold(first, |found, part| {
        let end = ends.iter().filter_map(|end| part.find(end)).min().unwrap_or(part.len());
        found + " " + &part[end..]
    })
}

fn flags(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let is_flag = |word: &&str| {
        word.strip_prefix("--")
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
    };
    words.filter(is_flag).map(str::to_owned).collect()
}

#[test]
fn advice_that_another_command_takes_is_found() {
    let told = |line: &str, error: &str| {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        not_taken(&words, error)
    };
    let bad = "error: no; say --encoding gb18030, or: charnn resume run --set a=b";
    assert_eq!(told("resume run", bad), ["--encoding"]);
    assert!(told("train novel.txt", bad).is_empty());
    assert_eq!(told("generate run", "error: no. Try --set train.epochs=3"), ["--set"]);
    assert!(
        told("generate run", "error: no. Try `charnn train x --set train.epochs=3`").is_empty()
    );
}
