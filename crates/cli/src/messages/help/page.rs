//! What a help page consists of, and the words that several pages share.

use charnn_message::Language;

/// The same words in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Both {
    english: &'static str,
    chinese: &'static str,
}

impl Both {
    pub(crate) fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

/// The help page of one command.
pub(crate) struct Page {
    /// Its words, such as `data inspect`; empty for the program itself.
    pub(crate) command: &'static str,
    /// One line.
    pub(crate) about: Both,
    /// A paragraph for `--help`; empty if there is nothing to add.
    pub(crate) details: Both,
    pub(crate) groups: &'static [Group],
    /// Commands and what they do.
    pub(crate) examples: &'static [(Both, Both)],
}

/// Flags under one heading.
pub(crate) struct Group {
    pub(crate) heading: Both,
    pub(crate) flags: &'static [Flag],
}

/// An argument or a flag.
pub(crate) struct Flag {
    /// The id of the clap argument.
    pub(crate) id: &'static str,
    /// One sentence, for `-h` and `--help`.
    pub(crate) help: Both,
    /// More, for `--help`; empty if there is nothing to add.
    pub(crate) more: Both,
}

pub(super) const fn both(english: &'static str, chinese: &'static str) -> Both {
    Both { english, chinese }
}

/// The same in both languages: a command.
pub(super) const fn same(text: &'static str) -> Both {
    both(text, text)
}

pub(super) const NOTHING: Both = same("");

pub(super) const fn flag(id: &'static str, english: &'static str, chinese: &'static str) -> Flag {
    Flag { id, help: both(english, chinese), more: NOTHING }
}

impl Flag {
    pub(super) const fn more(self, english: &'static str, chinese: &'static str) -> Self {
        Self { more: both(english, chinese), ..self }
    }
}

pub(super) const ARGUMENTS: Both = both("Arguments", "参数");
pub(super) const OPTIONS: Both = both("Options", "选项");
pub(super) const TEXT: Both = both("Text", "文本");
pub(super) const OUTPUT: Both = both("Output", "输出");

pub(super) const DEVICE_MORE: Both = both(
    "auto uses a GPU if there is one, otherwise the CPU. software runs the GPU code on an emulated GPU and \
     is slow. ndarray is a second CPU implementation, in builds with that feature. `charnn devices` lists \
     the devices of this machine.",
    "auto：有 GPU 时使用 GPU，否则使用 CPU；software：在模拟的 GPU 上运行 GPU 代码，很慢；ndarray：另一种 CPU \
     实现，仅在启用该特性的版本中可用。`charnn devices` 列出本机的设备。",
);

pub(super) const TRAINING_DEVICE_MORE: Both = both(
    "auto times a few steps on the first GPU, if there is one, and on the CPU, and takes the faster. gpu:1 \
     or gpu:radeon names one of the adapters that `charnn devices` lists. software runs the GPU code on an \
     emulated GPU and is slow. ndarray is a second CPU implementation, in builds with that feature.",
    "auto：在第一个 GPU（若有）和 CPU 上各试几步，取较快者；gpu:1 或 gpu:radeon：指定 `charnn devices` 列出的某个\
     适配器；software：在模拟的 GPU 上运行 GPU 代码，很慢；ndarray：另一种 CPU 实现，仅在启用该特性的版本中可用。",
);

pub(super) const RUN_MORE: Both = both(
    "A run is the folder that training writes. Give its path, its name in the runs folder, or `latest` for \
     the newest run.",
    "训练记录是训练时写入的文件夹。可以给出它的路径、它在训练记录目录中的名称，或用 `latest` 表示最新的一个。",
);

pub(super) const RUNS: Flag = flag("runs", "Folder that holds all runs", "存放所有训练记录的目录");

pub(super) const RUN: Flag = Flag {
    id: "run",
    help: both(
        "Folder or name of the run, or latest",
        "训练记录的文件夹或名称，或 latest（最新的训练记录）",
    ),
    more: RUN_MORE,
};

pub(super) const NAMES: Flag = Flag {
    id: "names",
    help: both(
        "Folders or names of runs, or latest",
        "训练记录的文件夹或名称，或 latest（最新的）",
    ),
    more: RUN_MORE,
};

pub(super) const CHECKPOINT: Flag = flag(
    "checkpoint",
    "Checkpoint to use: best, last, or a step number",
    "使用哪个检查点：best（最佳）、last（最新）或步数",
)
.more(
    "best has the lowest validation loss, or is the newest if the loss was still falling and the newest has \
     not been evaluated.",
    "best：验证损失最低的检查点；如果损失仍在下降而最新的检查点尚未评估，则用最新的。",
);

pub(super) const ENCODING: Flag = flag(
    "encoding",
    "Encoding of the text, such as gb18030 or utf-16le [default: detected]",
    "文本的编码，例如 gb18030 或 utf-16le（默认：自动检测）",
);

pub(super) const ON_MALFORMED: Flag = flag(
    "on_malformed",
    "How to handle malformed bytes: replace, skip or error [default: replace]",
    "如何处理无效字节：replace（替换）、skip（跳过）或 error（报错）（默认：replace）",
)
.more(
    "replace substitutes U+FFFD for each malformed sequence, skip drops it, error stops.",
    "replace：把每处无效字节替换为 U+FFFD；skip：跳过；error：报错并停止。",
);

pub(super) const ON_MIXED: Flag = flag(
    "on_mixed",
    "How to handle a text that mixes encodings: warn or decode [default: warn]",
    "文本混用多种编码时如何处理：warn（警告）或 decode（分别解码）（默认：warn）",
)
.more(
    "decode reads each stretch by its own encoding, where the evidence for another one is strong.",
    "decode：各部分按各自的编码解码；没有充分证据的部分仍用主要编码。",
);

pub(super) const NORMALIZE: Flag = flag(
    "normalize",
    "Unicode normalization: none, nfc or nfkc [default: none]",
    "Unicode 规范化：none（不做）、nfc 或 nfkc（默认：none）",
);

pub(super) const MAX_BYTES: Flag = flag(
    "max_bytes",
    "Largest text to read, such as 500MB [default: 2GiB]",
    "文本大小上限，例如 500MB（默认：2GiB）",
)
.more("For .gz files, the unpacked size counts.", ".gz 文件按解压后的大小计算。");

pub(super) const PROGRESS: Flag = flag(
    "progress",
    "How to show progress: auto, bar, lines or none",
    "进度的显示方式：auto（自动）、bar（进度条）、lines（逐行）或 none（不显示）",
)
.more(
    "auto shows a bar on a terminal and prints a line every 30 seconds elsewhere.",
    "auto：在终端里显示进度条，否则每 30 秒输出一行。",
);

pub(super) const PAUSE: Flag = flag(
    "pause_at",
    "Save and stop at the first evaluation from this step on",
    "从这一步起，在第一次评估后保存并停止",
)
.more(
    "The learning rate follows the schedule of the whole training. `charnn resume` continues.",
    "学习率仍按整个训练的安排变化。用 `charnn resume` 继续训练。",
);

pub(super) const EVENTS: Flag = flag(
    "json",
    "Write every event as a line of JSON to standard output",
    "把每个事件作为一行 JSON 写到标准输出",
)
.more(
    "docs/json.md describes the events. Errors are lines of JSON on standard error.",
    "事件的说明见 docs/json.md。错误以一行 JSON 写到标准错误。",
);

pub(super) const JSON: Flag =
    flag("json", "Print the result as one line of JSON", "以一行 JSON 输出结果");
