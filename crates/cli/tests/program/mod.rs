//! Running the program in a test.

#![allow(dead_code, reason = "each test uses its part")]

use std::path::Path;
use std::process::{Command, Stdio};

/// `charnn` in `folder`: the words of `line`, spaces apart, and then `more`.
pub(crate) fn charnn(folder: &Path, line: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_charnn"));
    command.env("LC_ALL", "C"); // independent of the machine's language
    alone(&mut command);
    command.stdin(Stdio::null()).current_dir(folder).args(line.split_whitespace()).args(more);
    #[cfg(unix)]
    hear_signals(&mut command);
    command
}

/// All commands, such as `data inspect`; the program itself is empty.
pub(crate) fn commands() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    stdout(charnn(folder.path(), "man pages", &[]));
    let pages = std::fs::read_dir(folder.path().join("pages")).unwrap();
    let names = pages.map(|page| page.unwrap().file_name().into_string().unwrap());
    let words = |name: String| name["charnn".len()..name.len() - ".1".len()].replace('-', " ");
    let mut commands: Vec<String> = names.map(words).map(|name| name.trim().to_owned()).collect();
    commands.retain(|command| !command.split(' ').any(|word| word == "help"));
    commands.sort();
    assert!(commands.len() > 20, "{commands:?}");
    commands
}

/// Without the variables that are for charnn: those that are for its tests are unknown to it.
pub(crate) fn alone(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"CHARNN_") {
            command.env_remove(name);
        }
    }
}

/// Who starts the tests may have switched signals off (`nohup`, a shell for what runs behind it), and
/// charnn heeds that.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the standard library has no word for it")]
fn hear_signals(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    let hear = || {
        for signal in [libc::SIGINT, libc::SIGHUP, libc::SIGTERM] {
            // SAFETY: between fork and exec, `signal` may be called and allocates nothing.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        Ok(())
    };
    // SAFETY: as above.
    unsafe { command.pre_exec(hear) };
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
