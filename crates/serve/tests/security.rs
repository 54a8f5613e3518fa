//! Who is refused, and how much a client can ask for.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use serde_json::json;
use shared::{Running, read};
use std::io::{BufReader, Read, Write};
use std::time::{Duration, Instant};

#[test]
fn everything_but_the_static_files_needs_the_token() {
    let server = Running::start();
    let address = server.address;
    let with = |path: &str, header: &str| {
        server.raw(&format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{header}\r\n"))
    };
    let own = format!("Authorization: Bearer {}\r\n", server.token);
    for path in [
        "/api/runs",
        "/api/neurons",
        "/v1/models",
        "/openapi.json",
        "/api/runs/old/metrics",
        "/api/runs/old/live",
        "/nothing/here",
    ] {
        let wrong = format!("Authorization: Bearer {}\r\n", "0".repeat(32));
        let basic = format!("Authorization: Basic {}\r\n", server.token);
        let cookie = format!("Cookie: token={}\r\n", server.token);
        let twice = format!("{own}{wrong}");
        for header in [
            "",
            &wrong,
            &basic,
            &cookie,
            &twice,
            "Authorization: Bearer \r\n",
            "Authorization: Bearer\r\n",
        ] {
            let answer = with(path, header);
            assert_eq!(
                (answer.status, &*answer.code()),
                (401, "invalid_api_key"),
                "{path} {header}"
            );
        }
        let in_query = with(&format!("{path}?token={}", server.token), "");
        assert_eq!(in_query.status, 401, "{path}");
    }
    for path in ["/", "/main.js", "/style.css", "/health"] {
        assert_eq!(with(path, "").status, 200, "{path}");
    }
    assert_eq!(with("/v1/models", &own).status, 200);
    let unlisted = server.raw(&format!(
        "POST /v1/completions HTTP/1.1\r\nHost: {address}\r\nContent-Length: 2\r\n\r\n{{}}"
    ));
    assert_eq!(unlisted.status, 401);
}

#[test]
fn foreign_hosts_and_origins_are_refused_even_with_the_token() {
    let server = Running::start();
    let (port, token) = (server.address.port(), &server.token);
    let ask = |headers: &str| {
        let request =
            format!("GET /v1/models HTTP/1.1\r\nAuthorization: Bearer {token}\r\n{headers}\r\n");
        server.raw(&request).status
    };
    assert_eq!(ask(&format!("Host: localhost:{port}\r\n")), 200);
    assert_eq!(ask(&format!("Host: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n")), 200);
    assert_eq!(ask(&format!("Host: evil.example:{port}\r\n")), 421);
    assert_eq!(ask("Host: 127.0.0.1\r\n"), 421);
    assert_eq!(ask(""), 400);
    assert_eq!(ask(&format!("Host: localhost:{port}\r\nOrigin: http://evil.example\r\n")), 403);
    assert_eq!(ask(&format!("Host: localhost:{port}\r\nOrigin: null\r\n")), 403);
    // The page itself is not shown under another name either, or that name could read it.
    let page = server.raw(&format!("GET / HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"));
    assert_eq!(page.status, 421);
}

#[test]
fn responses_forbid_foreign_scripts_frames_and_caches() {
    let server = Running::start();
    for path in ["/", "/main.js", "/health", "/api/runs", "/nothing"] {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert!(answer.header("access-control-allow-origin").is_none());
    }
    let page = String::from_utf8(server.get("/").body).unwrap();
    assert!(
        !page.contains("<style") && !page.contains("style=") && !page.contains("onclick"),
        "{page}"
    );
    assert!(!page.contains("http:") && !page.contains("https:"), "it loads nothing from elsewhere");
    assert!(!page.contains(&server.token));
}

#[test]
fn no_path_leads_outside_of_the_list_of_runs() {
    let server = Running::start();
    std::fs::write(server.folder.path().join("secret"), "secret").unwrap();
    let absolute = server.folder.path().join("runs/old").display().to_string().replace('/', "%2F");
    for name in [
        "..",
        "%2e%2e",
        "..%2Fruns%2Fold",
        "old%2F..%2Fold",
        ".%2Fold",
        "old%2F",
        "%2Fold",
        "old%00",
        "OLD",
        "",
        "old/",
        "..%5Cold",
        "old.",
        "%252e%252e",
        &absolute,
        "..%2F..%2F..%2Fetc%2Fpasswd",
    ] {
        for path in [format!("/api/runs/{name}/metrics"), format!("/api/runs/{name}/live")] {
            let answer = server.get(&path);
            assert_eq!(answer.status, 404, "{path}");
            let parameters = json!({ "model": name, "max_tokens": 1 });
            assert_eq!(server.complete(&parameters).status, 404, "{name}");
        }
    }
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/secret",
        "//secret",
        "/index.html/../secret",
        "/%zz",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    for model in
        ["../runs/old", "/etc/passwd", "runs/old", &server.runs().join("old").display().to_string()]
    {
        let answer = server.complete(&json!({ "model": model, "max_tokens": 1 }));
        assert_eq!((answer.status, &*answer.code()), (404, "model_not_found"), "{model}");
    }
    assert_eq!(
        server.complete(&json!({ "model": "old", "max_tokens": 1, "prompt": "" })).status,
        200
    );
}

#[test]
fn large_requests_are_refused_before_they_are_read() {
    let server = Running::start();
    let post = |more: &str| server.raw(&server.head("POST /v1/completions", more));
    let kind = "Content-Type: application/json\r\n";
    assert_eq!(post(&format!("{kind}Content-Length: 65537\r\n\r\n")).status, 413);
    assert_eq!(post(&format!("{kind}Content-Length: 99999999999\r\n\r\n")).status, 413);
    assert_eq!(post(&format!("{kind}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")).status, 411);
    assert_eq!(
        post(&format!("{kind}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{{}}")).status,
        400
    );
    let large = format!("X: {}\r\n", "a".repeat(17_000));
    assert_eq!(server.raw(&server.head("GET /health", &large)).status, 431);
    assert_eq!(
        server.raw(&server.head("GET /health", &("a: b\r\n".repeat(70) + "\r\n"))).status,
        431
    );
    assert_eq!(server.raw("nonsense\r\n\r\n").status, 400);
    assert_eq!(post("Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}").status, 415);
    assert_eq!(server.raw(&(server.head("DELETE /api/runs", "") + "\r\n")).status, 405);
    assert_eq!(
        server.raw(&(server.head("GET /v1/completions", "") + "\r\n")).header("allow"),
        Some("POST")
    );
    assert_eq!(server.get("/health").status, 200);
}

#[test]
fn a_connection_serves_request_after_request() {
    let server = Running::start();
    let mut socket = server.connect();
    let one = server.head("GET /health", "") + "\r\n";
    // Two at once, a POST that waits for a sign, and the last one.
    socket.write_all(one.repeat(2).as_bytes()).unwrap();
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    assert_eq!(read(&mut reader).status, 200);
    assert_eq!(read(&mut reader).status, 200);
    let body = json!({ "model": "old", "max_tokens": 2, "prompt": "" }).to_string();
    let request = server.post_request("/v1/completions", &body);
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    socket.write_all(format!("{head}\r\nExpect: 100-continue\r\n\r\n").as_bytes()).unwrap();
    let mut sign = [0; 25];
    reader.read_exact(&mut sign).unwrap();
    assert_eq!(&sign, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(body.as_bytes()).unwrap();
    assert_eq!(read(&mut reader).status, 200);
    let last = server.head("HEAD /health", "Connection: close\r\n\r\n");
    socket.write_all(last.as_bytes()).unwrap();
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("HTTP/1.1 200 OK") && rest.ends_with("\r\n\r\n"), "no body: {rest}");
}

#[test]
fn a_slow_head_ends_and_does_not_hold_up_others() {
    let server = Running::start();
    let began = Instant::now();
    let mut slow: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for socket in &mut slow {
        socket.write_all(b"GET /health HTTP/1.1\r\nHost: ").unwrap();
    }
    assert_eq!(server.get("/health").status, 200);
    assert!(began.elapsed() < Duration::from_secs(5));
    let answer = read(&mut BufReader::new(slow.pop().unwrap()));
    assert_eq!(answer.status, 408);
    assert!((8..20).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[test]
fn a_stopped_server_ends_its_connections_and_frees_its_port() {
    let mut server = Running::start();
    let idle = server.connect();
    let mut live = server.connect();
    live.write_all((server.head("GET /api/runs/old/live", "") + "\r\n").as_bytes()).unwrap();
    let mut live = BufReader::new(live);
    assert_eq!(shared::read_head(&mut live).0, 200);
    let began = Instant::now();
    server.stop();
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    let mut rest = Vec::new();
    live.read_to_end(&mut rest).unwrap();
    BufReader::new(idle).read_to_end(&mut rest).unwrap();
    std::net::TcpListener::bind(server.address).unwrap();
}

#[test]
fn clients_that_keep_their_connections_keep_nobody_waiting() {
    let server = Running::start();
    let began = Instant::now();
    // More than the server has places for.
    let sockets: Vec<_> = (0..440).map(|_| server.connect()).collect();
    let request = server.head("GET /health", "") + "\r\n";
    for mut socket in &sockets {
        socket.write_all(request.as_bytes()).unwrap();
    }
    for socket in &sockets {
        assert_eq!(read(&mut BufReader::new(socket)).status, 200);
    }
    // Connections without a request end after 30 seconds.
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
}
