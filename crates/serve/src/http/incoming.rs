//! What arrives on a connection.

use super::head::{Head, Refused};
use crate::limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

/// Bytes that one read takes.
const PIECE: usize = 8 << 10;

/// The receiving half of a connection, with what has arrived and is not yet used.
#[derive(Debug)]
pub(crate) struct Incoming {
    socket: OwnedReadHalf,
    waiting: Vec<u8>,
}

/// What a connection delivers instead of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Nothing more: the client has gone, or was silent for too long.
    Silently,
    /// Something that is refused.
    Refused(Refused),
}

impl From<Refused> for Ended {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl Incoming {
    pub(crate) fn new(socket: OwnedReadHalf) -> Self {
        Self { socket, waiting: Vec::new() }
    }

    /// The next head.
    pub(crate) async fn head(&mut self) -> Result<Head, Ended> {
        if self.waiting.is_empty() {
            let first = timeout(limits::IDLE, self.more()).await;
            first.unwrap_or(Err(Ended::Silently))?;
        }
        let rest = timeout(limits::ARRIVAL, self.whole_head()).await;
        rest.unwrap_or(Err(Refused(408).into()))
    }

    async fn whole_head(&mut self) -> Result<Head, Ended> {
        loop {
            if let Some((head, length)) = Head::parse(&self.waiting)? {
                self.waiting.drain(..length);
                return Ok(head);
            }
            self.more().await?;
        }
    }

    /// The body of `head`. `out` tells a client that waits for it to send.
    pub(crate) async fn body(
        &mut self,
        head: &Head,
        out: &mut OwnedWriteHalf,
    ) -> Result<Vec<u8>, Ended> {
        let length = head.length()?;
        if head.expects_continue() && self.waiting.len() < length {
            let sign = out.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await;
            sign.map_err(|_| Ended::Silently)?;
        }
        let whole = async {
            while self.waiting.len() < length {
                self.more().await?;
            }
            Ok(self.waiting.drain(..length).collect())
        };
        timeout(limits::ARRIVAL, whole).await.unwrap_or(Err(Refused(408).into()))
    }

    async fn more(&mut self) -> Result<(), Ended> {
        self.waiting.reserve(PIECE);
        match self.socket.read_buf(&mut self.waiting).await {
            Ok(1..) => Ok(()),
            Ok(0) | Err(_) => Err(Ended::Silently),
        }
    }

    /// Waits until the client has gone. A client that sends its next request early is there.
    pub(crate) async fn gone(&mut self) {
        let is_there =
            !self.waiting.is_empty() || matches!(self.socket.peek(&mut [0]).await, Ok(1..));
        if is_there {
            std::future::pending::<()>().await;
        }
    }

    /// Takes what a client still sends, for a moment, so that it can read the response.
    pub(crate) async fn drain(&mut self) {
        let mut left = 4 * limits::BODY;
        let all = async {
            while left > 0 {
                self.waiting.clear();
                if self.more().await.is_err() {
                    return;
                }
                left = left.saturating_sub(self.waiting.len());
            }
        };
        let _ = timeout(std::time::Duration::from_millis(500), all).await;
    }
}
