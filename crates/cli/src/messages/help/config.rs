//! The pages of `charnn init` and `charnn config`.

use super::page::{
    ARGUMENTS, ENCODING, Group, JSON, MAX_BYTES, NORMALIZE, NOTHING, ON_MALFORMED, ON_MIXED,
    OPTIONS, Page, TEXT, both, flag, same,
};

pub(super) const INIT: Page = Page {
    command: "init",
    about: both("Write a configuration file for a text", "为文本生成配置文件"),
    details: both(
        "The file holds the settings worth changing, sized for the text, each with a comment.",
        "文件中列出值得调整的设置，按文本的大小给出，每项都有说明。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[flag("file", "File to write", "要写入的文件")] },
        Group {
            heading: TEXT,
            flags: &[
                flag(
                    "data",
                    "Text to train on: a file, a folder or a pattern",
                    "训练文本：文件、文件夹或通配符",
                ),
                ENCODING,
                ON_MALFORMED,
                ON_MIXED,
                NORMALIZE,
                MAX_BYTES,
            ],
        },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "preset",
                    "Size of the network: tiny, small or base [default: small]",
                    "网络的大小：tiny、small 或 base（默认：small）",
                ),
                flag("force", "Overwrite the file", "覆盖已有的文件"),
            ],
        },
    ],
    examples: &[
        (same("charnn init --data novel.txt"), both("Write charnn.toml", "生成 charnn.toml")),
        (same("charnn train charnn.toml"), both("Train with it", "用它训练")),
    ],
};

pub(super) const CONFIG: Page = Page {
    command: "config",
    about: both("Show, check and explain configurations", "显示、检查和解释配置"),
    details: NOTHING,
    groups: &[],
    examples: &[
        (
            same("charnn config show exp.toml --origin"),
            both("Print every value and where it comes from", "显示所有配置项及其来源"),
        ),
        (same("charnn config check *.toml"), both("Report every problem", "报告所有问题")),
        (same("charnn config explain train.batch_size"), both("Explain a key", "解释一个配置项")),
    ],
};

pub(super) const SHOW: Page = Page {
    command: "config show",
    about: both("Print the configuration that training would use", "显示训练将使用的配置"),
    details: NOTHING,
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[flag(
                "source",
                "A configuration (*.toml), a text, a folder or a pattern [default: built-in quickstart]",
                "配置文件（*.toml）、文本、文件夹或通配符（默认：内置的入门示例）",
            )],
        },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "set",
                    "Set a configuration key, such as train.epochs=3; repeatable",
                    "设置一个配置项，例如 train.epochs=3；可重复使用",
                ),
                flag("origin", "Show where each value comes from", "显示每个值的来源"),
                flag("diff_defaults", "Omit defaults", "不显示默认值"),
            ],
        },
    ],
    examples: &[(
        same("charnn config show exp.toml --origin"),
        both("Print every value and where it comes from", "显示所有配置项及其来源"),
    )],
};

pub(super) const CHECK: Page = Page {
    command: "config check",
    about: both("Check configuration files and report every problem", "检查配置文件，报告所有问题"),
    details: NOTHING,
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[flag("files", "Configuration files (*.toml)", "配置文件（*.toml）")],
        },
        Group { heading: OPTIONS, flags: &[JSON] },
    ],
    examples: &[],
};

pub(super) const EXPLAIN: Page = Page {
    command: "config explain",
    about: both(
        "Explain a key or a table: purpose, values, default",
        "解释一个配置项或配置表：用途、取值和默认值",
    ),
    details: NOTHING,
    groups: &[Group {
        heading: ARGUMENTS,
        flags: &[flag(
            "key",
            "A key such as train.seed, or a table such as train",
            "配置项，例如 train.seed；或配置表，例如 train",
        )],
    }],
    examples: &[],
};

pub(super) const SCHEMA: Page = Page {
    command: "config schema",
    about: both(
        "Print the JSON Schema of configuration files, for editors",
        "输出配置文件的 JSON Schema，供编辑器使用",
    ),
    details: NOTHING,
    groups: &[],
    examples: &[(
        same("charnn config schema > charnn.schema.json"),
        both(
            "For editors: write `#:schema charnn.schema.json` as the first line of a configuration",
            "供编辑器使用：在配置文件首行写上 `#:schema charnn.schema.json`",
        ),
    )],
};
