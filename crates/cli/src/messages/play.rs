//! Why nothing can be played.

use charnn_bundle::Unit;
use charnn_message::{Describe, Message, text};

/// Why nothing can be played.
#[derive(Debug)]
#[expect(dead_code, reason = "each build has one of them")]
pub(crate) enum PlayProblem {
    /// Standard output is not a terminal, or one without a cursor.
    NoTerminal,
    /// The program was built without the feature.
    NotBuilt,
    /// The network does not read characters.
    Units { name: String, unit: Unit },
}

impl Describe for PlayProblem {
    fn describe(&self) -> Message {
        match self {
            Self::NoTerminal => Message::new(
                "play/no-terminal",
                text!(
                    en: "`charnn play` needs a terminal, and standard output is not one",
                    zh: "`charnn play` 需要在终端中运行，而标准输出不是终端"
                ),
            )
            .hint(text!(
                en: "run it in a terminal; `charnn generate` writes to files and pipes",
                zh: "请在终端中运行；写入文件或管道请用 `charnn generate`"
            )),
            Self::Units { name, unit } => Message::new(
                "play/units",
                text!(
                    en: "`charnn play` needs a network of characters, and {name} has data.unit = {unit}",
                    zh: "`charnn play` 需要以字符为符号的网络，而 {name} 使用 data.unit = {unit}"
                ),
            )
            .hint(text!(
                en: "write with `charnn generate`",
                zh: "请用 `charnn generate` 生成文本"
            )),
            Self::NotBuilt => Message::new(
                "play/not-built",
                text!(
                    en: "this charnn was built without `charnn play`",
                    zh: "这个 charnn 编译时没有包含 `charnn play`"
                ),
            )
            .hint(text!(
                en: "build it with `--features play`",
                zh: "请用 `--features play` 重新编译"
            )),
        }
    }
}
