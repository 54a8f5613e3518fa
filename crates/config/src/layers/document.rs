//! A configuration file as TOML: every value with its place.

use super::lookalikes;
use super::origin::{Origin, Span};
use super::setting::Setting;
use crate::keys::{from_parsed, is_table};
use crate::tables::version;
use charnn_message::lossless;
use charnn_message::{Message, Text, text};
use std::sync::Arc;
use toml::de::{DeTable, DeValue, Error};

/// A text that is not a configuration is wrong in every line; this many lines are reported.
const MOST_LINES: usize = 5;

/// The values of a file called `name`, in the order of the file.
///
/// # Errors
/// When it is not UTF-8, not TOML, or made for a newer version of the program.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Vec<Setting>, Vec<Message>> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => return Err(vec![not_utf8(name, bytes, error.valid_up_to())]),
    };
    let origin = Arc::new(Origin::File { name: name.to_owned(), text: text.to_owned() });
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(not_toml(&origin, text, &errors));
    }
    let mut found = Vec::new();
    for (top, value) in document.get_ref() {
        let place = Span::new(&origin, top.span());
        match value.get_ref() {
            number if top.get_ref() == version::NAME => {
                let place = Span::new(&origin, value.span());
                if let Some(problem) = version_problem(number, &place) {
                    return Err(vec![problem]);
                }
            }
            DeValue::Table(table) if is_table(top.get_ref()) => {
                for (name, value) in table {
                    let (key, place) = (name.span(), value.span());
                    let value = from_parsed(value.get_ref());
                    let mut setting = Setting::in_table(top.get_ref(), name.get_ref(), value);
                    setting.key_span = Some(Span::new(&origin, key.clone()));
                    setting.span = Some(Span::new(&origin, place));
                    found.push((key.start, setting));
                }
            }
            value => {
                let setting = Setting::outside(top.get_ref(), from_parsed(value), place);
                found.push((top.span().start, setting));
            }
        }
    }
    found.sort_by_key(|(start, _)| *start);
    Ok(found.into_iter().map(|(_, setting)| setting).collect())
}

/// What is wrong with the version of the file.
fn version_problem(value: &DeValue<'_>, span: &Span) -> Option<Message> {
    let (name, current) = (version::NAME, version::CURRENT);
    let number = from_parsed(value).as_integer();
    if number.is_some_and(version::is_known) {
        return None;
    }
    let problem = match number {
        Some(newer) if newer > current => Message::new(
            "config/newer-version",
            text!(
                en: "the file was made by a newer charnn: {name} = {newer}, and {} reads up to {current}",
                zh: "文件由更新版本的 charnn 生成：{name} = {newer}，而 {} 最高支持 {current}",
                env!("CARGO_PKG_VERSION")
            ),
        )
        .hint(text!(en: "install the newest charnn", zh: "请安装最新版 charnn")),
        _ => Message::new(
            "config/bad-version",
            text!(en: "{name} must be {current}", zh: "{name} 应为 {current}"),
        ),
    };
    Some(problem.at(span.place()))
}

fn not_toml(origin: &Arc<Origin>, text: &str, errors: &[Error]) -> Vec<Message> {
    let start = |error: &Error| error.span().map_or(0, |span| span.start).min(text.len());
    let mut errors: Vec<&Error> = errors.iter().collect();
    errors.sort_by_key(|error| start(error));
    let mut problems = Vec::new();
    let mut line_end = 0;
    for error in errors {
        let at = text.floor_char_boundary(start(error));
        if at < line_end {
            continue; // It follows from what is wrong earlier on the same line.
        }
        let begin = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        line_end = end + 1;
        let why = error.message();
        let problem = Message::new(
            "config/not-toml",
            text!(en: "not valid TOML: {why}", zh: "不是有效的 TOML：{why}"),
        );
        let problem = problem.at(Span::new(origin, error.span().unwrap_or(at..at)).place());
        if let Some(other) = other_format(text) {
            return vec![problem.hint(other)];
        }
        let line = &text[begin..end];
        problems.push(match duplicate(text, begin, line).or_else(|| lookalikes::hint(line)) {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
        if problems.len() == MOST_LINES {
            break;
        }
    }
    problems
}

/// What to do about `line`, which starts at `begin`, if an earlier one sets the same key or opens the same
/// table.
fn duplicate(text: &str, begin: usize, line: &str) -> Option<Text> {
    let (name, value) = entry(line)?;
    let mut earlier = None;
    let lines = text[..begin].lines().zip(1_u64..);
    let here = 1 + lines.clone().count();
    for (line, number) in lines {
        let Some((other, value)) = entry(line) else { continue };
        if other == name {
            earlier.get_or_insert((number, value));
        } else if value.is_none() && !name.starts_with('[') {
            earlier = None; // Another table may have the same key.
        }
    }
    let (there, other) = earlier?;
    Some(match (other, value) {
        (Some(other), Some(value)) if other == value => text!(
            en: "line {there} sets {name} to the same value: delete line {here}",
            zh: "第 {there} 行已将 {name} 设为同样的值：请删去第 {here} 行"
        ),
        (Some(other), Some(value)) => text!(
            en: "line {there} sets {name} too: delete line {there} to use {value}, or line {here} to use {other}",
            zh: "第 {there} 行也设置了 {name}：要用 {value} 请删去第 {there} 行，要用 {other} 请删去第 {here} 行"
        ),
        _ => text!(
            en: "{name} is on line {there} too: move these keys below it and delete line {here}",
            zh: "第 {there} 行已有 {name}：请把这里的键移到它下面，并删去第 {here} 行"
        ),
    })
}

/// The key of a line with its value, or the name of a table in brackets.
fn entry(line: &str) -> Option<(String, Option<&str>)> {
    let table = DeTable::parse(line).ok()?;
    let (name, value) = table.get_ref().iter().next()?;
    if line.trim_start().starts_with('[') {
        return Some((format!("[{}]", name.get_ref()), None));
    }
    Some((name.get_ref().to_string(), line.get(value.span())))
}

/// Another format that the text is likely to be in.
fn other_format(text: &str) -> Option<Text> {
    let format = if text.trim_start().starts_with('{') {
        "JSON"
    } else if text.contains(':') && !text.contains(['=', '[', '＝']) {
        "YAML"
    } else {
        return None;
    };
    Some(text!(
        en: "this looks like {format}; configurations are TOML: [train] on a line, epochs = 3 below it",
        zh: "这像是 {format}；配置文件使用 TOML：一行 [train]，下一行 epochs = 3"
    ))
}

fn not_utf8(name: &str, bytes: &[u8], at: usize) -> Message {
    let byte = bytes[at];
    // The line is shown as far as it can be. Its escapes count from the first bad byte on.
    let text = lossless(bytes, str::to_owned);
    let origin = Arc::new(Origin::File { name: name.to_owned(), text });
    let mut place = Span::new(&origin, at..at + r"\xFF".len()).place();
    place.byte = u64::try_from(at).ok();
    let message = text!(
        en: "a configuration must be UTF-8, and byte 0x{byte:02X} is not",
        zh: "配置文件必须是 UTF-8 编码，而字节 0x{byte:02X} 不是"
    );
    Message::new("config/not-utf8", message).at(place).hint(text!(
        en: "save the file as UTF-8; training texts may have any encoding",
        zh: "请将文件另存为 UTF-8；训练文本可以是任意编码"
    ))
}
