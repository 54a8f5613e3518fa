//! The pages of `charnn evaluate` and `charnn score`.

use super::page::{
    ARGUMENTS, CHECKPOINT, DEVICE_MORE, Flag, Group, JSON, ON_MALFORMED, ON_MIXED, OPTIONS, Page,
    RUN, RUNS, TEXT, both, flag, same,
};

pub(super) const EVALUATE: Page = Page {
    command: "evaluate",
    about: both("Measure how well a network predicts a text", "评估网络预测文本的能力"),
    details: both(
        "Prints the loss in nats and in bits per character, and the perplexity.",
        "输出每字符的损失（nats 和比特）以及困惑度。",
    ),
    groups: &[
        Group { heading: ARGUMENTS, flags: &[RUN] },
        Group {
            heading: TEXT,
            flags: &[
                flag(
                    "split",
                    "Part of the run's texts to measure on: train, valid or test",
                    "用训练记录的哪一部分文本评估：train（训练）、valid（验证）或 test（测试）",
                )
                .more(
                    "test is the text that data.test_path named.",
                    "test 是 data.test_path 所指定的文本。",
                ),
                flag(
                    "data",
                    "Another text to measure on",
                    "用另一个文本评估",
                ),
                flag(
                    "encoding",
                    "Encoding of --data, such as gb18030 [default: detected]",
                    "--data 的编码，例如 gb18030（默认：自动检测）",
                ),
                Flag {
                    id: "on_malformed",
                    help: both(
                        "How to handle malformed bytes of --data: replace, skip or error [default: as in \
                         training]",
                        "如何处理 --data 中的无效字节：replace、skip 或 error（默认：与训练时相同）",
                    ),
                    more: ON_MALFORMED.more,
                },
                Flag {
                    id: "on_mixed",
                    help: both(
                        "How to handle a text that mixes encodings: warn or decode [default: as in training]",
                        "文本混用多种编码时如何处理：warn（警告）或 decode（分别解码）（默认：与训练时相同）",
                    ),
                    more: ON_MIXED.more,
                },
                flag(
                    "max_bytes",
                    "Largest text to read, such as 500MB [default: as in training]",
                    "文本大小上限，例如 500MB（默认：与训练时相同）",
                ),
                flag(
                    "on_unknown",
                    "How to handle characters of --data that the network does not know: error, skip or unk",
                    "如何处理 --data 中网络不认识的字符：error（报错）、skip（跳过）或 unk（未知符号）",
                )
                .more(
                    "unk scores them as the network's unknown symbol; without one they are an error.",
                    "unk：按网络的未知符号计分；网络没有未知符号时报错。",
                ),
            ],
        },
        Group {
            heading: OPTIONS,
            flags: &[
                CHECKPOINT,
                Flag {
                    id: "device",
                    help: both(
                        "Where to compute: auto, gpu, cpu, software or ndarray",
                        "计算设备：auto、gpu、cpu、software 或 ndarray",
                    ),
                    more: DEVICE_MORE,
                },
                RUNS,
                JSON,
            ],
        },
    ],
    examples: &[
        (
            same("charnn evaluate"),
            both("Measure the newest run on its validation set", "用验证集评估最新的训练记录"),
        ),
        (
            same("charnn evaluate latest --split test"),
            both("Measure it on its test text", "用测试文本评估"),
        ),
        (
            same("charnn evaluate latest --data other.txt"),
            both("Measure it on another text", "用另一个文本评估"),
        ),
    ],
};

pub(super) const SCORE: Page = Page {
    command: "score",
    about: both("Score each line of a text by its probability", "按概率给文本的每一行评分"),
    details: both(
        "Prints a table with tabs, a row per line, in order: characters (with the line break), unknown characters, the \
         negative log-likelihood in nats, the loss per character in nats and in bits, the worst rank of a character \
         (1: no character was likelier), and the text.",
        "逐行输出以制表符分隔的表格：字符数（含换行）、未知字符数、负对数似然（nats）、每字符损失（nats 和比特）、字符的\
         最差排名（1 表示没有更可能的字符）和文本。",
    ),
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[
                RUN,
                flag(
                    "file",
                    "Text to score; - reads standard input (UTF-8) and scores lines as they arrive",
                    "要评分的文本；- 表示读取标准输入（UTF-8），逐行即时评分",
                ),
            ],
        },
        Group {
            heading: OPTIONS,
            flags: &[
                flag(
                    "by",
                    "What gets a row: line, record (as data.records divides the text) or char",
                    "每行输出对应：line（行）、record（按 data.records 划分的记录）或 char（字符）",
                ),
                flag(
                    "carry",
                    "Score each line after the lines before it, instead of on its own",
                    "每一行接在前面各行之后评分，而不是单独评分",
                ),
                flag(
                    "guesses",
                    "Also estimate how many likelier lines there are, from a sample of N lines",
                    "另外用 N 行采样估计有多少行概率更高",
                )
                .more(
                    "The number of guesses before a password (Dell'Amico and Filippone, 2015).",
                    "即猜中某个密码之前的猜测次数（Dell'Amico 与 Filippone，2015）。",
                ),
                flag(
                    "encoding",
                    "Encoding of the text, such as gb18030 [default: detected]",
                    "文本的编码，例如 gb18030（默认：自动检测）",
                ),
                CHECKPOINT,
                RUNS,
                flag(
                    "json",
                    "Print one line of JSON per line of the text",
                    "文本的每一行输出一行 JSON",
                ),
            ],
        },
    ],
    examples: &[
        (
            same("charnn score latest names.txt | sort -t \"$(printf '\\t')\" -k 6 -n"),
            both("List the most ordinary names first", "最常见的名字排在最前"),
        ),
        (
            same("tail -f app.log | charnn score logs -"),
            both("Watch a log for unusual lines", "监视日志中的异常行"),
        ),
    ],
};
