//! What a dry run foretells, and how learning by heart goes, in Chinese.

use crate::foretold::{Foretold, size};
use crate::language::Spoken;
use crate::output::grouped;
use indicatif::FormattedDuration;

impl Spoken for Foretold {
    fn chinese(&self) -> Option<String> {
        Some(match *self {
            Self::Parameters(count) => format!("参数      共 {} 个", grouped(count as u64)),
            Self::Memory { needed, have } => {
                let of =
                    have.map_or(String::new(), |have| format!("，本机共有 {}", size(have as f64)));
                format!("内存      约 {}{of}", size(needed))
            }
            Self::TooMuchMemory => {
                "这超过了本机的内存。请调低 train.batch_size、train.seq_length 或 \
                                    model.hidden_size"
                    .into()
            }
            Self::Tensor { largest, most } => {
                format!("最大张量  {}，上限 {}", size(largest), size(most as f64))
            }
            Self::TooLargeTensor => "设备放不下这么大的张量。请调低 train.batch_size".into(),
            Self::Disk { one, all, free } => {
                let of = free.map_or(String::new(), |it| format!("，可用 {}", size(it as f64)));
                format!("磁盘      每个检查点 {}，最多 {}{of}", size(one as f64), size(all))
            }
            Self::Steps { seconds, characters_per_second, steps, all } => format!(
                "每步      {:.1} 毫秒，每秒 {} 个字符\n总计      {} 步，用时 {}，评估和样本除外",
                seconds * 1e3,
                grouped(characters_per_second),
                grouped(steps),
                FormattedDuration(all)
            ),
            Self::Measured(peak) => format!("实测      到目前最多用了 {} 内存", size(peak as f64)),
            Self::Round { round, nats } => format!("第 {round} 轮：每字符 {nats:.4} nats"),
            Self::Learned { first, last, rounds } => {
                format!("已经背下来了：{rounds} 轮里，每字符从 {first:.3} nats 降到 {last:.3} nats")
            }
        })
    }
}
