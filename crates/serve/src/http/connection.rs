//! One connection: requests one after another, until the client goes or the server stops.

use super::head::{Head, Refused};
use super::incoming::{Ended, Incoming};
use super::response::{Body, Response, write_piece};
use crate::limits;
use crate::problem::Problem;
use charnn_message::{Language, text};
use std::future::Future;
use tokio::io::{AsyncWriteExt, Error, ErrorKind};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::Notify;
use tokio::sync::watch::Receiver;
use tokio::time::timeout;

/// What answers requests.
pub(crate) trait Service: Sync {
    /// Whether the request may be made. Its body has not been read.
    ///
    /// # Errors
    /// When it may not.
    fn admit(&self, head: &Head) -> Result<(), Problem>;

    /// The response to a request that was admitted. It is dropped where the client goes before it is there.
    fn respond(&self, head: &Head, body: Vec<u8>) -> impl Future<Output = Response> + Send;
}

/// Serves the requests of a connection. `stop` becomes true when the server stops. While it is `crowded`, a connection ends
/// with its request; one that waits for a further request ends when `room` is needed for others.
pub(crate) async fn serve(
    socket: TcpStream,
    service: &impl Service,
    mut stop: Receiver<bool>,
    crowded: impl Fn() -> bool,
    room: &Notify,
) {
    let _ = socket.set_nodelay(true); // only slower without
    let (incoming, mut out) = socket.into_split();
    let mut incoming = Incoming::new(incoming);
    let mut has_served = false;
    while !*stop.borrow() {
        let head = tokio::select! {
            biased; // a request that is there is answered
            head = incoming.head() => head,
            _ = stop.changed() => return,
            () = room.notified(), if has_served => return,
        };
        has_served = true;
        let head = match head {
            Ok(head) => head,
            Err(ended) => return refuse(ended, &mut incoming, &mut out).await,
        };
        if let Err(problem) = service.admit(&head) {
            let keeps_alive = head.keeps_alive() && head.length() == Ok(0) && !crowded();
            let response = problem.response(language(&head));
            if write(response, &head, keeps_alive, &mut incoming, &mut out).await.is_err() {
                return;
            }
            if !keeps_alive {
                return incoming.drain().await;
            }
            continue;
        }
        let body = match incoming.body(&head, &mut out).await {
            Ok(body) => body,
            Err(ended) => return refuse(ended, &mut incoming, &mut out).await,
        };
        let response = tokio::select! {
            response = service.respond(&head, body) => response,
            () = incoming.gone() => return,
        };
        let keeps_alive = head.keeps_alive() && !*stop.borrow() && !crowded();
        if write(response, &head, keeps_alive, &mut incoming, &mut out).await.is_err()
            || !keeps_alive
        {
            return;
        }
    }
}

/// The language in which a client reads problems: Chinese if it asks for it first.
pub(crate) fn language(head: &Head) -> Language {
    match head.header("accept-language") {
        Some(languages) if languages.starts_with("zh") => Language::Chinese,
        _ => Language::English,
    }
}

async fn refuse(ended: Ended, incoming: &mut Incoming, out: &mut OwnedWriteHalf) {
    let Ended::Refused(Refused(status)) = ended else { return };
    let message = match status {
        408 => text!(en: "the request took too long to arrive", zh: "请求传输过慢"),
        411 => {
            text!(en: "send the length of the body: Content-Length", zh: "请发送 Content-Length")
        }
        413 => text!(en: "the body is too large", zh: "请求体过大"),
        431 => text!(en: "the headers are too large", zh: "请求头过大"),
        _ => text!(en: "this is not a valid HTTP/1.1 request", zh: "这不是有效的 HTTP/1.1 请求"),
    };
    let response = Problem::new(status, "bad_request", message).response(Language::English);
    let mut bytes = response.head(false, false).into_bytes();
    if let Body::Whole(body) = &response.body {
        bytes.extend_from_slice(body);
    }
    let written = timeout(limits::TAKING, out.write_all(&bytes)).await;
    if matches!(written, Ok(Ok(()))) {
        incoming.drain().await;
    }
}

/// Writes a response. Fails when the client has gone or takes nothing.
async fn write(
    response: Response,
    head: &Head,
    keeps_alive: bool,
    incoming: &mut Incoming,
    out: &mut OwnedWriteHalf,
) -> Result<(), Error> {
    let slow = || Error::from(ErrorKind::TimedOut);
    let chunked = head.is_new;
    let mut bytes = response.head(keeps_alive, chunked).into_bytes();
    let is_head = head.method == "HEAD";
    match response.body {
        Body::Whole(body) => {
            if !is_head {
                bytes.extend_from_slice(&body);
            }
            timeout(limits::TAKING, out.write_all(&bytes)).await.map_err(|_| slow())?
        }
        Body::Stream(mut pieces) => {
            timeout(limits::TAKING, out.write_all(&bytes)).await.map_err(|_| slow())??;
            if is_head {
                return Ok(());
            }
            loop {
                let piece = tokio::select! {
                    piece = pieces.recv() => piece,
                    () = incoming.gone() => return Err(ErrorKind::ConnectionAborted.into()),
                };
                let Some(piece) = piece else { break };
                let written = timeout(limits::TAKING, write_piece(out, &piece, chunked)).await;
                written.map_err(|_| slow())??;
            }
            if chunked {
                out.write_all(b"0\r\n\r\n").await?;
            }
            Ok(())
        }
    }
}
