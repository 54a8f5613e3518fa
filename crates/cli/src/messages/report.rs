//! Pages about runs.

use crate::output::size;
use charnn_message::{Message, Text, shown, text};
use std::path::Path;

/// How large a page is, and how to look at it.
pub(crate) fn written(bytes: usize) -> Text {
    let bytes = size(bytes as f64);
    text!(
        en: "wrote one file ({bytes}) that needs no other; open it in a browser",
        zh: "已写出一个独立的文件（{bytes}），请用浏览器打开"
    )
}

/// A file would be replaced that charnn did not write.
pub(crate) fn not_a_page(path: &Path) -> Message {
    let path = shown(path);
    Message::new(
        "report/exists",
        text!(
            en: "{path} exists and is not a page of charnn",
            zh: "{path} 已存在，而且不是 charnn 生成的页面"
        ),
    )
    .hint(text!(
        en: "choose another file with -o, or replace it with --force",
        zh: "请用 -o 指定其他文件，或用 --force 覆盖它"
    ))
}
