//! The page of `charnn explain`.

use super::page::{
    ARGUMENTS, CHECKPOINT, Group, JSON, OPTIONS, OUTPUT, Page, RUN, RUNS, both, flag, same,
};

pub(super) const EXPLAIN: Page = Page {
    command: "explain",
    about: both(
        "Show which units, weights and characters lead to the next one",
        "说明哪些单元、权重和前面的字符导致了下一个字符",
    ),
    details: both(
        "Compares two characters that may follow a text, and splits the difference of their logits over the units of \
         the last layer; the parts sum to the difference. For the units with the largest parts it shows the gates at the \
         last character, and for each earlier character its effect, by reading the text without it and by the gradient. \
         docs/insight.md explains the output.",
        "比较某段文本之后可能出现的两个字符，把它们的 logit 之差分解到最后一层的各个单元，各部分之和等于这个差。对作用最大的\
         单元，显示它们在最后一个字符处的门；对前面的每个字符，用去掉它再读一遍和梯度两种方法给出其作用。输出的说明见 \
         docs/insight.md。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[RUN] },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "at",
                    "Text whose next character is explained",
                    "解释哪段文本之后的下一个字符",
                )
                .more(
                    "\\n, \\t, \\\\ and \\u{4E00} stand for characters. A text of fewer than 16 characters is read after the \
                     primer of the network.",
                    "可以使用 \\n、\\t、\\\\ 和 \\u{4E00}。少于 16 个字符的文本，网络会先读取引导文本。",
                ),
                flag(
                    "target",
                    "Character to explain [default: the most probable]",
                    "要解释的字符（默认：概率最高的字符）",
                ),
                flag(
                    "against",
                    "Character to compare it with [default: the most probable other one]",
                    "与哪个字符比较（默认：其余字符中概率最高的）",
                ),
                flag("units", "Units whose gates are shown", "显示多少个单元的门"),
                flag(
                    "characters",
                    "Characters at the end of the text whose effects are shown",
                    "显示文本末尾多少个字符的作用",
                ),
                CHECKPOINT,
                RUNS,
            ],
        },
        Group {
            heading: OUTPUT,
            flags: &[
                flag(
                    "output",
                    "Write a web page to this file, or - for standard output",
                    "把网页写入此文件，- 表示标准输出",
                ),
                flag(
                    "force",
                    "Replace a file that charnn did not write",
                    "即使已有的文件不是 charnn 生成的，也覆盖它",
                ),
                JSON,
            ],
        },
    ],
    examples: &[
        (
            same("charnn explain --at \"ROMEO:\""),
            both("Why a line break follows the colon", "为什么冒号之后是换行"),
        ),
        (
            same("charnn explain --at \"ROMEO:\" --target \" \" --against \"\\n\" -o explain.html"),
            both("Why not a space, as a web page", "为什么不是空格（生成网页）"),
        ),
    ],
};
