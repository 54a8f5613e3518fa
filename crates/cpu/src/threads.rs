//! The threads of the process.

use charnn_message::{Describe, Message, display, text};
use std::error::Error;
use std::sync::OnceLock;

/// The system does not start threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoThreads {
    /// What it reported.
    pub why: String,
}

impl Describe for NoThreads {
    fn describe(&self) -> Message {
        let why = &self.why;
        Message::new(
            "device/no-threads",
            text!(en: "cannot start threads: {why}", zh: "无法启动线程：{why}"),
        )
        .hint(text!(
            en: "end other programs or raise the limit (`ulimit -u`)",
            zh: "请结束其他程序，或放宽限制（ulimit -u）"
        ))
        .hint(text!(
            en: "set RAYON_NUM_THREADS=1 to use a single thread",
            zh: "设置 RAYON_NUM_THREADS=1 可以只用一个线程"
        ))
    }
}

display!(NoThreads);

impl Error for NoThreads {}

/// Starts the threads, once. Without this call, the first use starts them, and panics where the system
/// has none left.
///
/// # Errors
/// When the system does not start threads.
pub fn start_threads() -> Result<(), NoThreads> {
    static STARTED: OnceLock<Result<(), NoThreads>> = OnceLock::new();
    let start = || match rayon::ThreadPoolBuilder::new().build_global() {
        // Without a source, the error is that they run already.
        Err(error) if error.source().is_some() => Err(NoThreads { why: error.to_string() }),
        _ => Ok(()),
    };
    STARTED.get_or_init(start).clone()
}

/// How many threads compute.
pub fn threads() -> usize {
    rayon::current_num_threads()
}
