//! What is said on the way, in Chinese.

use super::failures::obstacle;
use crate::language::{Spoken, spoken};
use crate::notes::{MOST_CHARACTERS, Note};
use crate::output::grouped;
use crate::usage::word;
use charnn_data::shown;
use charnn_kernels::device::{DeviceName, Opened, Why};
use indicatif::FormattedDuration;

impl Spoken for Note<'_> {
    #[expect(clippy::too_many_lines, reason = "a sentence for each")]
    fn chinese(&self) -> Option<String> {
        Some(match *self {
            Self::Begin(name) => format!("charnn {}：{name}", env!("CARGO_PKG_VERSION")),
            Self::Read(reading) => format!("读取  {}", spoken(reading)),
            Self::Converted { to, encoding } => format!("写入  {}：{encoding}", shown(to)),
            Self::ForText { characters, distinct } => {
                format!("文本  共 {} 个字符（{distinct} 种）", grouped(characters as u64))
            }
            Self::TrainIt { file } => format!("训练：charnn train {}", word(&shown(file))),
            Self::Likelier { name, likelier } => format!(
                "{name} 看起来是 {likelier}，现按您指定的编码读取；不用 --encoding 就会自动判断"
            ),
            Self::ReadAsUnknown { count, of } => format!(
                "{} 个字符中有 {} 个（{:.1}%）网络不认识，读作未知符号，预测的也是这个符号",
                grouped(of),
                grouped(count),
                100.0 * count as f64 / of as f64
            ),
            Self::Measuring { run, step, held_out, text, device } => {
                let what = if held_out { "的验证部分" } else { "的全部" };
                let step = grouped(step);
                format!("运行 {run}，第 {step} 步，评估 {text} {what}（{}）", device_name(device))
            }
            Self::LeftOut(skipped) => format!("跳过  {}", spoken(skipped)),
            Self::MoreFiles(count) => format!("读取  另有 {count} 个文件"),
            Self::Text(plan) => format!(
                "文本  {}：共 {} 个字符（{} 种{}），其中 {} 个留作验证",
                plan.corpus_name,
                grouped(plan.ids.len() as u64),
                plan.distinct,
                match plan.vocabulary.len() {
                    known if known == plan.distinct => String::new(),
                    known => format!("，网络认识 {known} 种"),
                },
                grouped(plan.split().valid.len() as u64),
            ),
            Self::Network(plan) => {
                let model = &plan.config.model;
                format!(
                    "网络  {} {}×{}，嵌入 {}：共 {} 个参数",
                    model.cell(),
                    model.num_layers,
                    model.hidden_size,
                    model.embedding_size,
                    grouped(plan.parameters as u64),
                )
            }
            Self::Steps(plan) => format!(
                "计划  共 {} 步，每步 {}×{} 个字符，每轮 {} 步",
                grouped(plan.steps),
                plan.config.train.batch_size,
                plan.config.train.seq_length,
                grouped(plan.steps_per_epoch),
            ),
            Self::Device(opened) => format!("设备  {}", device(opened)),
            Self::Folder(path) => format!("目录  {}", shown(path)),
            Self::From { run, step } => {
                format!("起点  {run} 第 {} 步的网络，大小不变", grouped(step))
            }
            Self::NewCharacters(added) => {
                let shown: String = added.iter().take(MOST_CHARACTERS).collect();
                let more = if added.len() > MOST_CHARACTERS { "等" } else { "" };
                let count = grouped(added.len() as u64);
                format!("新字  {count} 个字符：“{}”{more}", shown.escape_debug())
            }
            Self::Resume { done, steps } => {
                format!("续训  已完成 {} 步，共 {} 步", grouped(done), grouped(steps))
            }
            Self::OtherDevice => "设备与之前不同，结果的最后几位会有差别".into(),
            Self::AllStepsMade => "所有步都已完成。要训练更久，请用 --set train.epochs=N 或 \
                                   --set train.max_steps=N"
                .into(),
            Self::Evaluated { step, valid } => format!(
                "第 {} 步：在 {} 个验证字符上，每字符 {:.3} nats（{:.2} 比特）",
                grouped(step),
                grouped(valid.characters),
                valid.mean(),
                valid.bits_per_character(),
            ),
            Self::Sampled { step, prompt, text } => format!(
                "--- 第 {} 步的样本 ---\n{}{text}\n---",
                grouped(step),
                prompt.trim_start_matches('\n'),
            ),
            Self::Finished { steps, took } => {
                format!("完成 {} 步，用时 {}", grouped(steps), FormattedDuration(took))
            }
            Self::OutOfTime { run } => format!(
                "train.max_time 规定的时间已到。要训练更久：charnn resume {run} --set train.max_time=TIME"
            ),
            Self::NoGain { run } => format!(
                "对验证文本的预测不再改善，训练结束。仍要继续：charnn resume {run} --set \
                 train.early_stop_patience=N"
            ),
            Self::Stopping => "这一步完成后停止，并保存检查点（再按一次 Ctrl-C 立即退出）".into(),
            Self::Stopped { run } => format!("已停止。继续训练：charnn resume {run}"),
            Self::WriteWith { run } => {
                format!("生成文本：charnn generate {run} --prompt \"...\"")
            }
            Self::Writing { run, step, seed } => {
                format!("运行 {run}，第 {} 步，随机种子 {seed}", grouped(step))
            }
            Self::Measured(nats) => format!(
                "字符数      {}\n每字符 nats {:.4}\n每字符比特  {:.4}\n困惑度      {:.3}",
                grouped(nats.characters),
                nats.mean(),
                nats.bits_per_character(),
                nats.perplexity(),
            ),
            Self::AllOf { top_k, known } => {
                format!("网络只认识 {known} 个字符，--top-k {top_k} 就是全部")
            }
            Self::Unknown { characters, skipped } => {
                let done = if skipped { "没有读入" } else { "按未知符号读入" };
                format!("网络不认识的字符{done}：“{}”", characters.escape_debug())
            }
            Self::NobodyReads => "已经没有程序读取事件，训练继续".into(),
            Self::NoSignals(why) => {
                format!("收到停止信号时，学到的内容将不会保存。详细信息：{why}")
            }
            Self::Bug => {
                "这是 charnn 的缺陷，不是您的操作有误。已保存的内容不受影响。请把以上各行和\
                          您输入的命令一起报告给我们"
                    .into()
            }
        })
    }
}

fn device_name(name: &DeviceName) -> String {
    match name {
        DeviceName::Cpu(threads) => format!("CPU，{threads} 个线程"),
        name @ DeviceName::Adapter { .. } => name.to_string(),
    }
}

fn device(opened: &Opened) -> String {
    let name = device_name(&opened.name);
    let why = match &opened.why {
        Why::Asked => "您指定的设备".into(),
        Why::AskedNdArray => "您指定的设备，burn-ndarray".into(),
        Why::HasGpu => "本机有 GPU".into(),
        Why::NoGpu(why) => format!("没有可用的 GPU：{}", obstacle(why)),
        Why::NoGpuSupport => "这个版本不支持 GPU".into(),
    };
    format!("{name}（{why}）")
}
