//! What `charnn data inspect` shows of a text.

use crate::output::grouped;
use charnn_data::{Counted, Inspection};
use charnn_message::{Text, text, visible};
use charnn_text::Script;

/// The report, without what training would do.
pub(crate) fn report(found: &Inspection) -> Text {
    let mut lines = vec![found.reading.summary()];
    if let Some(problem) = &found.problem {
        lines.push(text!(en: "problem: {problem}", zh: "问题：{problem}"));
    }
    let (distinct, once) = (grouped(found.distinct as u64), grouped(found.singletons as u64));
    lines.push(text!(
        en: "distinct characters: {distinct}, {once} of them only once",
        zh: "不同的字符：{distinct} 种，其中 {once} 种只出现一次"
    ));
    let scripts: Vec<Text> = found.scripts.iter().map(|it| share(it.script, it.share)).collect();
    lines.push(list(text!(en: "kinds: ", zh: "种类："), &scripts));
    let rarest: Vec<Text> = found.rarest.iter().map(counted).collect();
    lines.push(list(text!(en: "rarest: ", zh: "最少见："), &rarest));
    let repeated = 100.0 * found.repeated;
    lines.push(text!(
        en: "repeated passages: {repeated:.1} %",
        zh: "重复的段落：{repeated:.1}%"
    ));
    let preview = visible(&found.preview);
    lines.push(text!(en: "beginning:\n{preview}", zh: "开头：\n{preview}"));
    let all = |of: fn(&Text) -> &str| lines.iter().map(of).collect::<Vec<_>>().join("\n");
    Text { english: all(|line| &line.english), chinese: all(|line| &line.chinese) }
}

/// `parts` behind `label`.
fn list(label: Text, parts: &[Text]) -> Text {
    let joined = |separator: &str, of: fn(&Text) -> &str| {
        parts.iter().map(of).collect::<Vec<_>>().join(separator)
    };
    Text {
        english: label.english + &joined(", ", |part| &part.english),
        chinese: label.chinese + &joined("、", |part| &part.chinese),
    }
}

fn share(script: Script, share: f64) -> Text {
    let percent = 100.0 * share;
    let (english, chinese) = match script {
        Script::Space => ("white space", "空白"),
        Script::Digit => ("digits", "数字"),
        Script::Punctuation => ("punctuation", "标点"),
        Script::Latin => ("Latin", "拉丁字母"),
        Script::Cyrillic => ("Cyrillic", "西里尔字母"),
        Script::Han => ("Han", "汉字"),
        Script::Kana => ("kana", "假名"),
        Script::Hangul => ("Hangul", "谚文"),
        Script::Symbol => ("symbols", "符号"),
        Script::Other => ("other letters", "其他文字"),
        Script::Bad => ("control and private use", "控制字符和私用区字符"),
    };
    text!(en: ("{english} {percent:.1} %"), zh: ("{chinese} {percent:.1}%"))
}

fn counted(rare: &Counted) -> Text {
    let Counted { character, code_point, count } = rare;
    Text::verbatim(format!("{character:?} {code_point} ×{count}"))
}
