//! `charnn score`.

use charnn_infer::{Bits, Lengths, Loss, Surprise};
use charnn_message::{Describe, Message, Text, grouped, text};

/// What was scored so far.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) lines: u64,
    pub(crate) unknown: u64,
    loss: Loss,
    /// Of all lines with their ends, if symbols are not characters.
    lengths: Option<Lengths>,
}

impl Totals {
    pub(crate) fn add(&mut self, line: &[Surprise], unknown: u64, lengths: Option<Lengths>) {
        if let Some(lengths) = lengths {
            *self.lengths.get_or_insert_default() += lengths;
        }
        self.lines += 1;
        self.unknown += unknown;
        self.loss += loss(line);
    }
}

/// The loss of a line.
pub(crate) fn loss(line: &[Surprise]) -> Loss {
    Loss { sum: line.iter().map(|it| f64::from(it.loss)).sum(), characters: line.len() as u64 }
}

/// Which network scores.
pub(crate) fn scoring(run: &str, step: u64) -> Text {
    let step = grouped(step);
    text!(en: "scoring with run {run}, step {step}", zh: "用训练记录 {run} 第 {step} 步评分")
}

/// All lines together.
pub(crate) fn summary(totals: &Totals) -> Text {
    let (lines, characters) = (grouped(totals.lines), grouped(totals.loss.characters));
    if totals.loss.characters == 0 {
        return text!(en: "lines: {lines}, characters: 0", zh: "{lines} 行，0 个字符");
    }
    let (loss, bits) = (totals.loss.mean(), totals.loss.bits_per_character());
    if let Some(lengths) = totals.lengths {
        let Bits { per_character, per_byte } = totals.loss.bits(lengths);
        return text!(
            en: "lines: {lines}, symbols: {characters}, {loss:.4} nats per symbol, {per_character:.4} bits per \
                 character, {per_byte:.4} bits per byte",
            zh: "{lines} 行，{characters} 个符号：每符号 {loss:.4} nats，每字符 {per_character:.4} 比特，\
                 每字节 {per_byte:.4} 比特"
        );
    }
    text!(
        en: "lines: {lines}, characters: {characters}, {loss:.4} nats ({bits:.4} bits) per character",
        zh: "{lines} 行，{characters} 个字符：每字符 {loss:.4} nats，{bits:.4} 比特"
    )
}

impl Describe for Totals {
    /// The characters that the network does not know.
    fn describe(&self) -> Message {
        let count = grouped(self.unknown);
        Message::new(
            "score/unknown-characters",
            text!(
                en: "the network does not know {count} characters of these lines",
                zh: "这些行中有 {count} 个字符网络不认识"
            ),
        )
        .hint(text!(
            en: "the column `unknown` counts them; the loss treats them as the network's unknown symbol, or skips them",
            zh: "`unknown` 列给出其数量；计算损失时按网络的未知符号处理，没有未知符号时跳过"
        ))
    }
}
