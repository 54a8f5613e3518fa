//! Generating and evaluating with a trained network.

use crate::args::SplitPart;
use charnn_infer::{Bits, Lengths, Loss, Novelty};
use charnn_message::{Describe, Message, Text, grouped, text};

/// Which network writes, and with which seed, if one matters.
pub(crate) fn writing(run: &str, step: u64, seed: Option<u64>) -> Text {
    let step = grouped(step);
    match seed {
        Some(seed) => text!(
            en: "run {run}, step {step}, seed {seed}",
            zh: "训练记录 {run}，第 {step} 步，随机种子 {seed}"
        ),
        None => text!(en: "run {run}, step {step}", zh: "训练记录 {run}，第 {step} 步"),
    }
}

/// What to do after `charnn demo`.
pub(crate) fn next_step() -> Text {
    text!(
        en: "to train a network on your own text: `charnn train novel.txt`",
        zh: "用自己的文本训练网络：`charnn train novel.txt`"
    )
}

/// The network that generates is untrained.
pub(crate) struct Untrained;

impl Describe for Untrained {
    fn describe(&self) -> Message {
        Message::new(
            "generate/untrained",
            text!(
                en: "the network is untrained: its text is random",
                zh: "网络尚未训练，生成的文本是随机的"
            ),
        )
        .hint(text!(
            en: "wait until training has saved a checkpoint",
            zh: "请等待训练保存检查点"
        ))
    }
}

/// A text repeats itself.
pub(crate) struct InCircles {
    pub(crate) index: u64,
    pub(crate) period: usize,
    pub(crate) repeated: String,
}

impl Describe for InCircles {
    fn describe(&self) -> Message {
        let Self { index, period, .. } = self;
        let start: String = self.repeated.chars().take(30).collect();
        let dots = if start.len() < self.repeated.len() { "..." } else { "" };
        let quoted = format!("{}{dots}", start.escape_debug());
        Message::new(
            "generate/loop",
            text!(
                en: ("text {index} goes in circles: its end repeats {period} characters, \"{quoted}\""),
                zh: ("文本 {index} 陷入循环：结尾不断重复 {period} 个字符“{quoted}”")
            ),
        )
        .hint(text!(
            en: "sample with a higher --temperature",
            zh: "请提高 --temperature 再采样"
        ))
        .hint(text!(
            en: "or forbid repeated passages: `--no-repeat 20`",
            zh: "或禁止重复的片段：`--no-repeat 20`"
        ))
    }
}

/// `--enumerate` gave up.
pub(crate) struct SearchEnded {
    pub(crate) found: usize,
    pub(crate) count: usize,
    pub(crate) steps: usize,
}

impl Describe for SearchEnded {
    fn describe(&self) -> Message {
        let Self { found, count, .. } = self;
        let steps = grouped(self.steps as u64);
        Message::new(
            "generate/search-ended",
            text!(
                en: "found {found} of {count} texts: the search ended after {steps} characters",
                zh: "找到 {count} 段文本中的 {found} 段：搜索在 {steps} 个字符后结束"
            ),
        )
        .hint(text!(
            en: "end texts earlier, with --until or --length; long texts have too many beginnings",
            zh: "请用 --until 或 --length 让文本更早结束；长文本的可能开头太多"
        ))
    }
}

/// `--top-k` is larger than the vocabulary.
pub(crate) fn all_of(top_k: usize, known: usize) -> Text {
    text!(
        en: "--top-k {top_k} has no effect: the vocabulary has {known} characters",
        zh: "--top-k {top_k} 不起作用：词表只有 {known} 个字符"
    )
}

/// Characters of a prompt that the network does not know.
pub(crate) fn unknown(characters: &str, skipped: bool) -> Text {
    let quoted = characters.escape_debug();
    if skipped {
        text!(
            en: ("skipped characters that the network does not know: {characters:?}"),
            zh: ("已跳过网络不认识的字符：“{quoted}”")
        )
    } else {
        text!(
            en: ("replaced characters that the network does not know by its unknown symbol: {characters:?}"),
            zh: ("已将网络不认识的字符替换为未知符号：“{quoted}”")
        )
    }
}

/// What is measured, and where.
pub(crate) fn measuring(
    run: &str,
    step: u64,
    part: Option<SplitPart>,
    name: &str,
    device: &Text,
) -> Text {
    let step = grouped(step);
    let (english, chinese) = match part {
        Some(SplitPart::Train) => ("the training set", "的训练集"),
        Some(SplitPart::Valid | SplitPart::Test) => ("the validation set", "的验证集"),
        None => ("all", "的全文"),
    };
    text!(
        en: ("run {run}, step {step}, on {english} of {name} ({})", device.english),
        zh: ("训练记录 {run}，第 {step} 步，评估 {name} {chinese}（{}）", device.chinese),
    )
}

pub(crate) fn measured(nats: Loss) -> Text {
    let (characters, mean) = (grouped(nats.characters), nats.mean());
    let (bits, perplexity) = (nats.bits_per_character(), nats.perplexity());
    text!(
        en: "characters          {characters}\nnats per character  {mean:.4}\n\
             bits per character  {bits:.4}\nperplexity          {perplexity:.3}",
        zh: "字符数      {characters}\n每字符 nats {mean:.4}\n每字符比特  {bits:.4}\n困惑度      {perplexity:.3}"
    )
}

/// The loss of a network whose symbols are not characters.
pub(crate) fn measured_symbols(loss: Loss, lengths: Lengths) -> Text {
    let (symbols, mean, each) = (grouped(loss.characters), loss.mean(), loss.bits_per_character());
    let (characters, bytes) = (grouped(lengths.characters), grouped(lengths.bytes));
    let Bits { per_character, per_byte } = loss.bits(lengths);
    let perplexity = loss.perplexity();
    text!(
        en: "symbols             {symbols}\ncharacters          {characters}\nbytes               {bytes}\n\
             nats per symbol     {mean:.4}\nbits per symbol     {each:.4}\n\
             bits per character  {per_character:.4}\nbits per byte       {per_byte:.4}\n\
             perplexity          {perplexity:.3}",
        zh: "符号数      {symbols}\n字符数      {characters}\n字节数      {bytes}\n\
             每符号 nats {mean:.4}\n每符号比特  {each:.4}\n\
             每字符比特  {per_character:.4}\n每字节比特  {per_byte:.4}\n困惑度      {perplexity:.3}"
    )
}

/// N-grams whose share is shown.
pub(crate) const NGRAMS: [usize; 4] = [4, 8, 16, 32];

/// What all texts together have in common with the training text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared {
    pub(crate) characters: usize,
    /// Those in copied passages.
    pub(crate) copied: f64,
    pub(crate) longest: String,
    /// For each size of n-grams those that the training text has, and all.
    pub(crate) ngrams: [(f64, f64); NGRAMS.len()],
}

impl Shared {
    pub(crate) fn add(&mut self, text: &str, novelty: &Novelty) {
        let characters = novelty.characters();
        self.characters += characters;
        self.copied += novelty.copied_share(Novelty::LEAST) * characters as f64;
        let longest = novelty.longest();
        if longest.len() > self.longest.chars().count() {
            self.longest = text.chars().skip(longest.start).take(longest.len()).collect();
        }
        for (n, (known, all)) in NGRAMS.into_iter().zip(&mut self.ngrams) {
            if let Some(share) = novelty.ngram_share(n) {
                let count = (characters + 1 - n) as f64;
                *known += share * count;
                *all += count;
            }
        }
    }

    /// The share of characters in copied passages.
    pub(crate) fn share(&self) -> f64 {
        self.copied / self.characters.max(1) as f64
    }

    /// The sizes of n-grams of which there are any, each with the share that the training text has.
    pub(crate) fn ngram_shares(&self) -> impl Iterator<Item = (usize, f64)> {
        let all = NGRAMS.into_iter().zip(self.ngrams);
        all.filter(|(_, (_, all))| *all > 0.0).map(|(n, (known, all))| (n, known / all))
    }
}

/// Characters of a passage that are shown.
const PASSAGE: usize = 60;

fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

/// The longest copied passage, in quotes.
fn quoted(passage: &str) -> String {
    let start: String = passage.chars().take(PASSAGE).collect();
    let dots = if start.len() < passage.len() { "..." } else { "" };
    format!("{}{dots}", start.escape_debug())
}

/// How much of a text is copied.
pub(crate) fn of_text(index: u64, total: &Shared) -> Text {
    let (share, longest) = (percent(total.share()), total.longest.chars().count());
    let passage = quoted(&total.longest);
    text!(
        en: "text {index}: {share} % copied, longest passage {longest}: \"{passage}\"",
        zh: "文本 {index}：{share}% 为照搬，最长片段 {longest} 个字符：“{passage}”"
    )
}

/// How much of all texts is copied.
pub(crate) fn summary(total: &Shared) -> Text {
    let (share, longest) = (percent(total.share()), total.longest.chars().count());
    let (characters, least) = (grouped(total.characters as u64), Novelty::LEAST);
    let passage = quoted(&total.longest);
    let known: Vec<(usize, String)> =
        total.ngram_shares().map(|(n, share)| (n, percent(share))).collect();
    let english: Vec<String> = known.iter().map(|(n, share)| format!("{n}: {share} %")).collect();
    let chinese: Vec<String> = known.iter().map(|(n, share)| format!("{n}：{share}%")).collect();
    text!(
        en: (
            "copied   {share} % of {characters} characters, in passages of at least {least} characters that the \
             training text has\nlongest  {longest} characters: \"{passage}\"\nn-grams  in the training text, by \
             length: {}",
            english.join(", ")
        ),
        zh: (
            "照搬  {characters} 个字符中的 {share}%，指训练文本中也有的、至少 {least} 个字符的片段\n\
             最长  {longest} 个字符：“{passage}”\nn-gram  训练文本中也有的比例，按长度：{}",
            chinese.join("，")
        ),
    )
}

/// The training text is not there to compare with.
pub(crate) struct UnknownNovelty<'a> {
    pub(crate) name: &'a str,
    /// `None` for a network without a run.
    pub(crate) why: Option<Message>,
}

impl Describe for UnknownNovelty<'_> {
    fn describe(&self) -> Message {
        let name = self.name;
        match &self.why {
            None => Message::new(
                "generate/no-corpus",
                text!(
                    en: "the novelty of the texts is unknown: {name} is a network without its training text",
                    zh: "无法得知文本的新颖程度：{name} 只包含网络，没有训练文本"
                ),
            )
            .hint(text!(en: "name a run instead", zh: "请改用训练记录")),
            Some(why) => Message::new(
                "generate/no-corpus",
                text!(
                    en: ("the novelty of the texts is unknown: {}", why.message.english),
                    zh: ("无法得知文本的新颖程度：{}", why.message.chinese)
                ),
            ),
        }
    }
}
