//! Questions that no network can answer.

use charnn_message::{Describe, Message, text};

/// A question that the network cannot answer.
#[derive(Debug)]
pub(crate) enum ExplainProblem {
    /// A flag names no symbol of the network.
    Unknown { flag: &'static str, symbol: String },
    /// Both flags name the same symbol.
    Same { symbol: String },
}

impl Describe for ExplainProblem {
    fn describe(&self) -> Message {
        match self {
            Self::Unknown { flag, symbol } => {
                let quoted = symbol.escape_debug();
                Message::new(
                    "explain/unknown-symbol",
                    text!(
                        en: "{flag} \"{quoted}\" is not a character that the network knows",
                        zh: "{flag} “{quoted}”不是网络认识的字符"
                    ),
                )
                .hint(text!(
                    en: "give one character of its training text, such as e, \" \" or \\n",
                    zh: "请给出训练文本中的一个字符，例如 e、\" \" 或 \\n"
                ))
            }
            Self::Same { symbol } => {
                let quoted = symbol.escape_debug();
                Message::new(
                    "explain/same-symbol",
                    text!(
                        en: "--target and --against are both \"{quoted}\"",
                        zh: "--target 与 --against 都是“{quoted}”"
                    ),
                )
                .hint(text!(
                    en: "omit --against to compare with the likeliest other character",
                    zh: "省略 --against 则与概率最高的其他字符比较"
                ))
            }
        }
    }
}
