//! Texts over HTTP: the same as without a server, however many clients ask.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::Seed;
use charnn_infer::{Ending, Engine, Piece, Prompt, Request, Sampling, write_texts};
use charnn_runs::BuiltinNetwork;
use serde_json::{Value, json};
use shared::{Running, read_chunk, read_head};
use std::io::{BufReader, Write};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// The texts of the built-in network, as `infer` writes them.
fn expected(prompt: &str, sampling: Sampling, seed: u64, count: u64, length: usize) -> Vec<String> {
    let engine = Engine::new(&BuiltinNetwork::Tales.bundle().unwrap());
    let prompt = Prompt::of(&engine, prompt).unwrap();
    let request = Request {
        context: prompt.context,
        prompt: prompt.ids,
        window: 0,
        chain: sampling.chain(engine.vocabulary()),
        seed: Seed(seed),
    };
    let mut texts: Vec<String> = Vec::new();
    let _ = write_texts(&engine, &request, 0..count, &Ending::from(length), &mut |piece| {
        match piece {
            Piece::Begin(_) => texts.push(String::new()),
            Piece::Symbols(symbols) => texts.last_mut().unwrap().push_str(symbols),
            Piece::End => {}
        }
        ControlFlow::Continue(())
    });
    texts
}

const MODEL: &str = "builtin:tales";

/// The texts of a stream and how each ends.
fn streamed(events: &[String], count: usize) -> Vec<(String, Value)> {
    let (last, events) = events.split_last().unwrap();
    assert_eq!(last, "[DONE]");
    let mut texts = vec![(String::new(), Value::Null); count];
    for event in events {
        let event: Value = serde_json::from_str(event).unwrap();
        for choice in event["choices"].as_array().unwrap() {
            let text = &mut texts[usize::try_from(choice["index"].as_u64().unwrap()).unwrap()];
            assert_eq!(text.1, Value::Null, "nothing follows the end");
            text.0 += choice["text"].as_str().unwrap();
            text.1 = choice["finish_reason"].clone();
        }
    }
    texts
}

#[test]
fn texts_are_those_of_the_library_streamed_or_not() {
    let server = Running::start();
    // What the run of the network writes with.
    let default = Sampling { temperature: 0.5, ..Sampling::default() };
    for (prompt, parameters, sampling) in [
        ("Once upon", json!({}), default),
        (
            "",
            json!({ "temperature": 1.2, "top_p": 0.9 }),
            Sampling { temperature: 1.2, top_p: 0.9, ..default },
        ),
        (
            "The old king went into the wood",
            json!({ "presence_penalty": 0.7, "frequency_penalty": 0.3, "top_k": 9 }),
            Sampling { presence_penalty: 0.7, frequency_penalty: 0.3, top_k: 9, ..default },
        ),
        ("The ", json!({ "temperature": 0 }), Sampling { temperature: 0.0, ..default }),
    ] {
        let mut parameters = parameters;
        for (name, value) in [
            ("model", json!(MODEL)),
            ("prompt", json!(prompt)),
            ("n", json!(3)),
            ("seed", json!(11)),
            ("max_tokens", json!(200)),
        ] {
            parameters[name] = value;
        }
        let expected = expected(prompt, sampling, 11, 3, 200);
        assert_eq!(server.texts(&parameters), expected, "{parameters}");
        parameters["stream"] = json!(true);
        let answer = server.complete(&parameters);
        assert_eq!(answer.header("content-type"), Some("text/event-stream"));
        let texts = streamed(&answer.events(), 3);
        let ends: Vec<(String, Value)> =
            expected.into_iter().map(|text| (text, json!("length"))).collect();
        assert_eq!(texts, ends, "{parameters}");
    }
}

#[test]
fn a_stop_ends_a_text_and_is_not_part_of_it() {
    let server = Running::start();
    let mut parameters =
        json!({ "model": MODEL, "prompt": "Once upon", "seed": 3, "max_tokens": 400, "n": 4 });
    let whole = server.texts(&parameters);
    parameters["stop"] = json!(["the w", ". "]);
    let answer = server.complete(&parameters).json();
    for (choice, whole) in answer["choices"].as_array().unwrap().iter().zip(&whole) {
        let ends = ["the w", ". "].map(|stop| whole.find(stop).map(|at| (at + stop.len(), at)));
        let end = ends.into_iter().flatten().min();
        assert_eq!(choice["text"], whole[..end.map_or(whole.len(), |end| end.1)]);
        let reason = if end.is_some() { "stop" } else { "length" };
        assert_eq!(choice["finish_reason"], reason);
    }
    assert!(answer["usage"]["completion_tokens"].as_u64().unwrap() < 1600);
    parameters["stream"] = json!(true);
    let texts = streamed(&server.complete(&parameters).events(), 4);
    let expected: Vec<(String, Value)> = answer["choices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["text"].as_str().unwrap().to_owned(), it["finish_reason"].clone()))
        .collect();
    assert_eq!(texts, expected);
}

#[test]
fn usage_echo_and_probabilities_count_characters() {
    let server = Running::start();
    let answer = server.complete(&json!({
        "model": MODEL, "prompt": ["The cat", "A dog!"], "n": 2, "max_tokens": 30, "seed": 1, "echo": true,
        "logprobs": 4
    }));
    let answer = answer.json();
    assert_eq!(answer["object"], "text_completion");
    assert_eq!(
        answer["usage"],
        json!({ "prompt_tokens": 13, "completion_tokens": 120, "total_tokens": 133 })
    );
    let choices = answer["choices"].as_array().unwrap();
    assert_eq!(choices.len(), 4);
    let engine = Engine::new(&BuiltinNetwork::Tales.bundle().unwrap());
    for (index, choice) in choices.iter().enumerate() {
        let text = choice["text"].as_str().unwrap();
        let prompt = ["The cat", "A dog!"][index / 2];
        assert!(text.starts_with(prompt) && text.chars().count() == prompt.len() + 30, "{text}");
        let logprobs = &choice["logprobs"];
        let list = |name: &str| logprobs[name].as_array().unwrap().clone();
        let tokens: String = list("tokens").iter().map(|token| token.as_str().unwrap()).collect();
        assert_eq!(tokens, text);
        let offsets: Vec<u64> = list("text_offset").iter().map(|it| it.as_u64().unwrap()).collect();
        assert_eq!(offsets, (0..text.chars().count() as u64).collect::<Vec<_>>());
        // The network reads its primer first; the probabilities are those of its state after it.
        let mut state = engine.start();
        state.read(&Prompt::of(&engine, prompt).unwrap().context);
        for (at, (value, top)) in
            list("token_logprobs").iter().zip(list("top_logprobs")).enumerate()
        {
            let id = engine.vocabulary().id(text.chars().nth(at).unwrap()).unwrap();
            let loss = f64::from(state.score(id));
            if at == 0 {
                assert_eq!((value, &top), (&Value::Null, &Value::Null));
                continue;
            }
            assert!((value.as_f64().unwrap() + loss).abs() < 1e-4, "{value} {loss}");
            let top = top.as_object().unwrap();
            assert!((4..=5).contains(&top.len()));
            assert!(top.values().all(|it| it.as_f64().unwrap() <= 0.0));
        }
    }
    let scored = json!({ "model": MODEL, "prompt": "The cat", "max_tokens": 0, "echo": true, "logprobs": 0 });
    let scored = server.complete(&scored).json();
    assert_eq!(scored["choices"][0]["text"], "The cat");
    assert_eq!(scored["choices"][0]["logprobs"]["token_logprobs"].as_array().unwrap().len(), 7);
    let usage = server.complete(&json!({
        "model": MODEL, "max_tokens": 5, "stream": true, "stream_options": { "include_usage": true }
    }));
    let events = usage.events();
    let last: Value = serde_json::from_str(&events[events.len() - 2]).unwrap();
    assert_eq!((&last["usage"]["completion_tokens"], &last["choices"]), (&json!(5), &json!([])));
}

#[test]
fn a_branch_continues_the_text_it_comes_from() {
    let server = Running::start();
    let greedy = |prompt: &str, written: &str, length: usize| {
        let parameters = json!({
            "model": MODEL, "prompt": prompt, "written": written, "max_tokens": length, "temperature": 0
        });
        server.texts(&parameters).remove(0)
    };
    let whole = greedy("Once", "", 80);
    for at in [1, 17, 50] {
        assert_eq!(greedy("Once", &whole[..at], 80 - at), whole[at..]);
    }
}

#[test]
fn problems_are_those_of_the_api() {
    let server = Running::start();
    let unknown = server.complete(&json!({ "model": MODEL, "prompt": "小" }));
    let error = &unknown.json()["error"];
    assert_eq!(unknown.status, 400);
    assert_eq!(
        (&error["param"], &error["type"]),
        (&json!("prompt"), &json!("invalid_request_error"))
    );
    assert!(error["message"].as_str().unwrap().contains('小'));
    let skipped = json!({ "model": MODEL, "prompt": "小a", "on_unknown": "skip", "max_tokens": 3 });
    assert_eq!(server.complete(&skipped).status, 200);
    assert_eq!(
        server.complete(&json!({ "model": MODEL, "temperature": -1 })).json()["error"]["param"],
        "temperature"
    );
    let chinese =
        "Accept-Language: zh-CN\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{";
    let answer = server.raw(&server.head("POST /v1/completions", chinese)).json();
    assert!(answer["error"]["message"].as_str().unwrap().contains("请求体"), "{answer}");
    assert_eq!(server.get("/v1/models/none").code(), "model_not_found");
    let much = json!({ "model": MODEL, "max_tokens": 20_000, "n": 6, "logprobs": 0 });
    assert_eq!(server.complete(&much).json()["error"]["param"], "logprobs");
}

#[test]
fn many_clients_at_once_get_the_text_of_their_seed() {
    let server = Running::start();
    let expected: Vec<String> = (0..8)
        .map(|seed| {
            let sampling = Sampling { temperature: 0.5, ..Sampling::default() };
            expected("It was", sampling, seed, 1, 120).remove(0)
        })
        .collect();
    std::thread::scope(|scope| {
        for client in 0..300_u64 {
            let (server, expected) = (&server, &expected);
            scope.spawn(move || {
                let seed = client % 8;
                let stream = client % 3 == 0;
                let parameters = json!({
                    "model": MODEL, "prompt": "It was", "seed": seed, "max_tokens": 120, "stream": stream
                });
                let answer = server.complete(&parameters);
                assert_eq!(answer.status, 200);
                let text = if stream {
                    streamed(&answer.events(), 1).remove(0).0
                } else {
                    answer.json()["choices"][0]["text"].as_str().unwrap().to_owned()
                };
                assert_eq!(&text, &expected[usize::try_from(seed).unwrap()]);
            });
        }
    });
    assert_eq!(server.writing(), 0);
}

#[test]
fn a_text_ends_when_its_client_goes() {
    let server = Running::start();
    let endless =
        json!({ "model": MODEL, "max_tokens": 20_000, "n": 64, "prompt": "", "stream": true });
    let plain = json!({ "model": MODEL, "max_tokens": 20_000, "n": 64, "prompt": "" });
    let began = Instant::now();
    for parameters in [endless, plain] {
        let mut socket = server.connect();
        let request = server.post_request("/v1/completions", &parameters.to_string());
        socket.write_all(request.as_bytes()).unwrap();
        if parameters["stream"] == true {
            let mut reader = BufReader::new(socket.try_clone().unwrap());
            assert_eq!(read_head(&mut reader).0, 200);
            assert!(read_chunk(&mut reader).unwrap().starts_with(b"data: {"));
        }
        server.wait(|server| server.writing() == 64);
        drop(socket);
        server.wait(|server| server.writing() == 0);
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[test]
fn too_many_texts_are_refused_until_there_is_room() {
    let server = Running::start();
    let parameters = json!({ "model": MODEL, "max_tokens": 20_000, "n": 64, "prompt": "" });
    let request = server.post_request("/v1/completions", &parameters.to_string());
    let clients: Vec<_> = (0..16)
        .map(|_| {
            let mut socket = server.connect();
            socket.write_all(request.as_bytes()).unwrap();
            socket
        })
        .collect();
    server.wait(|server| server.writing() == 1024);
    let refused = server.complete(&json!({ "model": MODEL, "max_tokens": 1 }));
    assert_eq!((refused.status, &*refused.code()), (429, "rate_limit_exceeded"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    drop(clients);
    server.wait(|server| server.writing() == 0);
    assert_eq!(server.complete(&json!({ "model": MODEL, "max_tokens": 1 })).status, 200);
}

#[test]
fn the_neurons_of_a_text_are_a_page_to_keep() {
    let server = Running::start();
    let ask = |body: &Value| server.raw(&server.post_request("/api/neurons", &body.to_string()));
    let text = "\"Who are you?\" asked the fox. <b>\n".repeat(8);
    let answer = ask(&json!({ "model": MODEL, "text": text }));
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    let kept = answer.header("content-disposition").unwrap();
    assert!(kept.starts_with("attachment"), "it is no page of this server: {kept}");
    let page = String::from_utf8(answer.body).unwrap();
    assert!(page.contains("Neurons of builtin:tales") && page.contains("inside quotation marks"));
    assert!(!page.contains("<b>\n"), "the text is no markup");
    for (body, code) in [
        (json!({ "model": MODEL, "text": "a" }), "invalid_value"),
        (json!({ "model": MODEL, "text": "a".repeat(5001) }), "invalid_value"),
        (json!({ "model": MODEL }), "invalid_json"),
        (json!({ "model": MODEL, "text": "ab", "more": 1 }), "invalid_json"),
        (json!({ "model": "../old", "text": "ab" }), "model_not_found"),
    ] {
        assert_eq!(ask(&body).code(), code, "{body}");
    }
    assert_eq!(server.get("/api/neurons").status, 405);
}
