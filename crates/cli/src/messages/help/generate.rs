//! The pages of `charnn generate` and `charnn demo`.

use super::page::{
    ARGUMENTS, Both, CHECKPOINT, Flag, Group, NOTHING, OUTPUT, Page, RUN, RUNS, both, flag, same,
};

pub(super) const GENERATE: Page = Page {
    command: "generate",
    about: both("Generate text with a trained network", "用训练好的网络生成文本"),
    details: NOTHING,
    groups: &[
        Group { heading: ARGUMENTS, flags: &[RUN] },
        PROMPT,
        SAMPLING,
        REPETITION,
        CONSTRAINTS,
        SELECTION,
        TEXTS,
        Group { heading: NETWORK, flags: &[CHECKPOINT, PRECISION, DEVICE, RUNS] },
    ],
    examples: &[
        (same("charnn generate"), both("Generate with the newest run", "用最新的训练记录生成文本")),
        (
            both(
                "charnn generate --prompt \"It was\" --length 2000",
                "charnn generate --prompt \"从前\" --length 2000",
            ),
            both("Start with your own words", "以自己的文字开头"),
        ),
        (
            same("charnn generate --count 20 --temperature 0.8 > texts.txt"),
            both("Generate 20 texts into a file", "生成 20 段文本并写入文件"),
        ),
        (
            same("charnn generate names --records 20 --unique --novel"),
            both("Write 20 new names", "生成 20 个新名字"),
        ),
        (
            same("charnn generate --prompt \"\\n\" --enumerate 20"),
            both("List the 20 most probable lines", "列出概率最高的 20 行"),
        ),
    ],
};

pub(super) const DEMO: Page = Page {
    command: "demo",
    about: both("Generate text with a small built-in network", "用内置的小网络生成文本"),
    details: both(
        "The network was trained on built-in fairy tales in half a minute. Other commands take it by its name, \
         builtin:tales or builtin:tales-zh.",
        "该网络用内置童话训练了半分钟。其他命令可用名称 builtin:tales 或 builtin:tales-zh 引用它。",
    ),
    groups: &[
        PROMPT,
        SAMPLING,
        REPETITION,
        CONSTRAINTS,
        SELECTION,
        TEXTS,
        Group { heading: NETWORK, flags: &[PRECISION, DEVICE] },
    ],
    examples: &[
        (same("charnn demo"), both("Generate a tale", "生成一段童话")),
        (
            both("charnn demo --prompt \"The fox\"", "charnn demo --prompt \"小满\""),
            both("Start with your own words", "以自己的文字开头"),
        ),
        (
            both(
                "charnn evaluate builtin:tales --data x.txt",
                "charnn evaluate builtin:tales-zh --data x.txt",
            ),
            both("Use the network in other commands", "在其他命令中使用该网络"),
        ),
    ],
};

const NETWORK: Both = both("Network", "网络");

const PROMPT: Group = Group {
    heading: both("Prompt", "提示"),
    flags: &[
        flag(
            "prompt",
            "Text to start with [default: sample.prompt of the run]",
            "文本的开头（默认：训练记录的 sample.prompt）",
        )
        .more(
            "Escapes: \\n, \\t, \\\\ and \\u{4E00}. - reads standard input. Without a prompt, or with \
             fewer than 16 characters, the network first reads a passage of its training text, \
             which is not printed.",
            "可用转义 \\n、\\t、\\\\ 和 \\u{4E00}；- 表示读取标准输入。没有提示，或提示不足 16 个字符时，网络会先\
             读一段训练文本（不输出），再开始生成。",
        ),
        flag(
            "prompt_file",
            "Read the prompt from a file in any encoding",
            "从文件读取提示，编码不限",
        ),
        flag(
            "on_unknown",
            "How to handle characters the network does not know: error, skip or unk",
            "如何处理网络不认识的字符：error（报错）、skip（跳过）或 unk（未知符号）",
        )
        .more(
            "unk substitutes the network's unknown symbol, if it has one.",
            "unk：替换为网络的未知符号（如果有）。",
        ),
    ],
};

const SAMPLING: Group = Group {
    heading: both("Sampling", "采样"),
    flags: &[
        flag(
            "temperature",
            "Sampling temperature: lower is more predictable, higher more varied [default: sample.temperature of \
             the run]",
            "采样温度：越低越稳妥，越高越多样（默认：训练记录的 sample.temperature）",
        ),
        flag(
            "top_k",
            "Sample from the K likeliest characters; 0 means all",
            "只从概率最高的 K 个字符中采样；0 表示全部",
        ),
        flag(
            "top_p",
            "Sample from the likeliest characters whose probabilities sum to P",
            "只从累计概率达到 P 的高概率字符中采样",
        ),
        flag(
            "min_p",
            "Sample from the characters at least P times as likely as the likeliest",
            "只从概率不低于最高概率 P 倍的字符中采样",
        ),
        flag(
            "typical",
            "Sample from the characters about as surprising as expected, up to probability P",
            "只从意外程度接近期望的字符中采样，累计概率达到 P",
        )
        .more(
            "Locally typical sampling. It may leave out the likeliest character.",
            "即局部典型采样（locally typical sampling），可能会排除概率最高的字符。",
        ),
        flag(
            "greedy",
            "Always take the likeliest character; same as --temperature 0",
            "总是取概率最高的字符，等同于 --temperature 0",
        ),
        flag(
            "seed",
            "Random seed; the same seed gives the same text [default: random, and shown]",
            "随机种子；相同的种子生成相同的文本（默认：随机选取并显示）",
        ),
        flag(
            "window",
            "Reread the last N characters for each new one [default: sample.window of the run]",
            "每生成一个字符都重新读取最后 N 个字符（默认：训练记录的 sample.window）",
        )
        .more(
            "0 keeps the hidden state instead, which is how most networks are trained.",
            "0 表示沿用隐藏状态，大多数网络都是这样训练的。",
        ),
    ],
};

const REPETITION: Group = Group {
    heading: both("Repetition", "重复"),
    flags: &[
        flag(
            "no_repeat",
            "Repeat no passage of N characters; 0 allows all",
            "不重复任何 N 个字符的片段；0 表示不限",
        )
        .more(
            "Compares with the last 4096 characters. 15 to 30 prevents loops and keeps common phrases.",
            "与最后 4096 个字符比较。15 到 30 可以避免循环，又保留常用词句。",
        ),
        flag(
            "repetition_penalty",
            "Divide positive logits of recent characters by X, multiply negative ones; 1 has no effect",
            "近期字符的正 logit 除以 X，负 logit 乘以 X；1 表示不变",
        )
        .more(
            "The penalties were made for tokens. Every text repeats its letters: stay below 1.2.",
            "这些惩罚是为词元设计的；任何文本都会重复字母，请不要超过 1.2。",
        ),
        flag(
            "presence_penalty",
            "Subtract X from the logits of recent characters",
            "近期字符的 logit 减去 X",
        ),
        flag(
            "frequency_penalty",
            "Subtract X from the logit of a character for each recent occurrence",
            "字符在近期每出现一次，其 logit 减去 X",
        ),
        flag(
            "penalty_window",
            "Characters that are recent for the penalties [default: 64]",
            "惩罚所考虑的近期字符数（默认：64）",
        ),
    ],
};

const CONSTRAINTS: Group = Group {
    heading: both("Constraints", "约束"),
    flags: &[
        flag("ban", "Never write these characters", "不输出这些字符"),
        flag(
            "acrostic",
            "Begin the lines with the characters of WORD, one each",
            "各行依次以 WORD 的字符开头（藏头）",
        )
        .more(
            "The text ends with the last of these lines, or after --length characters.",
            "写完这些行，或达到 --length 个字符后结束。",
        ),
        flag(
            "length",
            "Most characters to generate after the prompt [default: sample.length of the run]",
            "在提示之后最多生成多少个字符（默认：训练记录的 sample.length）",
        ),
        flag(
            "until",
            "End the text after STR; may be repeated",
            "文本写到 STR 为止；可以多次使用",
        )
        .more(
            "The text contains STR. Escapes as in --prompt: --until '\\n' ends it after a line.",
            "文本包含 STR。转义与 --prompt 相同：--until '\\n' 在一行之后结束。",
        ),
        flag("lines", "End the text after N lines", "文本写满 N 行后结束"),
    ],
};

const SELECTION: Group = Group {
    heading: both("Selection", "选择"),
    flags: &[
        flag(
            "best_of",
            "Generate N texts for each and keep the one that the network finds likeliest",
            "每段生成 N 个候选，保留网络认为概率最高的一个",
        )
        .more(
            "Compares the mean log-probability of a character, before temperature and other samplers.",
            "比较每个字符的平均对数概率，不受温度等采样设置影响。",
        ),
        flag(
            "enumerate",
            "Print the N most probable texts in exact order, with their probabilities",
            "按概率从高到低精确列出 N 段文本及其概率",
        )
        .more(
            "For short texts such as names. A text ends after a line, or as --until, --lines and --length \
             say. Temperature and other samplers have no effect.",
            "适合名字等短文本。文本在一行之后结束，或按 --until、--lines 和 --length 结束；温度等采样设置不起作用。",
        ),
        flag(
            "show_probs",
            "Print each character with its probability and the likeliest alternatives",
            "逐个输出字符及其概率，以及概率最高的其他字符",
        )
        .more(
            "The probabilities are the network's own, in percent, before temperature and other samplers.",
            "概率（百分比）由网络直接给出，不受温度等采样设置影响。",
        ),
    ],
};

const TEXTS: Group = Group {
    heading: OUTPUT,
    flags: &[
        flag("count", "Number of texts to generate", "生成几段文本").more(
            "Each text has its own random numbers: text i is the same for any --count.",
            "各段使用各自的随机数：无论生成几段，第 i 段都相同。",
        ),
        flag(
            "records",
            "Write N complete records, one per line; longer ones with blank lines between them",
            "输出 N 条完整的记录，每行一条；多行的记录之间空一行",
        )
        .more(
            "For a network trained with data.records. A record of more than --length characters (default 1000) is \
             unfinished and is not written. Record i is the same for any N.",
            "用于设置了 data.records 的训练记录。超过 --length（默认 1000）个字符仍未结束的记录不输出。无论 N 是多少，\
             第 i 条都相同。",
        ),
        flag("unique", "Write each record only once", "重复的记录只输出一次"),
        flag(
            "novel",
            "Write only records that the training text does not have",
            "只输出训练文本中没有的记录",
        ),
        flag(
            "novelty",
            "Compare the texts with the training text and report the passages they share",
            "把生成的文本与训练文本比较，报告两者共有的片段",
        )
        .more(
            "A passage of at least 20 characters counts as copied. It is underlined on a terminal; --json lists it. The \
             text appears after the comparison.",
            "至少 20 个字符的共有片段算作照搬：在终端中加下划线，用 --json 时逐一列出。比较之后才输出文本。",
        ),
        flag("separator", "Line between two texts", "两段文本之间的分隔行"),
        flag(
            "json",
            "Print one line of JSON per text, with its index, seed, prompt and text",
            "每段文本输出一行 JSON，含序号、种子、提示和文本",
        ),
    ],
};

const PRECISION: Flag = flag(
    "precision",
    "Precision of the weights on the CPU: f32 or bf16",
    "权重的精度（仅限 CPU）：f32 或 bf16",
)
.more(
    "bf16 is up to twice as fast; the text may differ.",
    "bf16 最多可快一倍，但生成的文本可能不同。",
);

const DEVICE: Flag = flag(
    "device",
    "Where to compute: auto, gpu, cpu, software or ndarray",
    "计算设备：auto、gpu、cpu、software 或 ndarray",
)
.more(
    "The CPU is the default: reading each character back from a GPU takes longer than \
     computing it.",
    "默认用 CPU：从 GPU 逐个读回字符，比计算本身还慢。",
);
