//! HTTP/1.1: heads and bodies of requests, responses, and connections.
//!
//! `httparse` reads the heads. Larger servers would change features of crates that burn uses, see docs/dependencies.md.

mod connection;
mod head;
mod incoming;
mod response;

pub(crate) use connection::{Service, language, serve};
pub(crate) use head::Head;
pub(crate) use response::{Body, Response};
