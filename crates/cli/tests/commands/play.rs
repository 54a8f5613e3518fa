//! `charnn play` in a pseudo-terminal: it starts, writes, leaves, and the terminal is as it was.

use crate::program::{charnn, fails};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A game that runs.
struct Played {
    child: Child,
    keys: File,
    /// The side of the program, to look at its settings.
    slave: File,
    shown: Arc<Mutex<Vec<u8>>>,
}

#[expect(unsafe_code, reason = "the standard library has no pseudo-terminals")]
fn pseudo_terminal(columns: u16, rows: u16) -> (File, File) {
    let (mut master, mut slave) = (-1, -1);
    let size = libc::winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    let (name, settings) = (std::ptr::null_mut(), std::ptr::null());
    // SAFETY: the pointers are valid or null, as the function allows.
    let result =
        unsafe { libc::openpty(&raw mut master, &raw mut slave, name, settings, &raw const size) };
    assert_eq!(result, 0, "a pseudo-terminal");
    // SAFETY: both were just opened and belong to nothing else.
    let [master, slave] = [master, slave].map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
    (master.into(), slave.into())
}

/// Whether a terminal echoes and waits for whole lines.
#[expect(unsafe_code, reason = "the standard library does not know settings of terminals")]
fn is_usual(terminal: &File) -> bool {
    // SAFETY: all zeros are valid settings.
    let mut settings: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: the file is open, and the pointer is valid.
    assert_eq!(unsafe { libc::tcgetattr(terminal.as_raw_fd(), &raw mut settings) }, 0);
    settings.c_lflag & (libc::ICANON | libc::ECHO | libc::ISIG)
        == libc::ICANON | libc::ECHO | libc::ISIG
}

impl Drop for Played {
    /// A test that fails leaves no game behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Played {
    fn start(line: &str, more: &[&str], columns: u16, color: bool) -> Self {
        let (keys, slave) = pseudo_terminal(columns, 20);
        assert!(is_usual(&slave));
        let side = || Stdio::from(slave.try_clone().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let mut command = charnn(folder.path(), line, more);
        command.stdin(side()).stdout(side()).stderr(side()).env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR").env_remove("CLICOLOR");
        if !color {
            command.env("NO_COLOR", "1");
        }
        let child = command.spawn().unwrap();
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (into, mut from) = (Arc::clone(&shown), keys.try_clone().unwrap());
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = from.read(&mut piece) {
                into.lock().unwrap().extend(&piece[..length]);
            }
        });
        Self { child, keys, slave, shown }
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }

    /// Waits until `seen` holds of everything that was shown.
    #[track_caller]
    fn wait(&self, what: &str, seen: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !seen(&self.shown()) {
            assert!(start.elapsed() < Duration::from_mins(1), "{what}: {:?}", self.shown());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Presses keys and waits until something changes on the screen.
    #[track_caller]
    fn press(&mut self, keys: &str) {
        let before = self.shown().len();
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.wait(keys, |shown| shown.len() > before);
    }
}

/// Leaves the screen of the game.
const LEAVE: &str = "\u{1b}[?1049l";

#[test]
fn a_game_writes_and_leaves_the_terminal_as_it_was() {
    for (columns, color) in [(80, true), (40, false)] {
        let line = "play builtin:tales --seed 3 --prompt";
        let mut game = Played::start(line, &["Once upon a time there was"], columns, color);
        game.wait("the title", |shown| shown.contains("builtin:tales"));
        game.wait("the last line", |shown| shown.contains("quit"));
        assert!(game.shown().contains("\u{1b}[?1049h") && !is_usual(&game.slave));
        game.press("1");
        game.press(" ");
        game.press("q");
        game.press("\u{1b}[D");
        game.press("z");
        game.press("\t");
        game.press("\u{1b}[B");
        game.press("\r");
        assert_eq!(game.shown().contains("\u{1b}[38;5;"), color, "{:?}", game.shown());
        assert!(!game.shown().contains(LEAVE));
        game.keys.write_all(b"\x03").unwrap();
        let status = game.child.wait().unwrap();
        assert!(status.success(), "{status}: {}", game.shown());
        game.wait("the text", |shown| {
            shown
                .rsplit(LEAVE)
                .next()
                .is_some_and(|it| it.contains("time there was") && it.ends_with("z\r\n"))
        });
        assert!(is_usual(&game.slave), "the terminal is as it was");
        assert!(game.shown().contains("\u{1b}[?25h"), "the cursor is shown again");
    }
}

#[test]
#[expect(unsafe_code, reason = "the standard library only kills")]
fn a_signal_leaves_the_terminal_as_it_was() {
    for signal in [libc::SIGTERM, libc::SIGHUP] {
        let mut game = Played::start("play builtin:tales", &[], 80, true);
        game.wait("the last line", |shown| shown.contains("quit"));
        assert!(!is_usual(&game.slave));
        let process = i32::try_from(game.child.id()).unwrap();
        // SAFETY: the process has not been waited for, so its id is still its own.
        assert_eq!(unsafe { libc::kill(process, signal) }, 0);
        assert_eq!(game.child.wait().unwrap().signal(), Some(signal));
        assert!(is_usual(&game.slave), "the terminal is as it was");
        game.wait("the screen is left", |shown| shown.contains(LEAVE));
    }
}

#[test]
fn without_a_terminal_nothing_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fails(charnn(folder, "play builtin:tales", &[]), 2, &["terminal", "charnn generate"]);
    let (_keys, slave) = pseudo_terminal(80, 24);
    let mut command = charnn(folder, "play builtin:tales", &[]);
    command.env("TERM", "dumb").stdout(Stdio::from(slave));
    let output = command.stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    fails(charnn(folder, "play nothing", &[]), 2, &["terminal"]);
}
