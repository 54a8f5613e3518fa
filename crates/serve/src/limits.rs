//! What a client can ask of the server at most.

use std::time::Duration;

/// Bytes of the request line and the headers.
pub(crate) const HEAD: usize = 16 << 10;
/// Headers.
pub(crate) const HEADERS: usize = 64;
/// Bytes of a body.
pub(crate) const BODY: usize = 64 << 10;
/// Connections. More wait until one is closed.
pub(crate) const CONNECTIONS: usize = 400;
/// Clients that follow a training.
pub(crate) const FOLLOWERS: usize = 32;
/// Characters of a prompt.
pub(crate) const PROMPT: usize = 4096;
/// Prompts of a request.
pub(crate) const PROMPTS: usize = 16;
/// Characters of a text after its prompt.
pub(crate) const LENGTH: usize = 20_000;
/// Characters on which the units of a network are shown.
pub(crate) const SHOWN: usize = 5000;
/// Texts of a request.
pub(crate) const TEXTS: usize = 64;
/// Likeliest characters that are shown beside each.
pub(crate) const LOGPROBS: usize = 20;
/// Characters that are judged in a request, in all its texts.
pub(crate) const JUDGED: usize = 100_000;
/// Strings that end a text.
pub(crate) const STOPS: usize = 16;
/// Characters of each.
pub(crate) const STOP: usize = 256;
/// Texts that are written at a time, for all clients. Further requests are refused until there is room.
pub(crate) const WRITTEN: usize = 1024;
/// Networks that are kept in memory.
pub(crate) const NETWORKS: usize = 8;
/// The time of a request.
pub(crate) const TIME: Duration = Duration::from_mins(1);
/// The time in which a head or a body must arrive.
pub(crate) const ARRIVAL: Duration = Duration::from_secs(10);
/// The time after which a client without a place takes that of a connection without a request.
pub(crate) const ROOM: Duration = Duration::from_millis(100);
/// The time that a connection may stay open without a request.
pub(crate) const IDLE: Duration = Duration::from_secs(30);
/// The time in which a client must take a piece of a response.
pub(crate) const TAKING: Duration = Duration::from_secs(20);
/// The time that requests get to end when the server stops.
pub(crate) const ENDING: Duration = Duration::from_secs(3);
