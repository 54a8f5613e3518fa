//! The network, in one program: to link burn takes a while.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod dropout;
mod parity;
mod parts;
mod shared;
mod whole;
