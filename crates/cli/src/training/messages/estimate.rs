//! What a dry run estimates, and how overfitting goes.

use crate::output::{clock, size};
use crate::training::memory::{LimitedBy, MemoryLimit};
use charnn_message::{Message, Text, grouped, text};
use charnn_train::{Benchmark, Interconnect, StepOnRanks};
use std::time::Duration;

pub(crate) fn parameters(count: usize) -> Text {
    text!(en: "parameters      {}", zh: "参数      共 {} 个", grouped(count as u64))
}

/// In bytes, as all sizes here.
pub(crate) fn memory(needed: f64, limit: Option<MemoryLimit>) -> Text {
    let needed = size(needed);
    let of = limit.map_or(Text::verbatim(""), |MemoryLimit { bytes, by }| {
        let bytes = size(bytes as f64);
        match by {
            LimitedBy::Machine => text!(en: " of {bytes}", zh: "，本机共有 {bytes}"),
            LimitedBy::Cgroup => {
                text!(en: " of {bytes} (limit of the container)", zh: "，容器上限 {bytes}")
            }
            LimitedBy::Ulimit => {
                text!(en: " of {bytes} (ulimit -v)", zh: "，上限 {bytes}（ulimit -v）")
            }
        }
    });
    text!(
        en: ("memory          about {needed}{}", of.english),
        zh: ("内存      约 {needed}{}", of.chinese),
    )
}

pub(crate) fn too_much_memory() -> Message {
    Message::new("estimate/memory", text!(en: "not enough memory", zh: "内存不足")).hint(text!(
        en: "lower train.batch_size, train.seq_length or model.hidden_size",
        zh: "请调低 train.batch_size、train.seq_length 或 model.hidden_size"
    ))
}

pub(crate) fn tensor(largest: f64, most: u64) -> Text {
    let (largest, most) = (size(largest), size(most as f64));
    text!(
        en: "largest tensor  {largest}, at most {most}",
        zh: "最大张量  {largest}，上限 {most}"
    )
}

pub(crate) fn too_large_tensor() -> Message {
    Message::new(
        "estimate/tensor",
        text!(en: "the device cannot hold a tensor of this size", zh: "设备放不下这么大的张量"),
    )
    .hint(text!(en: "lower train.batch_size", zh: "请调低 train.batch_size"))
}

pub(crate) fn disk(one: u64, all: f64, free: Option<u64>) -> Text {
    let (one, all) = (size(one as f64), size(all));
    let free = free.map_or(
        Text::verbatim(""),
        |free| text!(en: " of {} free", zh: "，可用 {}", size(free as f64)),
    );
    text!(
        en: ("disk            {one} per checkpoint, at most {all}{}", free.english),
        zh: ("磁盘      每个检查点 {one}，最多 {all}{}", free.chinese),
    )
}

pub(crate) fn time(
    benchmark: &Benchmark,
    characters_per_second: u64,
    steps: u64,
    all: Duration,
) -> Text {
    let Benchmark { step_seconds, evaluations, samples, .. } = benchmark;
    let (milliseconds, all) = (step_seconds * 1e3, clock(all));
    let (rate, steps) = (grouped(characters_per_second), grouped(steps));
    let (evaluations, samples) = (grouped(*evaluations), grouped(*samples));
    text!(
        en: "step            {milliseconds:.1} ms, {rate} characters per second\n\
             whole run       about {all}: {steps} steps, {evaluations} evaluations, {samples} samples",
        zh: "每步      {milliseconds:.1} 毫秒，每秒 {rate} 个字符\n\
             总计      约 {all}：{steps} 步，{evaluations} 次评估，{samples} 次生成示例"
    )
}

/// A step on several machines like this one.
pub(crate) fn on_ranks(ranks: usize, network: Interconnect, step: StepOnRanks) -> Text {
    let (name, bytes) = (network.name, size(step.bytes));
    let (exchange, whole) = (step.exchange_seconds * 1e3, step.step_seconds * 1e3);
    let share = step.efficiency * 100.0;
    text!(
        en: "{ranks} ranks, {name}  about {whole:.1} ms a step, of which {exchange:.1} ms send {bytes}: {share:.0} % efficient",
        zh: "{ranks} 个进程，{name}  每步约 {whole:.1} 毫秒，其中 {exchange:.1} 毫秒用于发送 {bytes}：效率 {share:.0} %"
    )
}

pub(crate) fn measured(peak: u64) -> Text {
    let peak = size(peak as f64);
    text!(en: "peak memory     {peak} so far", zh: "实测      目前内存峰值 {peak}")
}

pub(crate) fn round(round: u64, loss: f64) -> Text {
    text!(en: "round {round}: loss {loss:.4}", zh: "第 {round} 轮：损失 {loss:.4}")
}

pub(crate) fn overfitted(first: f64, last: f64, rounds: u64) -> Text {
    text!(
        en: "overfit check passed: loss {first:.3} to {last:.3} in {rounds} rounds",
        zh: "过拟合检查通过：{rounds} 轮内损失从 {first:.3} 降到 {last:.3}"
    )
}
