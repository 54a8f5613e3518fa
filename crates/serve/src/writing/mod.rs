//! Texts for all clients: a few threads write them side by side, so that the weights of a network are read once for
//! many texts.

mod channel;
mod pool;
mod worker;

pub(crate) use channel::{Judged, Reason, Received, Texts, Written};
pub(crate) use pool::Pool;
pub(crate) use worker::Job;
