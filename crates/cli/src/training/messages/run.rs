//! Training, from the plan to the last line.

use super::devices::opened;
use crate::messages::inspection::described;
use crate::messages::{run_folder, word};
use crate::output::clock;
use charnn_data::RecordFacts;
use charnn_infer::{Bits, Loss, Unit};
use charnn_kernels::device::Opened;
use charnn_message::{Describe, Message, Text, grouped, shown, text};
use charnn_train::{Baselines, OtherText, Plan, SaveError, TrainError, Warning};
use std::path::Path;
use std::time::Duration;

/// More characters would fill the screen.
const MOST_CHARACTERS: usize = 40;

/// The program and its input.
pub(crate) fn begin(name: &str) -> Text {
    text!(en: "charnn {}: {name}", zh: "charnn {}：{name}", env!("CARGO_PKG_VERSION"))
}

pub(crate) fn corpus(plan: &Plan) -> Text {
    let name = &plan.corpus_name;
    let (characters, distinct) = (grouped(plan.parts.ids.len() as u64), plan.distinct);
    let validation = grouped(plan.split().valid.len() as u64);
    let symbols = plan.vocabulary.len() - usize::from(plan.records.is_some());
    let known = match symbols {
        known if known == distinct => Text::verbatim(""),
        known => {
            let known = grouped(known as u64);
            text!(en: ", {known} in the vocabulary", zh: "，词表 {known} 个")
        }
    };
    let distinct = grouped(distinct as u64);
    let unit = units(plan.vocabulary.unit());
    text!(
        en: (
            "text     {name}: {characters} {}, {distinct} distinct{}, {validation} for validation",
            unit.english, known.english
        ),
        zh: (
            "文本  {name}：共 {characters} 个{}（{distinct} 种{}），其中 {validation} 个用于验证",
            unit.chinese, known.chinese
        ),
    )
}

/// What symbols are called.
fn units(unit: &Unit) -> Text {
    match unit {
        Unit::Char => text!(en: "characters", zh: "字符"),
        Unit::Byte => text!(en: "bytes", zh: "字节"),
        Unit::Grapheme => text!(en: "graphemes", zh: "字素"),
        Unit::Regex(_) => text!(en: "symbols", zh: "符号"),
    }
}

/// A validation text of its own.
pub(crate) fn valid_text(text: &OtherText) -> Text {
    let Text { english, chinese } = other_text(text);
    text!(en: ("valid    {english}"), zh: ("验证  {chinese}"))
}

/// The test text.
pub(crate) fn test_text(text: &OtherText) -> Text {
    let Text { english, chinese } = other_text(text);
    text!(en: ("test     {english}"), zh: ("测试  {chinese}"))
}

fn other_text(text: &OtherText) -> Text {
    let OtherText { name, known, skips_unknown, .. } = text;
    let (characters, unknown) = (grouped(known.characters), grouped(known.unknown));
    let percent = 100.0 * known.unknown_share();
    let lacking = match (known.unknown, skips_unknown) {
        (0, _) => Text::verbatim(""),
        (_, true) => text!(
            en: ", {unknown} ({percent:.1} %) not in the training text: skipped",
            zh: "，其中 {unknown} 个（{percent:.1}%）不在训练文本中：已跳过"
        ),
        (_, false) => text!(
            en: ", {unknown} ({percent:.1} %) not in the vocabulary: read as the unknown symbol",
            zh: "，其中 {unknown} 个（{percent:.1}%）不在词表中：按未知符号读取"
        ),
    };
    text!(
        en: ("{name}: {characters} characters{}", lacking.english),
        zh: ("{name}：共 {characters} 个字符{}", lacking.chinese),
    )
}

/// The records of the text.
pub(crate) fn records(facts: &RecordFacts) -> Text {
    let Text { english, chinese } = described(facts);
    text!(en: ("records  {english}"), zh: ("记录  {chinese}"))
}

pub(crate) fn network(plan: &Plan) -> Text {
    let model = &plan.config.model;
    let (cell, layers, hidden) = (model.cell, model.num_layers, model.hidden_size);
    let (embedding, parameters) = (model.embedding_dim, grouped(plan.parameters as u64));
    text!(
        en: "network  {cell} {layers}x{hidden}, embedding {embedding}: {parameters} parameters",
        zh: "网络  {cell} {layers}×{hidden}，嵌入维度 {embedding}：共 {parameters} 个参数"
    )
}

pub(crate) fn steps(plan: &Plan) -> Text {
    let train = &plan.config.train;
    let (steps, epoch) = (grouped(plan.steps), grouped(plan.steps_per_epoch));
    let (batch, length) = (train.batch_size, train.seq_length);
    let noun = if plan.steps == 1 { "step" } else { "steps" };
    text!(
        en: ("plan     {steps} {noun} of {batch} x {length} characters, {epoch} per epoch"),
        zh: ("计划  共 {steps} 步，每步 {batch}×{length} 个字符，每轮 {epoch} 步")
    )
}

pub(crate) fn device(device: &Opened) -> Text {
    let Text { english, chinese } = opened(device);
    text!(en: ("device   {english}"), zh: ("设备  {chinese}"))
}

pub(crate) fn folder(path: &Path) -> Text {
    text!(en: "run      {}", zh: "目录  {}", shown(path))
}

/// The first lines of a configuration that `charnn init` writes.
pub(crate) fn first_file(file: &Path, source: &str, characters: usize, distinct: usize) -> Text {
    let (file, characters) = (word(&file.to_string_lossy()), grouped(characters as u64));
    let distinct = grouped(distinct as u64);
    text!(
        en: "Created for {source}: {characters} characters, {distinct} distinct.\n\
             Start training: charnn train {file}\n\
             All settings:   charnn config show {file}\n\
             One setting:    charnn config explain train.epochs",
        zh: "为 {source} 生成：共 {characters} 个字符，{distinct} 种。\n\
             开始训练：charnn train {file}\n\
             全部设置：charnn config show {file}\n\
             单项说明：charnn config explain train.epochs"
    )
}

/// A run begins with the network of another.
pub(crate) fn from(run: &str, step: u64) -> Text {
    text!(
        en: "from     {run}, step {} (same network size)",
        zh: "起点  {run} 第 {} 步的网络，大小不变",
        grouped(step)
    )
}

pub(crate) fn new_characters(added: &[String]) -> Text {
    let first: String = added.iter().take(MOST_CHARACTERS).map(String::as_str).collect();
    let more = added.len() > MOST_CHARACTERS;
    let count = grouped(added.len() as u64);
    let noun = if added.len() == 1 { "character" } else { "characters" };
    text!(
        en: ("new      {count} {noun}: {first:?}{}", if more { " and others" } else { "" }),
        zh: ("新增  {count} 个字符：“{}”{}", first.escape_debug(), if more { "等" } else { "" }),
    )
}

pub(crate) fn resume(done: u64, steps: u64) -> Text {
    let (done, steps) = (grouped(done), grouped(steps));
    text!(
        en: "resume   after step {done} of {steps}",
        zh: "续训  已完成 {done} 步，共 {steps} 步"
    )
}

/// A run is resumed on another device.
pub(crate) fn other_device() -> Message {
    Message::new(
        "run/other-device",
        text!(
            en: "the run was trained on another device: results may differ in the last bits",
            zh: "设备与之前不同，结果的最后几位会有差别"
        ),
    )
}

/// Processes that share each batch.
pub(crate) fn ranks(ranks: usize, groups: usize) -> Text {
    text!(
        en: "ranks    {ranks} processes share each batch, in {groups} groups of batch rows",
        zh: "进程  {ranks} 个进程分担每个批次，批内序列分为 {groups} 组"
    )
}

pub(crate) fn other_groups(groups: usize) -> Message {
    Message::new(
        "run/other-groups",
        text!(
            en: "train.gradient_groups changes from 1 to {groups}: from here on, sums are added in another order, \
                 and the last bits of the weights differ",
            zh: "train.gradient_groups 从 1 变为 {groups}：此后求和的次序不同，权重的最后几位会有差别"
        ),
    )
}

pub(crate) fn all_steps_done() -> Text {
    text!(
        en: "All steps are done. To train longer: --set train.epochs=N or --set train.max_steps=N",
        zh: "所有步都已完成。要继续训练，请用 --set train.epochs=N 或 --set train.max_steps=N"
    )
}

/// A line of a log, with the time since training started.
pub(crate) fn at(elapsed: Duration, line: &Text) -> Text {
    let time = clock(elapsed);
    text!(en: ("[{time}] {}", line.english), zh: ("[{time}] {}", line.chinese))
}

pub(crate) fn evaluated(step: u64, loss: Loss, bits: Option<Bits>) -> Text {
    let (step, nats) = (grouped(step), loss.mean());
    if let Some(Bits { per_character, per_byte }) = bits {
        return text!(
            en: "step {step}: validation loss {nats:.3} per symbol ({per_character:.2} bits per character, \
                 {per_byte:.2} per byte)",
            zh: "第 {step} 步：验证损失每符号 {nats:.3}（每字符 {per_character:.2} 比特，每字节 {per_byte:.2} 比特）"
        );
    }
    let bits = loss.bits_per_character();
    let perplexity = match loss.perplexity() {
        huge @ 1e6.. => format!("{huge:.1e}"),
        usual => format!("{usual:.1}"),
    };
    text!(
        en: "step {step}: validation loss {nats:.3} ({bits:.2} bits, perplexity {perplexity})",
        zh: "第 {step} 步：验证损失 {nats:.3}（{bits:.2} 比特，困惑度 {perplexity}）"
    )
}

/// The validation loss beside the baselines that give it a meaning.
pub(crate) fn baselines(val_loss: Option<f64>, baselines: &Baselines) -> Text {
    let Baselines { uniform, unigram, trigram, xz } = baselines;
    let numbers = text!(
        en: "xz {xz:.2} · trigram {trigram:.2} · unigram {unigram:.2} · uniform {uniform:.2}",
        zh: "xz {xz:.2} · 三元模型 {trigram:.2} · 字符频率 {unigram:.2} · 均匀猜测 {uniform:.2}"
    );
    match val_loss {
        Some(loss) => text!(
            en: ("validation loss {loss:.2} · {}", numbers.english),
            zh: ("验证损失 {loss:.2} · {}", numbers.chinese),
        ),
        None => text!(
            en: ("baselines: {}", numbers.english),
            zh: ("基线损失：{}", numbers.chinese),
        ),
    }
}

pub(crate) fn sampled(step: u64, elapsed: Duration, prompt: &str, text: &str) -> Text {
    let (step, time) = (grouped(step), clock(elapsed));
    let text = [prompt, text].concat();
    let text = without_blank_lines(text.trim_start_matches('\n'));
    text!(
        en: ("--- sample at step {step} ({time}) ---\n{}\n---", text.english),
        zh: ("--- 第 {step} 步的生成示例（{time}）---\n{}\n---", text.chinese)
    )
}

/// More blank lines in a row are counted instead of shown: a network that has just begun writes little else.
const MOST_BLANK_LINES: usize = 2;

fn without_blank_lines(sample: &str) -> Text {
    let lines: Vec<&str> = sample.split('\n').collect();
    let parts = lines.chunk_by(|a, b| a.trim().is_empty() == b.trim().is_empty()).map(|lines| {
        let count = lines.len();
        if count > MOST_BLANK_LINES && lines[0].trim().is_empty() {
            text!(en: "[{count} blank lines]", zh: "[{count} 个空行]")
        } else {
            Text::verbatim(lines.join("\n"))
        }
    });
    let (english, chinese): (Vec<_>, Vec<_>) = parts.map(|it| (it.english, it.chinese)).unzip();
    text!(en: ("{}", english.join("\n")), zh: ("{}", chinese.join("\n")))
}

pub(crate) fn finished(steps: u64, took: Duration) -> Text {
    let (steps, took) = (grouped(steps), clock(took));
    text!(en: "{steps} steps in {took}", zh: "完成 {steps} 步，用时 {took}")
}

/// A run was created and not trained.
pub(crate) fn initial_weights(run: &str) -> Text {
    text!(
        en: "Initial weights are saved. To train them: `charnn resume {run}`",
        zh: "初始权重已保存。开始训练：`charnn resume {run}`"
    )
}

pub(crate) fn time_limit(run: &str) -> Text {
    text!(
        en: "Reached train.max_time. To train longer: `charnn resume {run} --set train.max_time=TIME`",
        zh: "已达到 train.max_time。要继续训练：`charnn resume {run} --set train.max_time=TIME`"
    )
}

pub(crate) fn early_stopped(run: &str) -> Text {
    text!(
        en: "Stopped early: the validation loss no longer improves. To continue: `charnn resume {run} --set \
             train.early_stop_patience=N`",
        zh: "验证损失不再下降，提前停止。要继续训练：`charnn resume {run} --set \
             train.early_stop_patience=N`"
    )
}

/// A signal came.
pub(crate) fn stopping() -> Text {
    text!(
        en: "Stopping after this step and saving a checkpoint (press Ctrl-C again to quit now)",
        zh: "这一步完成后停止，并保存检查点（再按一次 Ctrl-C 立即退出）"
    )
}

pub(crate) fn stopped(run: &str) -> Text {
    text!(en: "Stopped. To continue: `charnn resume {run}`", zh: "已停止。继续训练：`charnn resume {run}`")
}

/// The evaluation came at which training was to pause.
pub(crate) fn paused(run: &str) -> Text {
    text!(en: "Paused. To continue: `charnn resume {run}`", zh: "已暂停。继续训练：`charnn resume {run}`")
}

pub(crate) fn write_with(run: &str, has_records: bool) -> Text {
    if has_records {
        return text!(
            en: "Generate records: `charnn generate {run} --records 20`",
            zh: "生成记录：`charnn generate {run} --records 20`"
        );
    }
    text!(
        en: "Generate text: `charnn generate {run} --prompt \"...\"`",
        zh: "生成文本：`charnn generate {run} --prompt \"...\"`"
    )
}

/// The reader of the events closed the pipe.
pub(crate) fn events_unread() -> Message {
    Message::new(
        "events/unread",
        text!(
            en: "the reader of the events closed the pipe; training continues",
            zh: "读取事件的程序已关闭管道，训练继续"
        ),
    )
}

pub(crate) fn no_signals(why: &Text) -> Message {
    Message::new(
        "signals/unavailable",
        text!(
            en: ("cannot install signal handlers ({}): Ctrl-C will lose unsaved progress", why.english),
            zh: ("无法设置信号处理（{}）：按 Ctrl-C 会丢失未保存的进度", why.chinese),
        ),
    )
}

/// The text that a configuration was made for.
pub(crate) fn for_text(characters: usize, distinct: usize) -> Text {
    let (characters, distinct) = (grouped(characters as u64), grouped(distinct as u64));
    text!(
        en: "text     {characters} characters, {distinct} distinct",
        zh: "文本  共 {characters} 个字符（{distinct} 种）"
    )
}

pub(crate) fn train_it(file: &Path) -> Text {
    let file = word(&shown(file));
    text!(en: "Train it: `charnn train {file}`", zh: "开始训练：`charnn train {file}`")
}

/// An error of training, with the commands that help.
pub(crate) fn train_error(error: &TrainError) -> Message {
    match error {
        TrainError::Run(error) => run_folder::error(error),
        TrainError::Diverged { can_go_back: true, run, .. } => error.describe().hint(text!(
            en: "to return to the last checkpoint with half the learning rate: `charnn resume {} --set train.on_nonfinite=rollback`",
            zh: "要退回上一个检查点并把学习率减半：`charnn resume {} --set train.on_nonfinite=rollback`",
            shown(run)
        )),
        TrainError::Device { run, .. } => error.describe().hint(text!(
            en: "to continue: `charnn resume {}`, on another device with `--device cpu`",
            zh: "要继续训练：`charnn resume {}`，换用其他设备请加 `--device cpu`",
            shown(run)
        )),
        TrainError::Unsaved { elsewhere: Some(path), .. } => error.describe().hint(text!(
            en: "to continue from there: `charnn resume {}`",
            zh: "要从那里继续：`charnn resume {}`",
            shown(path)
        )),
        error => error.describe(),
    }
}

/// A checkpoint that could not be written, with the commands that help.
pub(crate) fn save_error(error: &SaveError) -> Message {
    match error {
        SaveError::Run(error) => run_folder::error(error),
        SaveError::Tensor(error) => error.describe(),
    }
}

/// A warning of training, with the commands that help.
pub(crate) fn train_warning(warning: &Warning) -> Message {
    match warning {
        Warning::Run(warning) => run_folder::warning(warning),
        Warning::NotSavedAtEnd(error) => train_error(error),
        warning => warning.describe(),
    }
}

/// What to do about the line above.
pub(crate) fn hint(hint: &Text) -> Text {
    let Text { english, chinese } = hint;
    text!(en: ("  hint: {english}"), zh: ("  提示：{chinese}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_blank_lines_of_a_sample_are_counted() {
        let shown = |text: &str| without_blank_lines(text).english;
        assert_eq!(shown("He came.\n\n\n\n \nShe"), "He came.\n[4 blank lines]\nShe");
        for short in ["", "a", "a\n\nb", "a\n\n\nb\n", "\n\na"] {
            assert_eq!(shown(short), short);
        }
        let chinese = sampled(5, Duration::ZERO, "\n", "好\n\n\n\n\n").chinese;
        assert_eq!(chinese, "--- 第 5 步的生成示例（0:00）---\n好\n[5 个空行]\n---");
    }
}
