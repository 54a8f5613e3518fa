//! How texts were read.

use crate::output::grouped;
use charnn_data::Skipped;
use charnn_message::{Message, Text, shown, text};
use charnn_text::{Encoding, Reading};
use std::path::Path;

pub(crate) fn read(reading: &Reading) -> Text {
    let Text { english, chinese } = reading.summary();
    text!(en: ("read     {english}"), zh: ("读取  {chinese}"))
}

/// A text was written in another encoding.
pub(crate) fn converted(to: &Path, encoding: Encoding) -> Text {
    text!(en: "written  {}: {encoding}", zh: "写入  {}：{encoding}", shown(to))
}

pub(crate) fn skipped(skipped: &Skipped) -> Text {
    let Text { english, chinese } = skipped.summary();
    text!(en: ("read     skipped: {english}"), zh: ("跳过  {chinese}"))
}

pub(crate) fn more_files(count: usize) -> Text {
    text!(en: "read     and {count} more", zh: "读取  另有 {count} 个文件")
}

/// The title above what training would do with a text.
pub(crate) fn training() -> Text {
    text!(
        en: "charnn train would use:",
        zh: "用 charnn train 训练时："
    )
}

/// A damaged text, as a warning for `--quiet`.
pub(crate) fn damaged(reading: &Reading) -> Message {
    Message::new("data/damaged", reading.summary())
}

/// A text was read in the specified encoding, but looks like another.
pub(crate) fn likelier(name: &str, likelier: Encoding) -> Message {
    Message::new(
        "data/likelier-encoding",
        text!(
            en: "{name} looks like {likelier}, not the encoding you specified",
            zh: "{name} 看起来是 {likelier}，而不是您指定的编码"
        ),
    )
    .hint(text!(
        en: "omit --encoding to detect it",
        zh: "去掉 --encoding 即可自动检测"
    ))
}

/// Characters that the network does not know, of `of`.
pub(crate) fn read_as_unknown(count: u64, of: u64) -> Message {
    let share = 100.0 * count as f64 / of as f64;
    let (count, of) = (grouped(count), grouped(of));
    Message::new(
        "evaluate/unknown-characters",
        text!(
            en: "{count} of {of} characters ({share:.1} %) are unknown to the network and are scored \
                 as its unknown symbol",
            zh: "{of} 个字符中有 {count} 个（{share:.1}%）网络不认识，按未知符号计分"
        ),
    )
}
