//! How a text was read, and everything that can be wrong with one, in Chinese.

use super::files::{binary, empty, format as format_of, no_file, spaced};
use super::{character, details, named, system};
use crate::language::Spoken;
use crate::output::grouped;
use charnn_data::{
    Candidate, Changes, Contest, DataError, Decision, Doubt, Encoding, Newlines, OnMalformed,
    Reading, Skipped, VocabularyError, shown,
};
use charnn_message::{Describe, Message};

impl Spoken for Reading {
    fn chinese(&self) -> Option<String> {
        let how = match &self.decision {
            Decision::Named { .. } => "（您指定的编码）".into(),
            Decision::Contest { best, runner_up } => format!(
                "（每字节 {:.1} 比特，其次是 {} {:.1}）",
                best.bits_per_byte, runner_up.encoding, runner_up.bits_per_byte
            ),
            Decision::Mark | Decision::ValidUtf8 => String::new(),
        };
        let Self { encoding, characters, .. } = self;
        let mut parts = vec![
            format!("{}：{encoding}{how}", named(&self.name)),
            format!("共 {} 个字符", grouped(*characters)),
        ];
        if self.unpacked {
            parts.push("由 gzip 解压".into());
        }
        let Changes { malformed, newlines, byte_order_mark, nul, control, .. } = &self.changes;
        if let Some(first) = malformed.places.first() {
            let done = match self.on_malformed {
                OnMalformed::Replace => "已替换为 U+FFFD",
                OnMalformed::Skip => "已略去",
                OnMalformed::Error => "无法识别",
            };
            let (count, byte, line) =
                (grouped(malformed.bytes), grouped(first.byte), grouped(first.line));
            parts
                .push(format!("{count} 个损坏的字节{done}（首个在字节偏移 {byte}，第 {line} 行）"));
        }
        if *byte_order_mark {
            parts.push("已去掉字节顺序标记".into());
        }
        match newlines {
            Newlines { crlf: 0, cr: 0, .. } => {}
            Newlines { cr: 0, lf: 0, .. } => parts.push("CRLF → LF".into()),
            Newlines { crlf: 0, lf: 0, .. } => parts.push("CR → LF".into()),
            Newlines { crlf, cr, lf } => {
                let (crlf, cr, lf) = (grouped(*crlf), grouped(*cr), grouped(*lf));
                parts.push(format!("混用的换行 → LF（{crlf} 个 CRLF，{cr} 个 CR，{lf} 个 LF）"));
            }
        }
        if nul + control > 0 {
            parts.push(format!("已去掉 {} 个控制字符", grouped(nul + control)));
        }
        if self.changes.private_use > 0 {
            parts.push(format!("{} 个私用区字符", grouped(self.changes.private_use)));
        }
        if self.changes.replaced_before > 0 {
            let count = grouped(self.changes.replaced_before);
            parts.push(format!("文件里原有 {count} 个 U+FFFD"));
        }
        Some(parts.join("，"))
    }
}

impl Spoken for DataError {
    #[expect(clippy::too_many_lines, reason = "a sentence for each")]
    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::Read { path, source, near } => {
                let next = match &near[..] {
                    [] => "请检查路径和权限".into(),
                    near => format!("您要找的是不是 {}？", near.join(" 或 ")),
                };
                format!("无法读取 {}：{}。{next}", named(&shown(path)), system(source))
            }
            Self::NotAFile { path, what } => format!(
                "{} 是{}，不是文本文件。请给出一个文件，或用 - 读取标准输入",
                shown(path),
                no_file(*what)
            ),
            Self::BadPattern { pattern, problem } => {
                format!(
                    "文件名模式“{pattern}”写法有误。请检查，或直接给出文件名{}",
                    details(problem)
                )
            }
            Self::NoMatch { pattern } => {
                format!("没有文件符合模式“{pattern}”。请检查写法，或直接给出文件名")
            }
            Self::NoTexts { name, skipped } => {
                format!("{name} 里没有文本文件{}。请换一个有文本文件的", listed(skipped))
            }
            Self::TooLarge { name, max_bytes } => format!(
                "{} 超过 {} 字节。请用 --max-bytes 提高上限，或换一个较小的文本",
                named(name),
                grouped(*max_bytes)
            ),
            Self::DamagedGzip { name, bytes, problem } => format!(
                "gzip 文件 {} 已损坏，解压出 {} 字节后无法继续。请重新下载，或用 gzip -dc 解出能用的部分{}",
                named(name),
                grouped(*bytes),
                details(problem)
            ),
            Self::NotText { name, format } => {
                let (what, advice) = format_of(*format);
                format!("{} 是{}，不是文本文件。{advice}", named(name), spaced(what))
            }
            Self::Binary { name, percent } => {
                let what = binary(named(name), *percent);
                format!("{what}。请用生成它的程序导出文本，再使用导出的文件")
            }
            Self::UnclearEncoding { name, doubt, found, contest } => {
                unclear(name, *doubt, *found, contest)
            }
            Self::Malformed { name, encoding, count, byte, place } => format!(
                "{} 不是有效的 {encoding} 文本：有 {} 个字节无法构成字符，首个是 {byte:#04x}，在字节偏移 {}，\
                 第 {} 行。请修复文件，或换一个 --encoding，或用 --on-malformed replace 允许替换",
                named(name),
                grouped(*count),
                grouped(place.byte),
                grouped(place.line)
            ),
            Self::TooManyMalformed { name, encoding, count, bytes, found, contest } => format!(
                "{} 已损坏，或者不是 {encoding}：{} 个字节中有 {} 个无法构成字符，超过 1%。请修复文件；\
                 也可以指定编码，程序会尽量读取{}：{}",
                named(name),
                grouped(*bytes),
                grouped(*count),
                alone(*found),
                choices(contest)
            ),
            Self::UnknownBuiltin { name, known } => {
                format!("没有名为“{name}”的内置文本。内置文本有：{known}")
            }
            Self::Empty { name } => {
                format!("{}。请换一个有内容的文本文件", empty(named(name)))
            }
            Self::UnknownEncoding { label, known } => {
                format!("没有名为“{label}”的编码。可以读取的编码有：{known} 等")
            }
            Self::OneCharacter { name, character } => format!(
                "{} 只是在重复同一个字符{}，没有可学的内容。请换一个文本",
                named(name),
                self::character(*character)
            ),
            Self::NoVocabulary { min_count, max_vocab } => format!(
                "在 min_count = {min_count} 和 max_vocab = {max_vocab} 的限制下，词表里一个字符也不剩。\
                 请调低前者，或调高后者"
            ),
            Self::Changed { name } => {
                format!("{} 在读取过程中被改动了。请等没有程序写它时再试", named(name))
            }
            Self::Cache { path, source } => format!(
                "无法把文本的编号存入 {}：{}。请在那里腾出空间（每个字符 2 字节），或用 \
                 --set run.root=FOLDER 换个位置训练，或用 --set data.in_memory_bytes=N 把文本放在内存里",
                shown(path),
                system(source)
            ),
            Self::Unmappable { name, to, count, distinct, first } => {
                unmappable(name, *to, *count, *distinct, first)
            }
            Self::OutputExists { path } => {
                format!("{} 已存在。请换一个文件名，或用 --force 覆盖", shown(path))
            }
            Self::Output { path, source } => format!(
                "无法写入 {}：{}。请检查文件夹及其权限，或腾出空间",
                shown(path),
                system(source)
            ),
            Self::OtherCharacters { name, unknown } => others(name, unknown),
            Self::Vocabulary(error) => of_vocabulary(error),
        })
    }
}

fn listed(skipped: &[Skipped]) -> String {
    const MOST_SHOWN: usize = 3;
    let shown = skipped.iter().take(MOST_SHOWN).filter_map(Spoken::chinese);
    let shown = shown.collect::<Vec<_>>().join("；");
    match skipped.len() {
        0 => String::new(),
        1..=MOST_SHOWN => format!("（{shown}）"),
        count => format!("（{shown}；另有 {} 个）", count - MOST_SHOWN),
    }
}

fn unclear(name: &str, doubt: Doubt, found: bool, contest: &Contest) -> String {
    let name = named(name);
    let why = match doubt {
        Doubt::Implausible => format!(
            "无法判断 {name} 的编码：用试过的任何一种来读，都不像文本。如果下面有一种是对的，请指定它；\
             如果都不对，请指定保存文件时所用的编码"
        ),
        Doubt::Close => format!(
            "无法判断 {name} 的编码：用 {} 和 {} 来读，结果不相上下。请指定正确的一种",
            contest.best.encoding, contest.runner_up.encoding
        ),
        Doubt::Foreign(other) => format!(
            "无法判断 {name} 的编码：读来像 {other}，而 charnn 不支持这种编码。如果确实是，请先转换：\
             iconv -f {other} -t UTF-8 in.txt > out.txt。如果下面有一种是对的，请指定它"
        ),
    };
    format!("{why}{}：{}", alone(found), choices(contest))
}

/// What is said besides of one of several files.
fn alone(found: bool) -> &'static str {
    if found {
        "。它是多个文件之一：请把它移走，或先用 charnn data convert 和正确的编码转换它"
    } else {
        ""
    }
}

/// The two best candidates with what the text would be.
fn choices(contest: &Contest) -> String {
    let both = [&contest.best, &contest.runner_up];
    let label = |candidate: &Candidate| String::from(candidate.encoding);
    let width = both.map(|candidate| label(candidate).len()).into_iter().max().unwrap_or(0);
    let choice = |candidate: &Candidate| {
        let Candidate { bits_per_byte, malformed, preview, .. } = candidate;
        let label = label(candidate);
        format!(
            "\n  --encoding {label:<width$}  每字节 {bits_per_byte:.1} 比特，{malformed} 个损坏的字节：{preview}"
        )
    };
    both.map(choice).concat()
}

fn others(name: &str, unknown: &[(char, u64)]) -> String {
    const MOST_SHOWN: usize = 12;
    let first: String = unknown.iter().take(MOST_SHOWN).map(|(found, _)| *found).collect();
    let more = if unknown.len() > MOST_SHOWN { "等" } else { "" };
    format!(
        "网络不认识 {} 中的 {} 种字符：“{}”{more}。请换一个它认识的文本，或让它学习这些字符：\
         charnn train TEXT --init-from RUN",
        named(name),
        grouped(unknown.len() as u64),
        first.escape_debug()
    )
}

fn unmappable(
    name: &str,
    to: Encoding,
    count: u64,
    distinct: usize,
    first: &[(char, u64)],
) -> String {
    let one =
        |&(lacking, count): &(char, u64)| format!("{}{} 次", character(lacking), grouped(count));
    let shown = first.iter().map(one).collect::<Vec<_>>().join("、");
    let more = if distinct > first.len() { "等" } else { "" };
    let damage = if first.iter().any(|&(lacking, _)| lacking == char::REPLACEMENT_CHARACTER) {
        "U+FFFD 代表损坏的字节，--on-malformed skip 可以略去它们。"
    } else {
        ""
    };
    format!(
        "{to} 里没有 {shown}{more}：{} 中共有 {} 个字符（{} 种）会丢失。{damage}UTF-8 能表示所有字符：\
         请去掉 --to",
        named(name),
        grouped(count),
        grouped(distinct as u64)
    )
}

/// The message and what to do about it.
fn of_vocabulary(error: &VocabularyError) -> String {
    let Message { message, hints, .. } = error.describe();
    let skip = matches!(error, VocabularyError::UnknownCharacter { .. });
    let skip = skip.then(|| "加上 --on-unknown skip 可以忽略它".to_owned());
    let hints = hints.into_iter().map(|hint| hint.chinese).chain(skip);
    std::iter::once(message.chinese).chain(hints).collect::<Vec<_>>().join("。")
}
