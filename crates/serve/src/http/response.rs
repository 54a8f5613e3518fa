//! Responses.

use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write as _;
use tokio::io::{AsyncWriteExt, Error};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc::Receiver;

/// Headers of every response. Scripts and styles come from this server alone, nothing else is loaded, and no page of
/// another site can show or read what this server sends.
const ALWAYS: &str = "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
    X-Content-Type-Options: nosniff\r\n\
    X-Frame-Options: DENY\r\n\
    Referrer-Policy: no-referrer\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n\
    Cross-Origin-Opener-Policy: same-origin\r\n\
    Cache-Control: no-store\r\n";

/// What a request gets.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

/// The content of a response.
#[derive(Debug)]
pub(crate) enum Body {
    /// As a whole.
    Whole(Cow<'static, [u8]>),
    /// In pieces as they come. When the client has gone, the sender is closed.
    Stream(Receiver<Vec<u8>>),
}

impl Response {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::whole(status, "application/json", value.to_string().into_bytes())
    }

    pub(crate) fn whole(
        status: u16,
        content_type: &'static str,
        body: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        Self { status, content_type, headers: Vec::new(), body: Body::Whole(body.into()) }
    }

    /// Server-sent events.
    pub(crate) fn events(events: Receiver<Vec<u8>>) -> Self {
        let body = Body::Stream(events);
        Self { status: 200, content_type: "text/event-stream", headers: Vec::new(), body }
    }

    /// The head, as it is sent. Where pieces are not `chunked`, the end of the connection ends them.
    pub(super) fn head(&self, keeps_alive: bool, chunked: bool) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n{ALWAYS}", self.status, reason(self.status));
        let _ = write!(head, "Content-Type: {}\r\n", self.content_type);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n"); // to memory
        }
        match &self.body {
            Body::Whole(bytes) => {
                let _ = write!(head, "Content-Length: {}\r\n", bytes.len());
            }
            Body::Stream(_) if chunked => head.push_str("Transfer-Encoding: chunked\r\n"),
            Body::Stream(_) => {}
        }
        head.push_str(if keeps_alive { "\r\n" } else { "Connection: close\r\n\r\n" });
        head
    }
}

/// Writes a piece of a body.
pub(super) async fn write_piece(
    out: &mut OwnedWriteHalf,
    piece: &[u8],
    chunked: bool,
) -> Result<(), Error> {
    if !chunked {
        return out.write_all(piece).await;
    }
    let mut bytes = format!("{:x}\r\n", piece.len()).into_bytes();
    bytes.extend_from_slice(piece);
    bytes.extend_from_slice(b"\r\n");
    out.write_all(&bytes).await
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Internal Server Error",
    }
}
