//! Running the program in a test.

#![allow(dead_code, reason = "each test uses its part")]

use std::path::Path;
use std::process::{Command, Stdio};

/// `charnn` in `folder`: the words of `line`, spaces apart, and then `more`.
pub(crate) fn charnn(folder: &Path, line: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_charnn"));
    command.stdin(Stdio::null()).current_dir(folder).args(line.split_whitespace()).args(more);
    command
}

/// Runs a command that must fail: with `code`, nothing on stdout, no panic, and every one of
/// `words` on stderr.
#[track_caller]
pub(crate) fn fails(mut command: Command, code: i32, words: &[&str]) {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{command:?}: {stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
    }
    assert!(output.stdout.is_empty(), "stdout: {}", String::from_utf8_lossy(&output.stdout));
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[track_caller]
pub(crate) fn stdout(mut command: Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}
