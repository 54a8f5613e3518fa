//! One file a command, each from its arguments to what it writes.

pub(crate) mod bench;
pub(crate) mod config;
pub(crate) mod data;
pub(crate) mod devices;
pub(crate) mod doctor;
pub(crate) mod dry_run;
pub(crate) mod evaluate;
pub(crate) mod generate;
pub(crate) mod init;
pub(crate) mod resume;
pub(crate) mod shell;
pub(crate) mod train;
