//! What generated texts have in common with the training text.

use crate::commands::generate::Total;
use charnn_infer::Novelty;
use charnn_message::{Describe, Message, Text, grouped, text};

/// Characters of a passage that are shown.
const SHOWN: usize = 60;

fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

/// The longest copied passage, in quotes.
fn quoted(passage: &str) -> String {
    let start: String = passage.chars().take(SHOWN).collect();
    let dots = if start.len() < passage.len() { "..." } else { "" };
    format!("{}{dots}", start.escape_debug())
}

/// How much of a text is copied.
pub(crate) fn of_text(index: u64, total: &Total) -> Text {
    let (share, longest) = (percent(total.share()), total.longest.chars().count());
    let passage = quoted(&total.longest);
    text!(
        en: "text {index}: {share} % copied, longest passage {longest}: \"{passage}\"",
        zh: "文本 {index}：{share}% 为照搬，最长片段 {longest} 个字符：“{passage}”"
    )
}

/// How much of all texts is copied.
pub(crate) fn summary(total: &Total) -> Text {
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
pub(crate) struct Unknown<'a> {
    pub(crate) name: &'a str,
    /// `None` for a network without a run.
    pub(crate) why: Option<Message>,
}

impl Describe for Unknown<'_> {
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
