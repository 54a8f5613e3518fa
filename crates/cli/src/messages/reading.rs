//! How texts were read.

use charnn_data::{ReadProgress, Skipped};
use charnn_message::{Message, Text, grouped, shown, text};
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

/// A file of a folder that training would reject.
pub(crate) fn rejected(problem: &Text) -> Message {
    Message::new("data/rejected", problem.clone())
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

/// Characters of a text that the network does not know.
pub(crate) fn unknown(count: u64, share: f64, skipped: bool) -> Message {
    let (count, percent) = (grouped(count), 100.0 * share);
    let what = if skipped {
        text!(en: "skipped", zh: "已跳过")
    } else {
        text!(en: "scored as its unknown symbol", zh: "按未知符号计分")
    };
    Message::new(
        "evaluate/unknown-characters",
        text!(
            en: (
                "the network does not know {count} characters ({percent:.1} %) of the text: {}",
                what.english
            ),
            zh: ("文本中有 {count} 个字符（{percent:.1}%）网络不认识：{}", what.chinese),
        ),
    )
}

/// How far the reading of a folder is.
pub(crate) fn progress(progress: ReadProgress) -> Text {
    let ReadProgress { done, of, bytes } = progress;
    let (done, bytes) = (grouped(done as u64), grouped(bytes));
    if of == 0 {
        return text!(
            en: "read     {done} files ({bytes} bytes)",
            zh: "读取  {done} 个文件（{bytes} 字节）"
        );
    }
    let of = grouped(of as u64);
    text!(
        en: "read     {done} of {of} files ({bytes} bytes)",
        zh: "读取  {done}/{of} 个文件（{bytes} 字节）"
    )
}
