//! A real server on a free port, and a client that sends bytes.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses a part; one that cannot continue stops"
)]

use charnn_message::Language;
use charnn_serve::{Options, Server, Stopper};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) folder: tempfile::TempDir,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Running {
    /// A server for a folder `runs`, with an old run called `old`.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path().join("runs");
        let fixture =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../runs/tests/fixtures/7459234/run");
        copy(&fixture, &runs.join("old"));
        Self::at(folder, runs)
    }

    pub(crate) fn at(folder: tempfile::TempDir, root: PathBuf) -> Self {
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::bind(Options { root, address, language: Language::English }).unwrap();
        let (address, token) = (server.address(), server.token().as_str().to_owned());
        let stopper = server.stopper();
        let thread = std::thread::spawn(move || server.run().unwrap());
        Self { address, token, folder, stopper, thread: Some(thread) }
    }

    pub(crate) fn runs(&self) -> PathBuf {
        self.folder.path().join("runs")
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        socket.set_nodelay(true).unwrap();
        socket
    }

    /// The head of a request with the token and a `Host`.
    pub(crate) fn head(&self, line: &str, more: &str) -> String {
        let Self { address, token, .. } = self;
        format!("{line} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n{more}")
    }

    /// The answer to bytes as they are.
    pub(crate) fn raw(&self, request: &str) -> Answer {
        let mut socket = self.connect();
        socket.write_all(request.as_bytes()).unwrap();
        read(&mut BufReader::new(socket))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.raw(&(self.head(&format!("GET {path}"), "") + "\r\n"))
    }

    pub(crate) fn post_request(&self, path: &str, body: &str) -> String {
        let length = body.len();
        let more =
            format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
        self.head(&format!("POST {path}"), &more)
    }

    pub(crate) fn complete(&self, parameters: &Value) -> Answer {
        self.raw(&self.post_request("/v1/completions", &parameters.to_string()))
    }

    /// The texts of a completion that works.
    pub(crate) fn texts(&self, parameters: &Value) -> Vec<String> {
        let answer = self.complete(parameters).json();
        let choices = answer["choices"].as_array().unwrap_or_else(|| panic!("{answer}"));
        choices.iter().map(|choice| choice["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Texts that are being written.
    pub(crate) fn writing(&self) -> u64 {
        self.get("/health").json()["texts"].as_u64().unwrap()
    }

    /// Waits until `done`, for some seconds.
    #[track_caller]
    pub(crate) fn wait(&self, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(20);
        while !done(self) {
            assert!(Instant::now() < end, "it takes too long");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn stop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    /// The data of server-sent events.
    pub(crate) fn events(&self) -> Vec<String> {
        let text = std::str::from_utf8(&self.body).unwrap();
        let events = text.split("\n\n").filter(|event| !event.is_empty());
        events.map(|event| event.strip_prefix("data: ").unwrap().to_owned()).collect()
    }

    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// Reads one answer, whole or in chunks.
pub(crate) fn read(reader: &mut impl BufRead) -> Answer {
    let (status, headers) = read_head(reader);
    let mut answer = Answer { status, headers, body: Vec::new() };
    if let Some(length) = answer.header("content-length") {
        answer.body = vec![0; length.parse().unwrap()];
        reader.read_exact(&mut answer.body).unwrap();
    } else if answer.header("transfer-encoding") == Some("chunked") {
        while let Some(chunk) = read_chunk(reader) {
            answer.body.extend(chunk);
        }
    } else {
        reader.read_to_end(&mut answer.body).unwrap();
    }
    answer
}

pub(crate) fn read_head(reader: &mut impl BufRead) -> (u16, Vec<(String, String)>) {
    let line = line(reader);
    let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("{line:?}")).parse().unwrap();
    let mut headers = Vec::new();
    loop {
        let line = self::line(reader);
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    (status, headers)
}

/// The next chunk; `None` at the last one.
pub(crate) fn read_chunk(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let length = usize::from_str_radix(&line(reader), 16).unwrap();
    let mut chunk = vec![0; length + 2];
    reader.read_exact(&mut chunk).unwrap();
    chunk.truncate(length);
    (length > 0).then_some(chunk)
}

fn line(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
