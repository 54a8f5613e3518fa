//! Records that a network writes.

use charnn_message::{Describe, Message, Text, grouped, text};

/// How many records a network wrote, and which.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) generated: u64,
    /// Those that came to an end.
    pub(crate) finished: u64,
    /// The different ones of these.
    pub(crate) unique: u64,
    /// The different ones that the network did not learn from.
    pub(crate) novel: u64,
    /// Those that were shown.
    pub(crate) written: u64,
}

/// The rates of finished, different and new records.
pub(crate) fn tally(tally: &Tally, knows_novel: bool) -> Text {
    let share = |part: u64, of: u64| 100.0 * part as f64 / of.max(1) as f64;
    let Tally { generated, finished, unique, novel, written } = *tally;
    let (of_all, of_finished, of_unique) =
        (share(finished, generated), share(unique, finished), share(novel, unique));
    let [written, generated] = [written, generated].map(grouped);
    let new = if knows_novel {
        text!(en: ", {of_unique:.1} % of these novel", zh: "，其中 {of_unique:.1}% 是语料中没有的")
    } else {
        Text::verbatim("")
    };
    text!(
        en: (
            "records: {written} written of {generated}; {of_all:.1} % finished, {of_finished:.1} % of these unique{}",
            new.english
        ),
        zh: (
            "记录：生成 {generated} 条，输出 {written} 条；{of_all:.1}% 完整结束，其中 {of_finished:.1}% 互不相同{}",
            new.chinese
        ),
    )
}

/// Fewer records than were asked for.
pub(crate) struct FewRecords {
    pub(crate) tally: Tally,
    pub(crate) count: u64,
    pub(crate) longest: usize,
}

impl Describe for FewRecords {
    fn describe(&self) -> Message {
        let Self { tally: Tally { written, generated, finished, .. }, count, longest } = self;
        let [written, generated, count] = [*written, *generated, *count].map(grouped);
        let message = Message::new(
            "generate/few-records",
            text!(
                en: "{written} of {count} records after {generated} attempts",
                zh: "尝试 {generated} 次，只得到 {count} 条记录中的 {written} 条"
            ),
        );
        if *finished * 2 < self.tally.generated {
            return message.hint(text!(
                en: "most had no end after {longest} characters: raise --length",
                zh: "多数记录写到 {longest} 个字符仍未结束：请增大 --length"
            ));
        }
        message.hint(text!(
            en: "sample with a higher --temperature, or omit --unique or --novel",
            zh: "请提高 --temperature，或去掉 --unique 或 --novel"
        ))
    }
}
