//! Standard output. It carries data alone: generated text, measurements, the path of a run. Everything
//! else goes to standard error.

use charnn_message::{Describe, Message, Text, text};
use std::io::{ErrorKind, Write};
use std::time::Duration;

/// Writes data and flushes it.
///
/// # Errors
/// When standard output takes no more.
pub(crate) fn data(text: &str) -> Result<(), OutputError> {
    let mut out = std::io::stdout().lock();
    Ok(out.write_all(text.as_bytes()).and_then(|()| out.flush())?)
}

/// Why standard output takes no more.
#[derive(Debug)]
pub(crate) enum OutputError {
    /// The reader has gone, as in `charnn generate latest | head`.
    Closed,
    Failed(std::io::Error),
}

impl From<std::io::Error> for OutputError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(error),
        }
    }
}

impl Describe for OutputError {
    fn describe(&self) -> Message {
        let why = match self {
            Self::Closed => text!(en: "it was closed", zh: "它已关闭"),
            Self::Failed(error) => Text::from(error),
        };
        let message = text!(
            en: ("cannot write to standard output: {}", why.english),
            zh: ("无法写入标准输出：{}", why.chinese),
        );
        Message::new("output/write", message)
            .hint(text!(en: "write to a disk with free space", zh: "请写到有可用空间的磁盘上"))
    }
}

/// A number of bytes for a person.
pub(crate) fn size(bytes: f64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes / 1024.0;
    let mut at = 0;
    while value >= 1000.0 && at + 1 < units.len() {
        value /= 1024.0;
        at += 1;
    }
    let digits = usize::from(value < 10.0);
    format!("{value:.digits$} {}", units[at])
}

/// A duration such as `0:07` or `1:02:03`.
pub(crate) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        let cases = [(1024.0, "1.0 KiB"), (1_500_000.0, "1.4 MiB"), (200e9, "186 GiB")];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected);
        }
    }
}
