//! Settings for reading a text.
//!
//! Plain values with names for configurations; `decode` and `clean` apply them.

use crate::Encoding;
use crate::encoding::auto;
use schemars::JsonSchema;
use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How to read a text. The default reads any text and changes only line ends and control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// The encoding; `None` detects it.
    #[serde(with = "auto")]
    pub encoding: Option<Encoding>,
    /// How to handle malformed bytes.
    pub on_malformed: OnMalformed,
    /// How to handle a text that mixes encodings.
    pub on_mixed: OnMixed,
    /// The largest text in bytes, after unpacking `.gz`.
    pub max_bytes: u64,
    /// Unicode normalization.
    pub normalize: Normalization,
    /// How to handle runs of white space.
    pub whitespace: Whitespace,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            encoding: None,
            on_malformed: OnMalformed::default(),
            on_mixed: OnMixed::default(),
            max_bytes: 2 << 30,
            normalize: Normalization::default(),
            whitespace: Whitespace::default(),
        }
    }
}

/// How to handle malformed bytes. The names are those of error handlers in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnMalformed {
    /// Replace each run of them with one U+FFFD. The network sees a gap instead of joined neighbors.
    #[schemars(extend("x-zh" = "每一段替换为一个 U+FFFD，网络会知道这里有缺失，而不会把两侧的字符连起来。"))]
    #[default]
    Replace,
    /// Drop them, which joins their neighbors.
    #[schemars(extend("x-zh" = "直接跳过，两侧的字符会相连。"))]
    Skip,
    /// Reject the text.
    #[schemars(extend("x-zh" = "拒绝该文本。"))]
    Error,
}

/// How to handle a text that mixes encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnMixed {
    /// Decode all of it by one encoding, and warn.
    #[schemars(extend("x-zh" = "整个文本按同一种编码解码，并发出警告。"))]
    #[default]
    Warn,
    /// Decode each stretch by its own encoding, where the evidence for another one is strong.
    #[schemars(extend("x-zh" = "各部分按各自的编码解码；没有充分证据的部分仍用主要编码。"))]
    Decode,
}

/// Unicode normalization: which of several spellings of a character to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Normalization {
    /// Keep the spelling of the text.
    #[schemars(extend("x-zh" = "保留原文的写法。"))]
    #[default]
    None,
    /// Join letter and accent into one character: `e` and U+0301 become `é`.
    #[schemars(extend("x-zh" = "字母与附加符号合成一个字符：e 加 U+0301 变成 é。"))]
    Nfc,
    /// Also turn full-width letters, ligatures and circled digits into plain ones.
    #[schemars(extend("x-zh" = "还把全角字母、连字、带圈数字等变成普通字符。"))]
    Nfkc,
}

/// How to handle runs of white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whitespace {
    /// `collapse` if the paragraphs are hard-wrapped and more than 1 % of the text is surplus white
    /// space; otherwise `keep`.
    #[schemars(extend("x-zh" = "段落被硬换行且多余空白超过 1% 时同 `collapse`，否则同 `keep`。"))]
    #[default]
    Auto,
    /// Keep white space.
    #[schemars(extend("x-zh" = "原样保留。"))]
    Keep,
    /// Reduce each run inside a line to one space (ideographic if the whole run is), remove white space
    /// at line ends, and keep one of several empty lines.
    #[schemars(extend("x-zh" = "行内连续空白合并为一个空格（全为全角空格时保留一个全角空格），去掉行尾空白，多个空行只留一个。"))]
    Collapse,
    /// `collapse`, and join the lines of hard-wrapped paragraphs.
    #[schemars(extend("x-zh" = "同 `collapse`，并把硬换行段落的各行连成一行。"))]
    Unwrap,
}

/// Reads a choice by its name in a configuration; the error lists the names.
macro_rules! by_name {
    ($($choice:ty),*) => {$(
        impl FromStr for $choice {
            type Err = String;

            fn from_str(name: &str) -> Result<Self, String> {
                let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
                    name.into_deserializer();
                Self::deserialize(name).map_err(|error| error.to_string())
            }
        }
    )*};
}

by_name!(OnMalformed, OnMixed, Normalization);
