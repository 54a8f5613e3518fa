//! What `charnn data inspect` shows of a text.

use charnn_data::{Counted, Inspection, RecordFacts, Totals};
use charnn_message::{Language, Text, grouped, text, visible};
use charnn_text::Script;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// What `charnn train` would do with a text.
pub(crate) struct Outlook {
    /// For programs.
    pub(crate) json: Value,
    /// For people.
    pub(crate) lines: Vec<Text>,
}

/// A row of the table of a folder.
pub(crate) struct Row {
    name: Text,
    encoding: String,
    bytes: u64,
    characters: u64,
    malformed: u64,
    /// What is doubtful.
    note: Text,
}

impl Row {
    /// The row of a file.
    pub(crate) fn of(found: &Inspection) -> Self {
        let reading = &found.reading;
        let note = match (&found.problem, &reading.warnings[..]) {
            (Some(_), _) => text!(en: "unclear or damaged", zh: "编码不明或已损坏"),
            (None, [_, ..]) => text!(en: "doubtful", zh: "存疑"),
            (None, []) => Text::verbatim(""),
        };
        Self {
            name: Text::verbatim(visible(&reading.name)),
            encoding: reading.encoding.to_string(),
            bytes: reading.bytes,
            characters: reading.characters,
            malformed: reading.changes.malformed.bytes,
            note,
        }
    }

    /// The last row.
    pub(crate) fn total(totals: &Totals) -> Self {
        let Totals { files, skipped, doubtful, bytes, characters, malformed, encodings, .. } =
            totals;
        let (files, skipped) = (grouped(*files as u64), grouped(*skipped as u64));
        let doubtful = match doubtful.len() {
            0 => Text::verbatim(""),
            count => text!(en: "{count} doubtful", zh: "{count} 个存疑"),
        };
        let encodings: Vec<String> =
            encodings.iter().map(|(encoding, count)| format!("{count} {encoding}")).collect();
        Self {
            name: text!(
                en: "{files} files, {skipped} skipped",
                zh: "共 {files} 个文件，跳过 {skipped} 个"
            ),
            encoding: encodings.join(", "),
            bytes: *bytes,
            characters: *characters,
            malformed: *malformed,
            note: doubtful,
        }
    }
}

/// The table of a folder.
pub(crate) fn table(rows: &[Row], language: Language) -> String {
    let heads = [
        text!(en: "file", zh: "文件"),
        text!(en: "encoding", zh: "编码"),
        text!(en: "bytes", zh: "字节"),
        text!(en: "characters", zh: "字符"),
        text!(en: "malformed", zh: "无效字节"),
        Text::verbatim(""),
    ];
    let head = heads.map(|head| head.in_language(language).to_owned());
    let cells = rows.iter().map(|row| {
        [
            row.name.in_language(language).to_owned(),
            row.encoding.clone(),
            grouped(row.bytes),
            grouped(row.characters),
            grouped(row.malformed),
            row.note.in_language(language).to_owned(),
        ]
    });
    let cells: Vec<[String; 6]> = std::iter::once(head).chain(cells).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut out = String::new();
    for row in &cells {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column] - cell.width());
            let is_number = (2..5).contains(&column);
            line += &if is_number { gap + cell } else { cell.clone() + &gap };
            line += "  ";
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// The report, without what training would do.
pub(crate) fn report(found: &Inspection) -> Text {
    let mut lines = vec![found.reading.summary()];
    if let Some(problem) = &found.problem {
        lines.push(text!(
            en: ("problem: {}", problem.english),
            zh: ("问题：{}", problem.chinese),
        ));
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

/// The records of a text, for people.
pub(crate) fn records(facts: &RecordFacts) -> Text {
    let Text { english, chinese } = described(facts);
    text!(en: ("records: {english}"), zh: ("记录：{chinese}"))
}

/// How many records there are, and how long.
pub(crate) fn described(facts: &RecordFacts) -> Text {
    let RecordFacts { count, empty, shortest, longest, .. } = *facts;
    let (count, mean) = (grouped(count), facts.mean());
    let empty = if empty == 0 {
        Text::verbatim("")
    } else {
        let empty = grouped(empty);
        text!(en: "; {empty} empty ones skipped", zh: "；跳过 {empty} 条空记录")
    };
    text!(
        en: (
            "{count}, of {shortest} to {longest} characters, {mean:.1} on average{}",
            empty.english
        ),
        zh: ("{count} 条，每条 {shortest} 到 {longest} 个字符，平均 {mean:.1} 个{}", empty.chinese),
    )
}

/// The records of a text, for programs.
pub(crate) fn records_json(facts: &RecordFacts) -> Value {
    let RecordFacts { count, empty, shortest, longest, .. } = *facts;
    serde_json::json!({
        "count": count, "empty": empty, "shortest": shortest, "longest": longest, "mean": facts.mean(),
    })
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
