//! The pages of `charnn data`.

use super::page::{
    ARGUMENTS, ENCODING, Group, MAX_BYTES, NORMALIZE, NOTHING, ON_MALFORMED, ON_MIXED, OPTIONS,
    Page, TEXT, both, flag, same,
};

pub(super) const DATA: Page = Page {
    command: "data",
    about: both("Inspect and convert texts", "检查和转换文本"),
    details: NOTHING,
    groups: &[],
    examples: &[
        (
            same("charnn data inspect novel.txt"),
            both("Show encoding, damage and characters", "显示编码、损坏情况和字符"),
        ),
        (
            same("charnn data convert novel.txt utf8.txt"),
            both("Convert a text to UTF-8", "把文本转换为 UTF-8"),
        ),
    ],
};

pub(super) const INSPECT: Page = Page {
    command: "data inspect",
    about: both(
        "Show what a text contains: encoding, damage, characters, repetitions",
        "显示文本的内容：编码、损坏情况、字符和重复",
    ),
    details: both(
        "Also shows how `charnn train` would train on the text.",
        "同时显示 `charnn train` 会如何训练它。",
    ),
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[flag("files", "Texts, folders or patterns", "文本、文件夹或通配符")],
        },
        Group { heading: TEXT, flags: &[ENCODING, ON_MALFORMED, ON_MIXED, NORMALIZE, MAX_BYTES] },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "records",
                    "Count records as data.records divides the text: none, line, blank-line, file or \
                     { regex = \"...\" }",
                    "按 data.records 的方式统计记录：none、line、blank-line、file 或 { regex = \"...\" }",
                ),
                flag("json", "Print one line of JSON per text", "每个文本输出一行 JSON"),
            ],
        },
    ],
    examples: &[
        (same("charnn data inspect novel.txt"), both("Inspect a text", "检查一个文本")),
        (
            same("charnn data inspect names.txt --records line"),
            both("Count its lines as records", "把每行作为一条记录来统计"),
        ),
        (
            same("charnn data inspect novel.txt --encoding gb18030"),
            both("Inspect it as GB18030", "按 GB18030 编码检查"),
        ),
    ],
};

pub(super) const CONVERT: Page = Page {
    command: "data convert",
    about: both(
        "Write a text in another encoding, with Unix line breaks",
        "把文本转换为另一种编码，换行统一为 LF",
    ),
    details: both(
        "Reports repairs. Writes nothing if a character would be lost.",
        "会报告修复的内容。如果有字符会丢失，则不写入任何内容。",
    ),
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[
                flag(
                    "from",
                    "Text to read, or - for standard input",
                    "要读取的文本；- 表示标准输入",
                ),
                flag(
                    "out",
                    "File to write, or - for standard output",
                    "要写入的文件；- 表示标准输出",
                ),
            ],
        },
        Group {
            heading: OPTIONS,
            flags: &[
                flag("to", "Encoding to write", "写入时使用的编码"),
                flag("force", "Overwrite OUT", "覆盖已有的 OUT"),
            ],
        },
        Group { heading: TEXT, flags: &[ENCODING, ON_MALFORMED, ON_MIXED, NORMALIZE, MAX_BYTES] },
    ],
    examples: &[(
        same("charnn data convert novel.txt utf8.txt"),
        both("Convert a text to UTF-8", "把文本转换为 UTF-8"),
    )],
};
