//! One bad input, and what every row checks: the exit code, no panic, a message that names the object, a
//! hint, no control characters, an empty standard output, an end within seconds, and an unchanged folder
//! after a failure. The wording of messages is in `tests/snapshots`.

use crate::advice;
use crate::program::alone;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Far more than any command needs, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

type Preparation = Box<dyn Fn(&Path)>;

/// A bad input. By default, the folder holds `novel.txt`, a text to train on.
pub(crate) struct Row {
    /// What is bad.
    pub(crate) what: String,
    preparations: Vec<Preparation>,
    /// Where the command runs, below the folder.
    inside: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
    /// Where standard output goes, if not to the test.
    stdout: Option<&'static str>,
    code: i32,
    words: Vec<String>,
    absent: Vec<String>,
    /// Whether it fails so late that a run is there.
    leaves_a_run: bool,
}

pub(crate) fn row(what: &str) -> Row {
    let tale = "Once upon a time there was a cat.\n".repeat(40);
    let novel: Preparation =
        Box::new(move |at| std::fs::write(at.join("novel.txt"), &tale).unwrap());
    Row {
        what: what.to_owned(),
        preparations: vec![novel],
        inside: PathBuf::new(),
        arguments: Vec::new(),
        variables: Vec::new(),
        stdin: Vec::new(),
        stdout: None,
        code: 0,
        words: Vec::new(),
        absent: Vec::new(),
        leaves_a_run: false,
    }
}

/// A training command that is done in a moment, on `text`.
pub(crate) fn train(text: &str) -> String {
    format!(
        "train {text} --device cpu -s model.hidden_size=8 -s model.embedding_dim=4 \
         -s train.batch_size=4 -s train.seq_length=16 -s train.max_steps=2 -s sample.length=5"
    )
}

impl Row {
    /// Adds a file, and its folder.
    pub(crate) fn file(self, name: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) -> Self {
        let (name, bytes) = (name.as_ref().to_owned(), bytes.as_ref().to_owned());
        self.made(move |at| {
            let path = at.join(&name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &bytes).unwrap();
        })
    }

    /// Prepares the folder with `make`.
    pub(crate) fn made(mut self, make: impl Fn(&Path) + 'static) -> Self {
        self.preparations.push(Box::new(make));
        self
    }

    /// Prepares the folder with a program such as `mkfifo`.
    pub(crate) fn by(self, program: &'static str, words: &'static [&'static str]) -> Self {
        self.made(move |at| {
            let status = Command::new(program).args(words).current_dir(at).status().unwrap();
            assert!(status.success(), "{program} {words:?}");
        })
    }

    /// Runs the command in this folder, below the one with the novel.
    pub(crate) fn inside(mut self, folder: impl AsRef<OsStr>) -> Self {
        self.inside = PathBuf::from(folder.as_ref());
        self
    }

    /// Adds arguments, separated by spaces.
    pub(crate) fn run(mut self, line: &str) -> Self {
        self.arguments.extend(line.split_whitespace().map(OsString::from));
        self
    }

    /// Adds one argument as it is.
    pub(crate) fn with(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.into(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn stdin(mut self, bytes: &[u8]) -> Self {
        bytes.clone_into(&mut self.stdin);
        self
    }

    pub(crate) fn stdout(mut self, path: &'static str) -> Self {
        self.stdout = Some(path);
        self
    }

    /// Expects this exit code, and `words` in the message.
    pub(crate) fn fails(mut self, code: i32, words: &[&str]) -> Self {
        assert_ne!(code, 0);
        self.code = code;
        self.says(words)
    }

    /// Expects success, and `words` on standard error or output.
    pub(crate) fn works(self, words: &[&str]) -> Self {
        self.says(words)
    }

    fn says(mut self, words: &[&str]) -> Self {
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// Expects no `words` in the output.
    pub(crate) fn without(mut self, words: &[&str]) -> Self {
        self.absent.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// Expects a failure during training, which leaves a run.
    pub(crate) fn while_training(mut self) -> Self {
        self.leaves_a_run = true;
        self
    }

    /// What differs from the expectation.
    fn problems(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        self.preparations.iter().for_each(|prepare| prepare(folder.path()));
        let before = contents(folder.path());
        let (code, stdout, stderr) = self.carry_out(folder.path());

        let mut problems = Vec::new();
        let mut must = |holds: bool, what: String| {
            if !holds {
                problems.push(what);
            }
        };
        let text = String::from_utf8(stderr.clone());
        must(text.is_ok(), "stderr is not UTF-8".into());
        let text = text.unwrap_or_else(|_| String::from_utf8_lossy(&stderr).into_owned());
        must(code == Some(self.code), format!("exit code {code:?} instead of {}", self.code));
        must(!text.contains("panicked") && code != Some(101), "it panicked".into());
        for character in text.chars().filter(|&character| is_harmful(character)) {
            must(false, format!("{character:?} on stderr"));
        }
        let printed = String::from_utf8_lossy(&stdout);
        for word in &self.words {
            let said = text.contains(word) || self.code == 0 && printed.contains(word);
            must(said, format!("{word:?} is missing"));
        }
        if self.code != 0 && self.words.is_empty() {
            must(self.names_something(&text), "the message names no argument".into());
        }
        for word in &self.absent {
            let said = text.contains(word) || printed.contains(word);
            must(!said, format!("{word:?} is in the output"));
        }
        if self.code != 0 && self.arguments.iter().any(|argument| argument == "--json") {
            must(
                is_error(text.lines().last(), self.code),
                "the error is not a line of JSON".into(),
            );
        }
        if self.code != 0 {
            must(stdout.is_empty(), format!("stdout: {printed}"));
            must(has_hint(&text), "the message has no hint".into());
            for flag in advice::not_taken(&self.arguments, &text) {
                must(false, format!("the hint names {flag}, which this command does not take"));
            }
            let after = contents(folder.path());
            let changed = after.iter().filter(|(path, is)| before.get(*path) != Some(*is));
            for (path, _) in changed.filter(|_| !self.leaves_a_run) {
                must(false, format!("{} is new or changed", path.display()));
            }
            must(after.len() >= before.len(), "a file disappeared".into());
        }
        if !problems.is_empty() {
            problems.insert(0, format!("{}: {:?}", self.what, self.arguments));
            problems.push(format!("stderr: {text:?}"));
        }
        problems
    }

    /// Whether `stderr` contains an argument.
    fn names_something(&self, stderr: &str) -> bool {
        let words = self.arguments.iter().filter_map(|word| word.to_str());
        let mut words = words.flat_map(|word| [word, word.split_once('=').map_or(word, |it| it.1)]);
        // A run that is not named is the latest; names that are not UTF-8 are shown byte by byte.
        let streams = ["standard input", "standard output", "Usage: ", "latest", "\"\"", "\\x"];
        words.any(|word| !word.is_empty() && stderr.contains(word))
            || streams.iter().any(|stream| stderr.contains(stream))
    }

    /// Exit code, standard output and standard error.
    fn carry_out(&self, folder: &Path) -> (Option<i32>, Vec<u8>, Vec<u8>) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_charnn"));
        command.args(&self.arguments).current_dir(folder.join(&self.inside));
        alone(&mut command);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let stdout = match self.stdout {
            Some(path) => Stdio::from(File::options().write(true).open(path).unwrap()),
            None => Stdio::piped(),
        };
        command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(&self.stdin); // it need not be read
        let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status.code();
            }
            if begun.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            std::thread::sleep(Duration::from_millis(3));
        };
        (status, stdout.join().unwrap(), stderr.join().unwrap())
    }
}

fn reader(pipe: Option<impl std::io::Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        bytes
    })
}

/// Whether an error has a hint, or marks the place in a line whose message says what is allowed there.
fn has_hint(stderr: &str) -> bool {
    let signs = ["  hint: ", "\"hints\":[\"", "Usage: ", "^"];
    signs.iter().any(|sign| stderr.contains(sign))
}

/// Whether `line` is an error with this exit code, as JSON.
fn is_error(line: Option<&str>, code: i32) -> bool {
    let error = line.and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    error.is_some_and(|error| {
        let says = |name: &str| error[name].is_string();
        error["schema"] == 2
            && error["event"] == "error"
            && error["exit_code"] == code
            && says("message")
            && error["code"].as_str().is_some_and(|code| code.contains('/'))
            && error["hints"].is_array()
    })
}

/// Whether it acts on a terminal, or replaces something that was lost.
fn is_harmful(character: char) -> bool {
    let turns = matches!(character, '\u{61C}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    turns || character == '\u{FFFD}' || character.is_control() && character != '\n'
}

/// Every path below a folder, and what is there: a file's length and when it was changed. Locks are
/// left out: asking for one creates its file.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Option<(u64, std::time::SystemTime)>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let about = entry.path().symlink_metadata().unwrap();
            if about.is_dir() {
                open.push(entry.path());
            }
            if entry.file_name() != ".lock" {
                let is = about.is_file().then(|| (about.len(), about.modified().unwrap()));
                found.insert(entry.path(), is);
            }
        }
    }
    found
}

/// Checks all rows and reports everything that differs.
pub(crate) fn check(rows: &[Row]) {
    let problems: Vec<String> = rows.iter().flat_map(Row::problems).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
