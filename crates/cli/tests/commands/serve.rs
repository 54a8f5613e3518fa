//! The server as a command: its address, its texts, its end.

#![cfg(unix)]

use crate::program::{charnn, fails, stdout};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};

/// A server that ends with the test.
struct Running {
    child: Child,
    about: Value,
}

impl Running {
    fn start(folder: &std::path::Path) -> Self {
        let mut command = charnn(folder, "serve runs --json", &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, about: serde_json::from_str(&line).unwrap() }
    }

    fn text(&self, name: &str) -> &str {
        self.about[name].as_str().unwrap()
    }

    fn ask(&self, parameters: &Value) -> Value {
        let (address, token, body) =
            (self.text("address"), self.text("token"), parameters.to_string());
        let mut socket = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(
            socket,
            "POST /v1/completions HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_seed_gives_the_text_of_generate_and_ctrl_c_ends_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let fixture =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../runs/tests/fixtures/7459234/run");
    crate::report::copy(&fixture, &folder.path().join("runs/old"));
    let mut server = Running::start(folder.path());
    let (address, token) = (server.text("address").to_owned(), server.text("token").to_owned());
    assert_eq!(server.text("url"), format!("http://{address}/#token={token}"));
    for (run, prompt, flags, more) in [
        ("old", "", "", json!({})),
        (
            "latest",
            "the ",
            "--temperature 0.9 --top-k 4",
            json!({ "temperature": 0.9, "top_k": 4 }),
        ),
        ("builtin:tales", "Once", "", json!({})),
        (
            "builtin:tales-zh",
            "从前",
            "--temperature 1.1 --min-p 0.05 --presence-penalty 0.5",
            json!({ "temperature": 1.1, "min_p": 0.05, "presence_penalty": 0.5 }),
        ),
    ] {
        let mut parameters =
            json!({ "model": run, "prompt": prompt, "seed": 5, "max_tokens": 150, "n": 3 });
        for (name, value) in more.as_object().unwrap() {
            parameters[name] = value.clone();
        }
        let answer = server.ask(&parameters);
        let line = format!("generate {run} --quiet --json --seed 5 --length 150 --count 3 {flags}");
        let written = stdout(charnn(folder.path(), &line, &["--prompt", prompt]));
        let texts: Vec<Value> = written
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["text"].clone())
            .collect();
        let served: Vec<&Value> = answer["choices"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer}"))
            .iter()
            .map(|it| &it["text"])
            .collect();
        assert_eq!(served, texts.iter().collect::<Vec<_>>(), "{run}");
    }
    let interrupted =
        std::process::Command::new("kill").arg("-INT").arg(server.child.id().to_string()).status();
    assert!(interrupted.unwrap().success());
    assert!(server.child.wait().unwrap().success());
    let mut said = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("Ctrl-C") && !said.contains("warning"), "{said}");
}

#[test]
fn a_server_that_cannot_listen_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    fails(charnn(folder.path(), "serve --port", &[&port]), 9, &[&port, "--port"]);
    fails(charnn(folder.path(), "serve --host 203.0.113.7", &[]), 2, &["203.0.113.7"]);
    fails(charnn(folder.path(), "serve --host example.com", &[]), 2, &["--host", "example.com"]);
    fails(charnn(folder.path(), "serve --port 65536", &[]), 2, &["--port", "65535"]);
}
