//! The report on how one file was read.

use crate::clean::{Changes, Newlines, Place};
use crate::detect::outcome::Decision;
use crate::detect::stretches::Stretch;
use crate::source::named;
use crate::{Encoding, OnMalformed, TextWarning};
use charnn_message::{Message, Text, counted, grouped, text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How one file was read. Its `Display` is one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The file.
    pub name: String,
    /// Its length in bytes, after unpacking `.gz`.
    pub bytes: u64,
    /// Whether it was a `.gz` file.
    pub unpacked: bool,
    /// The encoding used.
    pub encoding: Encoding,
    /// How the encoding was found.
    pub decision: Decision,
    /// The label of the encoding that the file declares, as in `charset=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// What became of bytes that begin no character.
    pub on_malformed: OnMalformed,
    /// Characters of the cleaned text.
    pub characters: u64,
    /// Stretches that were decoded by another encoding, for each of these encodings.
    #[serde(default)]
    pub separate: Vec<Separate>,
    /// Warnings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<TextWarning>,
    /// Everything that was found and changed.
    #[serde(flatten)]
    pub changes: Changes,
}

/// The stretches of a file in an encoding that is not its main one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Separate {
    /// Their encoding.
    pub encoding: Encoding,
    /// How many there are.
    pub stretches: u64,
    /// How many bytes they have together.
    pub bytes: u64,
    /// Where the first starts.
    pub first: Place,
}

impl Separate {
    /// Sums up those of `stretches` that are not in the `main` encoding, in the order of their first.
    pub(crate) fn of(main: Encoding, stretches: &[Stretch]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for &Stretch { encoding, first, bytes } in stretches.iter().filter(|it| it.encoding != main)
        {
            if let Some(known) = all.iter_mut().find(|known| known.encoding == encoding) {
                known.stretches += 1;
                known.bytes += bytes;
            } else {
                all.push(Self { encoding, stretches: 1, bytes, first });
            }
        }
        all
    }

    /// The report, as a phrase.
    fn summary(&self) -> Text {
        let Self { encoding, stretches, first, .. } = self;
        let (byte, line) = (grouped(first.byte), grouped(first.line));
        let count = if *stretches == 1 { "stretch" } else { "stretches" };
        text!(
            en: (
                "{} {count} decoded as {encoding} (first at byte {byte}, line {line})",
                grouped(*stretches)
            ),
            zh: (
                "{} 处按 {encoding} 解码（首个在字节偏移 {byte}，第 {line} 行）",
                grouped(*stretches)
            ),
        )
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.summary().english)
    }
}

impl Reading {
    /// The report on one line, in both languages.
    pub fn summary(&self) -> Text {
        let (name, how, encoding) = (named(&self.name), self.how(), self.encoding);
        let mut parts = vec![
            text!(
                en: ("{}: {encoding}{}", name.english, how.english),
                zh: ("{}：{encoding}{}", name.chinese, how.chinese),
            ),
            text!(
                en: ("{}", counted(self.characters, "character")),
                zh: ("共 {} 个字符", grouped(self.characters)),
            ),
        ];
        if self.unpacked {
            parts.push(text!(en: "unpacked from gzip", zh: "由 gzip 解压"));
        }
        parts.extend(self.separate.iter().map(Separate::summary));
        parts.extend(self.malformed());
        parts.extend(self.changes.describe());
        let join = |part: fn(&Text) -> &str, comma: &str| {
            parts.iter().map(part).collect::<Vec<_>>().join(comma)
        };
        Text {
            english: join(|part| &part.english, ", "),
            chinese: join(|part| &part.chinese, "，"),
        }
    }

    /// The warnings, as messages.
    pub fn warnings(&self) -> impl Iterator<Item = Message> {
        self.warnings.iter().map(|warning| warning.describe(&self.name))
    }

    /// How the encoding was found, in parentheses.
    fn how(&self) -> Text {
        match &self.decision {
            Decision::Named { .. } => text!(en: " (as configured)", zh: "（您指定的编码）"),
            Decision::Contest { .. } if self.is_declared() => {
                text!(en: " (as declared)", zh: "（文件声明的编码）")
            }
            Decision::Contest { best, runner_up } => {
                let (bits, next, next_bits) =
                    (best.bits_per_byte, runner_up.encoding, runner_up.bits_per_byte);
                text!(
                    en: " ({bits:.1} bits per byte, next {next} {next_bits:.1})",
                    zh: "（每字节 {bits:.1} 比特，其次是 {next} {next_bits:.1}）"
                )
            }
            Decision::Mark | Decision::ValidUtf8 => Text::verbatim(""),
        }
    }

    /// Whether the encoding is the one that the file declares.
    fn is_declared(&self) -> bool {
        let declared = self.declared.as_ref().and_then(|label| label.parse().ok());
        declared == Some(self.encoding)
    }

    fn malformed(&self) -> Option<Text> {
        let malformed = &self.changes.malformed;
        let first = malformed.places.first()?;
        let done = match self.on_malformed {
            OnMalformed::Replace => text!(en: "replaced by U+FFFD", zh: "已替换为 U+FFFD"),
            OnMalformed::Skip => text!(en: "skipped", zh: "已跳过"),
            OnMalformed::Error => text!(en: "found", zh: "无法识别"),
        };
        let (byte, line) = (grouped(first.byte), grouped(first.line));
        Some(text!(
            en: (
                "{} {} (first at byte {byte}, line {line})",
                counted(malformed.bytes, "malformed byte"),
                done.english
            ),
            zh: (
                "{} 个无效字节{}（首个在字节偏移 {byte}，第 {line} 行）",
                grouped(malformed.bytes),
                done.chinese
            ),
        ))
    }
}

impl Changes {
    /// Everything found and changed except malformed bytes, one phrase each.
    fn describe(&self) -> Vec<Text> {
        let Self { newlines, byte_order_mark, nul, control, private_use, replaced_before, .. } =
            self;
        let mut parts = Vec::new();
        if *byte_order_mark {
            parts.push(text!(en: "byte order mark dropped", zh: "已去掉字节顺序标记"));
        }
        match newlines {
            Newlines { crlf: 0, cr: 0, .. } => {}
            Newlines { cr: 0, lf: 0, .. } => parts.push(Text::verbatim("CRLF → LF")),
            Newlines { crlf: 0, lf: 0, .. } => parts.push(Text::verbatim("CR → LF")),
            Newlines { crlf, cr, lf } => {
                let (crlf, cr, lf) = (grouped(*crlf), grouped(*cr), grouped(*lf));
                parts.push(text!(
                    en: "mixed line ends → LF ({crlf} CRLF, {cr} CR, {lf} LF)",
                    zh: "混用的换行 → LF（{crlf} 个 CRLF，{cr} 个 CR，{lf} 个 LF）"
                ));
            }
        }
        if let Some(columns) = self.layout.wrap {
            parts.push(
                text!(en: "lines wrap at {columns} columns", zh: "每行约 {columns} 列处换行"),
            );
        }
        if self.collapsed && self.layout.surplus > 0 {
            let percent = 100.0 * self.layout.surplus_share();
            parts.push(text!(
                en: "runs of white space collapsed ({percent:.1} % of the text)",
                zh: "已合并连续的空白（占 {percent:.1}%）"
            ));
        }
        if self.dedented {
            parts.push(text!(en: "indents removed", zh: "已去掉段首缩进"));
        }
        if self.breaks > 0 {
            let count = grouped(self.breaks);
            let english = match self.breaks {
                1 => "vertical tab, form feed or NEL",
                _ => "vertical tabs, form feeds and NEL",
            };
            parts.push(text!(
                en: "{count} {english} → LF",
                zh: "{count} 个垂直制表符、换页符或 NEL → LF"
            ));
        }
        for (count, english, done, chinese) in [
            (self.escapes, "terminal escape sequence", "removed", "个终端转义序列（如颜色）已去掉"),
            (self.overstrikes, "overstruck character", "merged", "个退格重叠打印的字符已合并"),
        ] {
            if count > 0 {
                parts.push(text!(
                    en: ("{} {done}", counted(count, english)),
                    zh: ("{} {chinese}", grouped(count)),
                ));
            }
        }
        if self.newline_added {
            parts.push(text!(en: "line end added at the end", zh: "末尾已补上换行"));
        }
        let control = nul + control;
        if control > 0 {
            parts.push(text!(
                en: ("{} dropped", counted(control, "control character")),
                zh: ("已去掉 {} 个控制字符", grouped(control)),
            ));
        }
        if *private_use > 0 {
            parts.push(text!(
                en: ("{}", counted(*private_use, "private-use character")),
                zh: ("{} 个私用区字符", grouped(*private_use)),
            ));
        }
        if *replaced_before > 0 {
            let count = grouped(*replaced_before);
            parts.push(text!(
                en: "{count} U+FFFD in the file itself",
                zh: "文件里原有 {count} 个 U+FFFD"
            ));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use crate::{ReadOptions, read};

    #[test]
    fn every_kind_of_break_is_named() {
        let summary = |text: &str| {
            read("text", text.as_bytes(), &ReadOptions::default()).unwrap().1.summary()
        };
        let line = "It was a bright cold day in April, and the clocks were striking.\n".repeat(9);
        let three = summary(&format!("{line}one\u{B}two\u{C}three\u{85}four\n{line}"));
        assert!(three.english.contains("3 vertical tabs, form feeds and NEL → LF"), "{three:?}");
        assert!(three.chinese.contains("3 个垂直制表符、换页符或 NEL → LF"), "{three:?}");
        let one = summary(&format!("{line}one\u{C}two\n")).english;
        assert!(one.contains("1 vertical tab, form feed or NEL → LF"), "{one}");
    }
}
