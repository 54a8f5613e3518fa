//! Flags that other programs have, one row each, and what charnn has instead.

use crate::messages::word;
use charnn_config::Key;
use charnn_message::{Text, text};

/// A flag that is not there.
pub(super) struct Unknown<'a> {
    /// The command, such as `data inspect`.
    pub(super) command: &'static str,
    /// As it was written, without a value: `--batch-size`, `-gpu`.
    pub(super) flag: &'a str,
    /// Without dashes, in lower case, `_` for `-`: `batch_size`.
    pub(super) name: String,
    /// What follows it.
    pub(super) value: Option<&'a str>,
}

impl Unknown<'_> {
    /// The value as a shell needs it, or `otherwise`.
    pub(super) fn value_or(&self, otherwise: &str) -> String {
        word(self.value.unwrap_or(otherwise))
    }
}

/// Flags of other programs.
struct Row {
    /// Without dashes, in lower case, `_` for `-`.
    names: &'static [&'static str],
    /// The commands it is about.
    commands: &'static [&'static str],
    hint: fn(&Unknown<'_>) -> Text,
}

const TRAINING: &[&str] = &["train", "resume"];
const GENERATE: &[&str] = &["generate"];
const OF_A_RUN: &[&str] = &["resume", "generate", "evaluate"];
const COMPUTING: &[&str] = &["train", "resume", "generate", "evaluate", "bench"];
const EVERYWHERE: &[&str] = &[];

const ROWS: &[Row] = &[
    // Generation.
    Row {
        names: &[
            "max_tokens",
            "max_new_tokens",
            "max_length",
            "num_tokens",
            "tokens",
            "n_predict",
            "chars",
            "num_chars",
            "steps",
            "len",
            "size",
        ],
        commands: GENERATE,
        hint: |flag| {
            let length = flag.value_or("500");
            text!(
                en: "set the number of characters with --length: `--length {length}`",
                zh: "字符数用 --length 设置：`--length {length}`"
            )
        },
    },
    Row {
        names: &[
            "prefix",
            "start",
            "primetext",
            "prime_text",
            "prime",
            "seed_text",
            "start_text",
            "text",
            "input",
            "context",
        ],
        commands: GENERATE,
        hint: |flag| {
            let prompt = flag.value_or("Once upon a time");
            text!(
                en: "set the beginning of the text with --prompt: `--prompt {prompt}`",
                zh: "文本的开头用 --prompt 设置：`--prompt {prompt}`"
            )
        },
    },
    Row {
        names: &["stop", "stop_sequence", "stop_string", "eos", "end"],
        commands: GENERATE,
        hint: |flag| {
            let end = flag.value_or("END");
            text!(
                en: "end the text at a string with --until: `--until {end}`",
                zh: "用 --until 让文本在某个字符串处结束：`--until {end}`"
            )
        },
    },
    Row {
        names: &["num_beams", "beams", "beam_size", "beam_width", "beam"],
        commands: GENERATE,
        hint: |flag| {
            let count = flag.value_or("10");
            text!(
                en: "an exact search for the most probable texts: `--enumerate {count}`",
                zh: "精确搜索概率最高的文本：`--enumerate {count}`"
            )
        },
    },
    Row {
        names: &["no_repeat_ngram_size", "no_repeat_ngram"],
        commands: GENERATE,
        hint: |flag| {
            let length = flag.value_or("20");
            text!(
                en: "forbid repeated passages of N characters: `--no-repeat {length}`",
                zh: "禁止重复 N 个字符的片段：`--no-repeat {length}`"
            )
        },
    },
    Row {
        names: &["interactive", "i", "chat", "repl", "loop"],
        commands: GENERATE,
        hint: |_| {
            text!(
                en: "there is no interactive mode; in a shell: `while read -r line; do charnn generate \
                     --prompt \"$line\"; done`",
                zh: "没有交互模式；可以在 shell 中运行：`while read -r line; do charnn generate --prompt \
                     \"$line\"; done`"
            )
        },
    },
    Row {
        names: &["out", "o", "output", "outfile", "output_file", "save"],
        commands: GENERATE,
        hint: |flag| {
            let file = flag.value_or("text.txt");
            text!(
                en: "text goes to standard output: `charnn generate > {file}`",
                zh: "文本写到标准输出：`charnn generate > {file}`"
            )
        },
    },
    Row {
        names: &["n"],
        commands: GENERATE,
        hint: |flag| {
            let n = flag.value_or("N");
            text!(
                en: "`--length {n}` sets the number of characters, `--count {n}` the number of texts",
                zh: "`--length {n}` 设置字符数，`--count {n}` 设置文本的段数"
            )
        },
    },
    Row {
        names: &[
            "num_samples",
            "n_samples",
            "samples",
            "num_return_sequences",
            "num",
            "batch_size",
        ],
        commands: GENERATE,
        hint: |flag| {
            let count = flag.value_or("10");
            text!(
                en: "set the number of texts with --count: `--count {count}`",
                zh: "文本的段数用 --count 设置：`--count {count}`"
            )
        },
    },
    Row {
        names: &["temp"],
        commands: GENERATE,
        hint: |flag| {
            let temperature = flag.value_or("0.8");
            text!(
                en: "did you mean `--temperature {temperature}`?",
                zh: "是不是想输入 `--temperature {temperature}`？"
            )
        },
    },
    // Training.
    Row {
        names: &[
            "resume",
            "continue",
            "continue_from",
            "resume_from",
            "load",
            "resume_from_checkpoint",
        ],
        commands: &["train"],
        hint: |flag| {
            let run = flag.value_or("latest");
            text!(
                en: "to resume a run: `charnn resume {run}`",
                zh: "要继续训练：`charnn resume {run}`"
            )
        },
    },
    Row {
        names: &["pretrained", "init", "weights", "finetune", "from"],
        commands: &["train"],
        hint: |flag| {
            let run = flag.value_or("RUN");
            text!(
                en: "start from the network of another run with --init-from: `--init-from {run}`",
                zh: "从另一个训练记录的网络开始：`--init-from {run}`"
            )
        },
    },
    Row {
        names: &[
            "out",
            "o",
            "output",
            "out_dir",
            "output_dir",
            "save_dir",
            "logdir",
            "log_dir",
            "checkpoint_dir",
        ],
        commands: &["train"],
        hint: |flag| {
            let folder = flag.value_or("FOLDER");
            text!(
                en: "runs are saved in runs/; to use another folder: `--set run.root={folder}`",
                zh: "训练记录保存在 runs/ 下；要换文件夹：`--set run.root={folder}`"
            )
        },
    },
    Row {
        names: &["n"],
        commands: &["train"],
        hint: |flag| {
            let n = flag.value_or("N");
            text!(
                en: "`--set train.epochs={n}` sets the number of epochs, `--name {n}` the name of the run",
                zh: "`--set train.epochs={n}` 设置训练轮数，`--name {n}` 设置训练记录的名称"
            )
        },
    },
    Row {
        names: &["log", "log_file", "wandb", "tensorboard", "report_to"],
        commands: TRAINING,
        hint: |_| {
            text!(
                en: "metrics are in metrics.jsonl of the run, and --json writes every event",
                zh: "指标在训练记录的 metrics.jsonl 中；--json 会输出每个事件"
            )
        },
    },
    // Files and runs.
    Row {
        names: &["data", "files", "texts"],
        commands: &["train", "data inspect", "config show"],
        hint: |flag| {
            let (command, text) = (flag.command, flag.value_or("novel.txt"));
            text!(
                en: "give the text without a flag: `charnn {command} {text}`",
                zh: "直接给出文本：`charnn {command} {text}`"
            )
        },
    },
    Row {
        names: &["files", "texts"],
        commands: &["init", "evaluate"],
        hint: |flag| {
            let text = flag.value_or("novel.txt");
            text!(
                en: "name the text with --data: `--data {text}`",
                zh: "请用 --data 给出文本：`--data {text}`"
            )
        },
    },
    Row {
        names: &["config", "conf", "cfg", "config_file", "toml"],
        commands: &["train", "init", "config show", "config check"],
        hint: |flag| {
            let (command, file) = (flag.command, flag.value_or("exp.toml"));
            text!(
                en: "give the file without a flag: `charnn {command} {file}`",
                zh: "直接给出文件：`charnn {command} {file}`"
            )
        },
    },
    Row {
        names: &["out", "o", "output"],
        commands: &["init"],
        hint: |flag| {
            let file = flag.value_or("charnn.toml");
            text!(
                en: "give the file without a flag: `charnn init {file} --data TEXT`",
                zh: "直接给出文件：`charnn init {file} --data TEXT`"
            )
        },
    },
    Row {
        names: &["out", "o", "output"],
        commands: &["data convert"],
        hint: |flag| {
            let file = flag.value_or("OUT");
            text!(
                en: "give the file without a flag: `charnn data convert IN {file}`",
                zh: "直接给出文件：`charnn data convert IN {file}`"
            )
        },
    },
    Row {
        names: &["run", "model", "checkpoint_dir", "model_dir", "run_dir", "load"],
        commands: OF_A_RUN,
        hint: |flag| {
            let (command, run) = (flag.command, flag.value_or("latest"));
            text!(
                en: "give the run without a flag: `charnn {command} {run}`",
                zh: "直接给出训练记录：`charnn {command} {run}`"
            )
        },
    },
    // Devices.
    Row {
        names: &["gpu", "cuda", "use_gpu", "use_cuda", "gpus", "mps"],
        commands: COMPUTING,
        hint: |_| text!(en: "choose the device with --device: `--device gpu`", zh: "设备用 --device 选择：`--device gpu`"),
    },
    Row {
        names: &["cpu", "use_cpu", "no_gpu", "no_cuda"],
        commands: COMPUTING,
        hint: |_| text!(en: "choose the device with --device: `--device cpu`", zh: "设备用 --device 选择：`--device cpu`"),
    },
    // Everything.
    Row {
        names: &["verbose", "v", "debug", "vv"],
        commands: EVERYWHERE,
        hint: |_| {
            text!(
                en: "all messages are shown by default; --quiet shows less",
                zh: "默认显示所有消息；--quiet 显示得更少"
            )
        },
    },
];

/// Whether a row has this name.
pub(super) fn has(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    ROWS.iter().any(|row| row.names.contains(&&*name))
}

/// What to type instead of `flag`.
pub(super) fn instead(flag: &Unknown<'_>) -> Option<Text> {
    let fits = |row: &&Row| {
        row.names.contains(&&*flag.name)
            && (row.commands.is_empty() || row.commands.contains(&flag.command))
    };
    let row = ROWS.iter().find(fits);
    row.map(|row| (row.hint)(flag)).or_else(|| of_text(flag))
}

/// Words that name the text in configurations of other programs.
fn of_text(flag: &Unknown<'_>) -> Option<Text> {
    Key::known(&flag.name).filter(|key| key.path() == "data.path")?;
    let name = match flag.command {
        "train" | "data inspect" | "config show" => "data",
        "init" | "evaluate" => "texts",
        _ => return None,
    };
    instead(&Unknown { name: name.into(), ..*flag })
}

#[cfg(test)]
mod tests {
    use super::*;
    use charnn_message::Language;

    #[test]
    fn every_row_has_a_command_in_both_languages() {
        for row in ROWS {
            for value in [None, Some("a b")] {
                let command = row.commands.first().copied().unwrap_or("train");
                let flag = Unknown { command, flag: "--x", name: row.names[0].into(), value };
                let hint = (row.hint)(&flag);
                for language in [Language::English, Language::Chinese] {
                    let text = hint.in_language(language);
                    assert!(text.contains("--") || text.contains("`charnn "), "{text}");
                }
                assert_ne!(hint.english, hint.chinese);
            }
        }
    }
}
