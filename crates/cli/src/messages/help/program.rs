//! The page of the program itself.

use super::page::{Group, NOTHING, Page, both, flag, same};

pub(super) const PROGRAM: Page = Page {
    command: "",
    about: both(
        "Train character-level recurrent networks on any text and generate new text",
        "用任意文本训练字符级循环神经网络，并生成新文本",
    ),
    details: NOTHING,
    groups: &[Group {
        heading: both("Global options", "全局选项"),
        flags: &[
            flag(
                "color",
                "When to use colors: auto, always or never",
                "何时使用颜色：auto（自动）、always（总是）或 never（从不）",
            ),
            flag(
                "lang",
                "Language of messages and help: en or zh [default: the system language]",
                "消息和帮助的语言：en 或 zh（默认：系统语言）",
            ),
            flag("quiet", "Show only warnings and errors", "只显示警告和错误"),
            flag(
                "help",
                "Show help; -h is short, --help is long",
                "显示帮助；-h 为简要帮助，--help 为详细帮助",
            ),
            flag("version", "Show the version", "显示版本"),
        ],
    }],
    examples: &[
        (same("charnn demo"), both("Generate text with a built-in network", "用内置网络生成文本")),
        (same("charnn train"), both("Train on built-in fairy tales", "用内置的童话训练")),
        (same("charnn train novel.txt"), both("Train on your own text", "用自己的文本训练")),
        (
            both(
                "charnn generate --prompt \"Once upon a time\"",
                "charnn generate --prompt \"从前\"",
            ),
            both("Generate text with the newest run", "用最新的训练记录生成文本"),
        ),
        (same("charnn resume"), both("Resume the newest run", "继续最新的训练")),
        (
            same("charnn init --data novel.txt"),
            both(
                "Write a configuration to edit, charnn.toml",
                "生成可供修改的配置文件 charnn.toml",
            ),
        ),
    ],
};
