//! The page of `charnn play`.

use super::page::{ARGUMENTS, CHECKPOINT, Group, NAMES, OPTIONS, Page, RUNS, both, flag, same};

pub(super) const PLAY: Page = Page {
    command: "play",
    about: both(
        "Write a text together with a network, in the terminal",
        "在终端里与网络一起写一段文本",
    ),
    details: both(
        "Shows the next characters with their probabilities. Choose one, type another, or let the network write; go \
         back and take another way, and switch between networks. Ctrl-G lists the keys. On leaving, the text is printed. \
         docs/play.md describes it.",
        "显示接下来的字符及其概率。可以选择其中一个、输入别的字符，或让网络来写；可以退回另走一条路，也可以在多个网络之间切换。\
         Ctrl-G 列出按键。退出时输出文本。说明见 docs/play.md。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[NAMES] },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "prompt",
                    "Beginning of the text [default: that of the run]",
                    "文本的开头（默认：训练记录的设置）",
                ),
                flag(
                    "temperature",
                    "Temperature at first; lower is more predictable [default: that of the run]",
                    "开始时的温度，越低越可预测（默认：训练记录的设置）",
                ),
                flag(
                    "seed",
                    "Random seed of what the network writes [default: 1]",
                    "网络写作时的随机种子（默认：1）",
                ),
                CHECKPOINT,
                RUNS,
            ],
        },
    ],
    examples: &[
        (
            both("charnn play --prompt \"Once upon\"", "charnn play --prompt \"从前\""),
            both("Play with the newest run", "使用最新的训练记录"),
        ),
        (
            same("charnn play gru lstm"),
            both("Two networks; Ctrl-O switches", "两个网络，用 Ctrl-O 切换"),
        ),
        (
            both("charnn play builtin:tales", "charnn play builtin:tales-zh"),
            both("Play with a built-in network", "使用内置的网络"),
        ),
    ],
};
