//! A run that is written while clients follow it and use its network.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{HostTensor, Vocabulary, to_safetensors};
use charnn_config::{RunConfig, Sources};
use charnn_runs::{Best, Content, Disk, MetricRow, Progress, RunWriter, SampleRow, WEIGHTS};
use serde_json::{Value, json};
use shared::{Running, read_chunk, read_head};
use std::collections::VecDeque;
use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Symbols that act on pages, terminals and protocols.
const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\u{1b}[31m",
    "\u{202e}",
    "\r\n\r\ndata: [DONE]\n\n",
    "\"},{\"",
    "\u{2028}",
    "\0",
    "&lt;",
];

/// A checkpoint of `step` whose network writes its symbols with equal probability.
fn content(step: u64, vocabulary: &Vocabulary, bias: f32) -> Content {
    let mut config = RunConfig::default();
    config.data.path = Sources::parse("novel.txt");
    (config.model.embedding_dim, config.model.hidden_size) = (2, 3);
    let shapes = config.model.architecture().tensors(vocabulary.len());
    let tensors: Vec<HostTensor> = shapes
        .map(|(name, shape)| {
            let mut tensor = HostTensor::zeros(name, shape);
            if tensor.name == "head.bias" {
                tensor.values[0] = bias;
            }
            tensor
        })
        .collect();
    let mut progress = Progress::start("text".into());
    progress.step = step;
    progress.best = (step > 0).then_some(Best { step, loss: 1.0 / step as f64 });
    progress.evaluated = step;
    Content {
        config: config.to_run_file().into_bytes(),
        vocabulary: serde_json::to_vec(vocabulary).unwrap(),
        tensors: vec![(WEIGHTS, to_safetensors(&tensors).unwrap())],
        progress,
    }
}

/// The events of a live run.
struct Follower {
    reader: BufReader<TcpStream>,
    text: String,
    waiting: VecDeque<(String, Value)>,
}

impl Follower {
    fn new(server: &Running, name: &str) -> Self {
        let mut socket = server.connect();
        let request = server.head(&format!("GET /api/runs/{name}/live"), "\r\n");
        socket.write_all(request.as_bytes()).unwrap();
        let mut reader = BufReader::new(socket);
        assert_eq!(read_head(&mut reader).0, 200);
        Self { reader, text: String::new(), waiting: VecDeque::new() }
    }

    /// The next event called `name`.
    fn next(&mut self, name: &str) -> Value {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            while let Some((event, data)) = self.waiting.pop_front() {
                if event == name {
                    return data;
                }
            }
            self.text
                .push_str(std::str::from_utf8(&read_chunk(&mut self.reader).unwrap()).unwrap());
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                if let Some((name, data)) = event.split_once("\ndata: ") {
                    let name = name.strip_prefix("event: ").unwrap().to_owned();
                    self.waiting.push_back((name, serde_json::from_str(data).unwrap()));
                }
                self.text = rest.to_owned();
            }
        }
        panic!("no {name}");
    }

    /// The steps of the next metrics.
    fn steps(&mut self) -> Vec<u64> {
        let news = self.next("metrics");
        news["rows"].as_array().unwrap().iter().map(|row| row[0].as_u64().unwrap()).collect()
    }
}

#[test]
fn a_training_is_followed_step_by_step_and_can_still_be_resumed() {
    let server = Running::start();
    let vocabulary = Vocabulary::of_characters("ab".chars(), false).unwrap();
    let start = content(0, &vocabulary, 0.0);
    let mut run = RunWriter::create(&server.runs(), "live", "", &start, Disk::quick()).unwrap();
    let mut write = |steps: std::ops::RangeInclusive<u64>| {
        for step in steps {
            run.metric(&MetricRow::training(step, 0, 2.0, 1.0, 0.1)).unwrap();
        }
        run.metric(&MetricRow::validation(9, 1.5)).unwrap(); // flushes
    };
    write(1..=3);
    let mut follower = Follower::new(&server, "live");
    assert_eq!(follower.next("run")["state"], "training");
    assert_eq!(follower.steps(), [1, 2, 3, 9]);
    assert_eq!(follower.next("samples")["rows"], json!([]));
    write(4..=5);
    assert_eq!(follower.steps(), [4, 5, 9]);
    run.sample(&SampleRow::new(5, "<b>", "text\u{202e}")).unwrap();
    let samples = follower.next("samples");
    assert_eq!(samples["rows"], json!([{ "step": 5, "prompt": "<b>", "text": "text\u{202e}" }]));
    // The server holds no lock that would keep a trainer out.
    let folder = run.dir().clone();
    drop(run);
    for _ in 0..20 {
        server.get("/api/runs");
        let run = RunWriter::resume(folder.clone(), Disk::quick(), &mut |_| ()).unwrap();
        drop(run);
    }
    std::fs::write(
        folder.path().join("metrics.jsonl"),
        "{\"step\":1,\"val_loss\":3,\"seconds\":1}\n",
    )
    .unwrap();
    let again = follower.next("metrics");
    assert_eq!((&again["restarted"], again["rows"].as_array().unwrap().len()), (&json!(true), 1));
    std::fs::remove_dir_all(folder.path()).unwrap();
    follower.next("gone");
    assert_eq!(server.get("/api/runs/live/metrics").code(), "run_not_found");
}

#[test]
fn a_newer_checkpoint_is_used_as_soon_as_it_is_there() {
    let server = Running::start();
    let vocabulary = Vocabulary::of_characters("ab".chars(), false).unwrap();
    let start = content(0, &vocabulary, 9.0);
    let mut run = RunWriter::create(&server.runs(), "live", "", &start, Disk::quick()).unwrap();
    let greedy = || {
        let parameters =
            json!({ "model": "live", "prompt": "a", "max_tokens": 4, "temperature": 0 });
        let answer = server.complete(&parameters).json();
        (answer["charnn"]["step"].as_u64(), answer["choices"][0]["text"].clone())
    };
    assert_eq!(greedy(), (Some(0), json!("aaaa")));
    run.save(&content(7, &vocabulary, -9.0), 1, &mut |_| ()).unwrap();
    assert_eq!(greedy(), (Some(7), json!("bbbb")));
    assert_eq!(server.get("/v1/models/live").json()["charnn"]["step"], 7);
    let models = server.get("/v1/models").json();
    assert_eq!(models["data"][0]["id"], "live", "the newest run is first: {models}");
}

#[test]
fn hostile_symbols_stay_inside_their_strings() {
    let server = Running::start();
    let vocabulary = Vocabulary::new(HOSTILE, false).unwrap();
    let start = content(0, &vocabulary, 0.0);
    let name = "<img src=x> \u{202e}";
    drop(RunWriter::create(&server.runs(), name, "", &start, Disk::quick()).unwrap());
    let mut parameters = json!({
        "model": name, "prompt": HOSTILE[0], "max_tokens": 200, "seed": 1, "temperature": 1, "logprobs": 5, "echo": true
    });
    let whole = server.complete(&parameters);
    assert_eq!(whole.header("content-type"), Some("application/json"));
    let whole = whole.json();
    assert_eq!(whole["model"], name);
    let text = whole["choices"][0]["text"].as_str().unwrap();
    assert!(HOSTILE.iter().all(|symbol| text.contains(symbol)), "{text:?}");
    parameters["stream"] = json!(true);
    let events = server.complete(&parameters).events();
    let (last, events) = events.split_last().unwrap();
    assert_eq!(last, "[DONE]");
    let streamed: String = events
        .iter()
        .map(|event| {
            serde_json::from_str::<Value>(event).unwrap()["choices"][0]["text"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(streamed, text);
    // Names and messages too.
    let runs = server.get("/api/runs").json();
    assert!(runs["runs"].as_array().unwrap().iter().any(|run| run["name"] == name));
    let unknown = server.complete(&json!({ "model": "\u{1b}[31m\r\nX: y", "prompt": "" }));
    assert_eq!(unknown.header("x"), None);
    let message = unknown.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(!message.contains(['\u{1b}', '\r', '\n']), "{message:?}");
}
