//! Flags that other programs have, one row each, and what charnn has instead.

use crate::messages::word;
use charnn_config::Key;
use charnn_message::Text;

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

/// Flags of other programs: their names without dashes, in lower case, `_` for `-`; the commands, or none for
/// all; an example of a value; and the hint in English and Chinese, in which `{command}` and `{value}` are
/// replaced.
struct Row(&'static str, &'static [&'static str], &'static str, &'static str, &'static str);

const TRAINING: &[&str] = &["train", "resume"];
const GENERATE: &[&str] = &["generate"];
const OF_A_RUN: &[&str] = &["resume", "generate", "evaluate"];
const COMPUTING: &[&str] = &["train", "resume", "generate", "evaluate", "bench"];
const EVERYWHERE: &[&str] = &[];

const ROWS: [Row; 24] = [
    Row(
        "max_tokens max_new_tokens max_length num_tokens tokens n_predict chars num_chars \
         steps len size",
        GENERATE,
        "500",
        "set the number of characters with --length: `--length {value}`",
        "字符数用 --length 设置：`--length {value}`",
    ),
    Row(
        "prefix start primetext prime_text prime seed_text start_text text input context",
        GENERATE,
        "Once upon a time",
        "set the beginning of the text with --prompt: `--prompt {value}`",
        "文本的开头用 --prompt 设置：`--prompt {value}`",
    ),
    Row(
        "stop stop_sequence stop_string eos end",
        GENERATE,
        "END",
        "end the text at a string with --until: `--until {value}`",
        "用 --until 让文本在某个字符串处结束：`--until {value}`",
    ),
    Row(
        "num_beams beams beam_size beam_width beam",
        GENERATE,
        "10",
        "an exact search for the most probable texts: `--enumerate {value}`",
        "精确搜索概率最高的文本：`--enumerate {value}`",
    ),
    Row(
        "no_repeat_ngram_size no_repeat_ngram",
        GENERATE,
        "20",
        "forbid repeated passages of N characters: `--no-repeat {value}`",
        "禁止重复 N 个字符的片段：`--no-repeat {value}`",
    ),
    Row(
        "interactive i chat repl loop",
        GENERATE,
        "",
        "write together with the network: `charnn play RUN` in the terminal, or `charnn serve` in the browser",
        "与网络一起写作：在终端里用 `charnn play RUN`，或在浏览器里用 `charnn serve`",
    ),
    Row(
        "out o output outfile output_file save",
        GENERATE,
        "text.txt",
        "text goes to standard output: `charnn generate > {value}`",
        "文本写到标准输出：`charnn generate > {value}`",
    ),
    Row(
        "n",
        GENERATE,
        "N",
        "`--length {value}` sets the number of characters, `--count {value}` the number of \
         texts",
        "`--length {value}` 设置字符数，`--count {value}` 设置文本的段数",
    ),
    Row(
        "num_samples n_samples samples num_return_sequences num batch_size",
        GENERATE,
        "10",
        "set the number of texts with --count: `--count {value}`",
        "文本的段数用 --count 设置：`--count {value}`",
    ),
    Row(
        "temp",
        GENERATE,
        "0.8",
        "did you mean `--temperature {value}`?",
        "是不是想输入 `--temperature {value}`？",
    ),
    Row(
        "resume continue continue_from resume_from load resume_from_checkpoint",
        &["train"],
        "latest",
        "to resume a run: `charnn resume {value}`",
        "要继续训练：`charnn resume {value}`",
    ),
    Row(
        "pretrained init weights finetune from",
        &["train"],
        "RUN",
        "start from the network of another run with --init-from: `--init-from {value}`",
        "从另一个训练记录的网络开始：`--init-from {value}`",
    ),
    Row(
        "out o output out_dir output_dir save_dir logdir log_dir checkpoint_dir",
        &["train"],
        "FOLDER",
        "runs are saved in runs/; to use another folder: `--set run.root={value}`",
        "训练记录保存在 runs/ 下；要换文件夹：`--set run.root={value}`",
    ),
    Row(
        "n",
        &["train"],
        "N",
        "`--set train.epochs={value}` sets the number of epochs, `--name {value}` the name \
         of the run",
        "`--set train.epochs={value}` 设置训练轮数，`--name {value}` 设置训练记录的名称",
    ),
    Row(
        "log log_file wandb tensorboard report_to",
        TRAINING,
        "",
        "metrics are in metrics.jsonl of the run, and --json writes every event",
        "指标在训练记录的 metrics.jsonl 中；--json 会输出每个事件",
    ),
    Row(
        "data files texts",
        &["train", "data inspect", "config show"],
        "novel.txt",
        "give the text without a flag: `charnn {command} {value}`",
        "直接给出文本：`charnn {command} {value}`",
    ),
    Row(
        "files texts",
        &["init", "evaluate"],
        "novel.txt",
        "name the text with --data: `--data {value}`",
        "请用 --data 给出文本：`--data {value}`",
    ),
    Row(
        "config conf cfg config_file toml",
        &["train", "init", "config show", "config check"],
        "exp.toml",
        "give the file without a flag: `charnn {command} {value}`",
        "直接给出文件：`charnn {command} {value}`",
    ),
    Row(
        "out o output",
        &["init"],
        "charnn.toml",
        "give the file without a flag: `charnn init {value} --data TEXT`",
        "直接给出文件：`charnn init {value} --data TEXT`",
    ),
    Row(
        "out o output",
        &["data convert"],
        "OUT",
        "give the file without a flag: `charnn data convert IN {value}`",
        "直接给出文件：`charnn data convert IN {value}`",
    ),
    Row(
        "run model checkpoint_dir model_dir run_dir load",
        OF_A_RUN,
        "latest",
        "give the run without a flag: `charnn {command} {value}`",
        "直接给出训练记录：`charnn {command} {value}`",
    ),
    Row(
        "gpu cuda use_gpu use_cuda gpus mps",
        COMPUTING,
        "",
        "choose the device with --device: `--device gpu`",
        "设备用 --device 选择：`--device gpu`",
    ),
    Row(
        "cpu use_cpu no_gpu no_cuda",
        COMPUTING,
        "",
        "choose the device with --device: `--device cpu`",
        "设备用 --device 选择：`--device cpu`",
    ),
    Row(
        "verbose v debug vv",
        EVERYWHERE,
        "",
        "all messages are shown by default; --quiet shows less",
        "默认显示所有消息；--quiet 显示得更少",
    ),
];

impl Row {
    fn has(&self, name: &str) -> bool {
        self.0.split(' ').any(|known| known == name)
    }

    fn hint(&self, flag: &Unknown<'_>) -> Text {
        let Self(_, _, example, english, chinese) = self;
        let value = word(flag.value.unwrap_or(example));
        let fill = |text: &str| text.replace("{command}", flag.command).replace("{value}", &value);
        Text { english: fill(english), chinese: fill(chinese) }
    }
}

/// Whether a row has this name.
pub(super) fn has(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    ROWS.iter().any(|row| row.has(&name))
}

/// What to type instead of `flag`.
pub(super) fn instead(flag: &Unknown<'_>) -> Option<Text> {
    let fits =
        |row: &&Row| row.has(&flag.name) && (row.1.is_empty() || row.1.contains(&flag.command));
    ROWS.iter().find(fits).map(|row| row.hint(flag)).or_else(|| of_text(flag))
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
                let command = row.1.first().copied().unwrap_or("train");
                let flag = Unknown { command, flag: "--x", name: "x".into(), value };
                let hint = row.hint(&flag);
                for language in [Language::English, Language::Chinese] {
                    let text = hint.in_language(language);
                    assert!(text.contains("--") || text.contains("`charnn "), "{text}");
                    assert!(!text.contains("{value}") && !text.contains("{command}"), "{text}");
                }
                assert_ne!(hint.english, hint.chinese);
            }
        }
    }
}
