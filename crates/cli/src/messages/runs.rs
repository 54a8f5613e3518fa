//! What `charnn runs` says: tables of runs, and notes.

use crate::output::{clock, size};
use charnn_message::{Language, Message, Text, grouped, in_a_line, shown, text};
use charnn_runs::{Axis, Column, Comparison, Cut, Entry, Field, Labels, Mean, Point, State, Value};
use std::path::Path;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// What a list shows first; without values, a column is left out.
const COLUMNS: [Column; 7] = [
    Column::Name,
    Column::Step,
    Column::Seconds,
    Column::TrainLoss,
    Column::ValLoss,
    Column::Modified,
    Column::Tags,
];
/// Columns of a note or a text that are shown.
const WIDEST: usize = 40;

/// A cell that has no value.
const NONE: &str = "-";

/// The table of a list, headed by the names of fields, with `more` fields.
pub(crate) fn table_of_runs(entries: &[Entry], more: &[Field], language: Language) -> String {
    let first = COLUMNS.map(Field::Column).into_iter();
    let last = [Field::Column(Column::Note), Field::Column(Column::State)];
    let has_value = |field: &Field| {
        let state = *field == Field::Column(Column::State);
        entries
            .iter()
            .any(|it| if state { it.state != State::Idle } else { field.value(it).is_some() })
    };
    let first: Vec<Field> = first.filter(|it| has_value(it) && !more.contains(it)).collect();
    let last = last.into_iter().filter(|it| has_value(it) && !more.contains(it));
    let fields: Vec<Field> = first.into_iter().chain(more.iter().copied()).chain(last).collect();
    let head = fields.iter().map(|field| Cell::left(field.name())).collect();
    let rows = entries
        .iter()
        .map(|entry| fields.iter().map(|field| cell(*field, entry, language)).collect::<Vec<_>>());
    table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}

fn cell(field: Field, entry: &Entry, language: Language) -> Cell {
    let value = field.value(entry);
    match (field, value) {
        (Field::Column(Column::State), _) => {
            Cell::left(in_a_line(state(&entry.state).in_language(language)))
        }
        (Field::Column(Column::Modified), _) => {
            Cell::left(entry.modified_locally().unwrap_or_else(|| NONE.to_owned()))
        }
        (Field::Column(Column::Name), Some(value)) => Cell::left(in_a_line(&value.to_string())),
        (_, None) if is_number(field) => Cell::right(NONE.to_owned()),
        (_, None) => Cell::left(String::new()),
        (Field::Column(Column::Seconds), Some(value)) => {
            Cell::right(duration(value.number().unwrap_or(0.0)))
        }
        (Field::Column(_), Some(value)) if is_number(field) => Cell::right(number(&value)),
        (_, Some(value @ (Value::Whole(_) | Value::Number(_)))) => Cell::right(value.to_string()),
        (_, Some(value)) => Cell::left(shortened(&in_a_line(&value.to_string()))),
    }
}

fn is_number(field: Field) -> bool {
    use Column::{Modified, Name, Note, State, Tags};
    matches!(field, Field::Column(it) if !matches!(it, Modified | Name | Note | State | Tags))
}

/// A metric: losses have four decimal places.
fn number(value: &Value) -> String {
    match value {
        Value::Whole(number) => u64::try_from(*number).map_or(number.to_string(), grouped),
        Value::Number(number) => loss(Some(*number)),
        other => other.to_string(),
    }
}

fn loss(loss: Option<f64>) -> String {
    loss.map_or(NONE.to_owned(), |loss| format!("{loss:.4}"))
}

pub(crate) fn duration(seconds: f64) -> String {
    clock(Duration::try_from_secs_f64(seconds.round()).unwrap_or_default())
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}

fn state(state: &State) -> Text {
    match state {
        State::Idle => Text::verbatim(""),
        State::Training => text!(en: "training", zh: "训练中"),
        State::Damaged(why) => text!(
            en: ("damaged: {}", why.english),
            zh: ("已损坏：{}", why.chinese),
        ),
        State::Foreign => text!(en: "not a run", zh: "不是训练记录"),
    }
}

/// The tables of a comparison.
pub(crate) fn comparison(all: &Comparison, language: Language) -> String {
    let names = || all.runs.iter().map(|name| Cell::right(in_a_line(name)));
    let head = |first: &Text| -> Vec<Cell> {
        std::iter::once(Cell::left(first.in_language(language).to_owned())).chain(names()).collect()
    };
    let mut out = String::new();
    if all.differences.is_empty() {
        out +=
            text!(en: "The settings are the same.\n", zh: "设置完全相同。\n").in_language(language);
    } else {
        let row = |(key, values): &(String, Vec<Option<Value>>)| {
            let cell = |value: &Option<Value>| {
                let text = value.as_ref().map_or(NONE.to_owned(), Value::to_string);
                Cell::right(shortened(&in_a_line(&text)))
            };
            let first = Cell::left(key.clone());
            std::iter::once(first).chain(values.iter().map(cell)).collect::<Vec<_>>()
        };
        let rows = all.differences.iter().map(row);
        let head = head(&text!(en: "setting", zh: "设置"));
        out += &table(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    }
    for axis in [Axis::Steps, Axis::Characters, Axis::Seconds] {
        let cuts: Vec<&Cut> = all.cuts.iter().filter(|cut| cut.axis == axis).collect();
        if cuts.is_empty() {
            continue;
        }
        let was_evaluated = |cut: &&Cut| cut.points.iter().any(|it| it.val_loss.is_some());
        let (name, value): (_, fn(&Point) -> Option<f64>) = if cuts.iter().any(was_evaluated) {
            ("val_loss", |point| point.val_loss)
        } else {
            ("train_loss", |point| point.train_loss)
        };
        let unit = unit(axis);
        let title = text!(
            en: ("{name} after {}", unit.english),
            zh: ("{name}，按{}", unit.chinese),
        );
        let row = |cut: &&Cut| {
            let losses = cut.points.iter().map(|point| Cell::right(loss(value(point))));
            std::iter::once(Cell::left(amount(cut))).chain(losses).collect::<Vec<_>>()
        };
        let rows = cuts.iter().map(row);
        out += "\n";
        out += &table(&std::iter::once(head(&title)).chain(rows).collect::<Vec<_>>());
    }
    if all.best.iter().any(Option::is_some) {
        let best = all.best.iter().map(|best| Cell::right(loss(*best)));
        let title = text!(en: "lowest val_loss", zh: "最低 val_loss");
        let row = std::iter::once(Cell::left(title.in_language(language).to_owned())).chain(best);
        out += "\n";
        out += &table(&[head(&Text::verbatim("")), row.collect()]);
    }
    if all.groups.iter().any(|group| group.members.len() > 1) {
        out += "\n";
        out += &seeds(all, language);
    }
    out
}

/// Runs that differ only in their seed: the mean and its standard error.
fn seeds(all: &Comparison, language: Language) -> String {
    let last = |axis| all.cuts.iter().rposition(|cut| cut.axis == axis);
    let ends: Vec<usize> =
        [Axis::Steps, Axis::Characters, Axis::Seconds].into_iter().filter_map(last).collect();
    let mut head = vec![
        text!(en: "mean ± standard error over seeds", zh: "各种子的均值 ± 标准误差"),
        text!(en: "seeds", zh: "种子数"),
        text!(en: "lowest", zh: "最低"),
    ];
    for at in &ends {
        let cut = &all.cuts[*at];
        let (amount, unit) = (amount(cut), unit(cut.axis));
        head.push(text!(
            en: ("{amount} {}", unit.english),
            zh: ("{amount} {}", unit.chinese),
        ));
    }
    let head = head.iter().enumerate().map(|(at, text)| {
        let text = text.in_language(language).to_owned();
        if at == 0 { Cell::left(text) } else { Cell::right(text) }
    });
    let rows = all.groups.iter().map(|group| {
        let names: Vec<String> = group.members.iter().map(|at| in_a_line(&all.runs[*at])).collect();
        let mut row = vec![
            Cell::left(names.join(" ")),
            Cell::right(group.members.len().to_string()),
            Cell::right(mean(group.best)),
        ];
        row.extend(ends.iter().map(|at| Cell::right(mean(group.cuts[*at]))));
        row
    });
    table(&std::iter::once(head.collect()).chain(rows).collect::<Vec<_>>())
}

fn mean(mean: Option<Mean>) -> String {
    match mean {
        None => NONE.to_owned(),
        Some(Mean { mean, standard_error: None, .. }) => format!("{mean:.4}"),
        Some(Mean { mean, standard_error: Some(error), .. }) => format!("{mean:.4} ± {error:.4}"),
    }
}

fn unit(axis: Axis) -> Text {
    match axis {
        Axis::Steps => text!(en: "steps", zh: "步"),
        Axis::Characters => text!(en: "characters", zh: "字符"),
        Axis::Seconds => text!(en: "seconds", zh: "秒"),
    }
}

fn amount(cut: &Cut) -> String {
    match cut.axis {
        Axis::Seconds => format!("{:.1}", cut.at),
        Axis::Steps | Axis::Characters => {
            let whole = format!("{:.0}", cut.at);
            whole.parse().map_or(whole, grouped)
        }
    }
}

/// A cell of a table.
pub(crate) struct Cell {
    text: String,
    is_right: bool,
}

impl Cell {
    pub(crate) fn left(text: String) -> Self {
        Self { text, is_right: false }
    }

    pub(crate) fn right(text: String) -> Self {
        Self { text, is_right: true }
    }
}

/// Rows below a head, which is aligned as the row below it.
pub(crate) fn table(rows: &[Vec<Cell>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].text.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let is_right = |column: usize| rows.iter().skip(1).any(|row| row[column].is_right);
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, Cell { text, .. }) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column] - text.width());
            line += &if is_right(column) { gap + text } else { text.clone() + &gap };
            line += "  ";
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

pub(crate) fn nothing(root: &Path) -> Text {
    text!(en: "no such runs in {}", zh: "{} 中没有符合条件的训练记录", shown(root))
}

pub(crate) fn different_texts() -> Message {
    Message::new(
        "runs/different-texts",
        text!(
            en: "the runs were trained on different texts, so their losses are not comparable",
            zh: "这些训练记录使用了不同的文本，损失之间没有可比性"
        ),
    )
}

pub(crate) fn tags(run: &str, labels: &Labels) -> Text {
    let run = in_a_line(run);
    if labels.tags.is_empty() {
        return text!(en: "{run} has no tags", zh: "{run} 没有标签");
    }
    text!(en: "tags of {run}: {}", zh: "{run} 的标签：{}", labels.joined())
}

pub(crate) fn noted(run: &str, is_empty: bool) -> Text {
    let run = in_a_line(run);
    if is_empty {
        return text!(en: "removed the note of {run}", zh: "已删除 {run} 的备注");
    }
    text!(en: "saved the note of {run}", zh: "已保存 {run} 的备注")
}

pub(crate) fn verified(path: &Path, problem: Option<&Text>) -> Text {
    let path = shown(path);
    match problem {
        None => text!(en: "ok       {path}", zh: "正常    {path}"),
        Some(why) => text!(
            en: ("damaged  {path}: {}", why.english),
            zh: ("已损坏  {path}：{}", why.chinese),
        ),
    }
}

/// The question before runs are deleted.
pub(crate) fn confirm(names: &[String], bytes: u64) -> Message {
    let (count, bytes) = (names.len(), size(bytes as f64));
    let names: Vec<String> = names.iter().map(|name| in_a_line(name)).collect();
    let message = match &names[..] {
        [name] => text!(
            en: "this deletes the run {name} ({bytes})",
            zh: "即将删除训练记录 {name}（{bytes}）"
        ),
        _ => text!(
            en: ("this deletes {count} runs ({bytes}): {}", names.join(", ")),
            zh: ("即将删除 {count} 个训练记录（{bytes}）：{}", names.join("、")),
        ),
    };
    Message::new("runs/confirm", message)
        .hint(text!(en: "type y and Enter to confirm", zh: "输入 y 并按回车确认"))
}

pub(crate) fn deleted(path: &Path) -> Text {
    text!(en: "deleted {}", zh: "已删除 {}", shown(path))
}

pub(crate) fn freed(bytes: u64, dry_run: bool) -> Text {
    let bytes = size(bytes as f64);
    if dry_run {
        return text!(en: "would free {bytes}", zh: "可腾出 {bytes}");
    }
    text!(en: "freed {bytes}", zh: "已腾出 {bytes}")
}
