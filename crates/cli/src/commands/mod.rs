//! One file a command, each from its arguments to what it writes; `network` opens what several of them use.

pub(crate) mod config;
pub(crate) mod data;
pub(crate) mod doctor;
pub(crate) mod evaluate;
pub(crate) mod exchange;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod network;
pub(crate) mod neurons;
#[cfg(feature = "play")]
pub(crate) mod play;
#[cfg(not(feature = "play"))]
#[path = "../without_play.rs"]
pub(crate) mod play;
pub(crate) mod report;
pub(crate) mod runs;
pub(crate) mod score;
pub(crate) mod serve;
pub(crate) mod shell;
pub(crate) mod trained_text;
