//! The fourth section: the configuration with the origin of each value, and where runs differ.

use crate::figures::NONE;
use crate::html::Html;
use crate::page::{Align, Cell, Table, folded};
use crate::run::ReportedRun;
use charnn_config::{KEYS, Key};
use charnn_message::{Language, Text, in_a_line, text};
use charnn_runs::Value;

pub(super) fn write(out: &mut Html, runs: &[ReportedRun], language: Language) {
    match runs {
        [run] => of_one(out, run, language),
        _ => differences(out, runs, language),
    }
}

fn shown(value: Option<&Value>) -> String {
    let written = value.map_or(NONE.to_owned(), |value| in_a_line(&value.to_string()));
    if written.is_empty() { "\"\"".to_owned() } else { written }
}

fn of_one(out: &mut Html, run: &ReportedRun, language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let changed = run.changed();
    if run.entry.config.is_none() {
        let none = text!(en: "The configuration cannot be read.", zh: "无法读取设置。");
        out.leaf("p", &[("class", "note")], &say(none));
        return;
    }
    let origin = |key: &Key| match run.origin(key) {
        Some(origin) => in_a_line(origin),
        None => say(text!(en: "not recorded", zh: "未记录")),
    };
    let rows = changed.iter().map(|(key, value)| {
        vec![
            Cell::code(key.path()),
            Cell::code(shown(Some(value))),
            Cell::code(default(key)),
            Cell::of(origin(key)),
            Cell::prose(key.about.in_language(language)),
        ]
    });
    let columns = [
        text!(en: "setting", zh: "设置"),
        text!(en: "value", zh: "取值"),
        text!(en: "default", zh: "默认值"),
        text!(en: "set by", zh: "由何处设置"),
        text!(en: "meaning", zh: "含义"),
    ];
    let head = |columns: &[Text]| columns.iter().map(|it| (say(it.clone()), Align::Left)).collect();
    let caption = say(text!(en: "Settings that were changed", zh: "更改过的设置"));
    out.leaf("h3", &[], &caption);
    Table { caption, head: head(&columns), rows: rows.collect() }.draw(out);

    let rest = KEYS.iter().filter(|key| changed.iter().all(|(other, _)| other != key));
    let rows: Vec<Vec<Cell>> = rest
        .map(|key| {
            let value = shown(run.value(key).as_ref());
            let about = key.about.in_language(language);
            vec![Cell::code(key.path()), Cell::code(value), Cell::prose(about)]
        })
        .collect();
    let caption = say(text!(
        en: "{} settings have their default values",
        zh: "{} 项设置为默认值",
        rows.len()
    ));
    let [setting, value, _, _, meaning] = columns;
    folded(out, &caption.clone(), |out| {
        Table { caption, head: head(&[setting, value, meaning]), rows }.draw(out);
    });
}

/// A default, as a file would have it.
fn default(key: &Key) -> String {
    match key.default.as_str() {
        Some("") => "\"\"".to_owned(),
        Some(text) => text.to_owned(),
        None => key.default.to_string(),
    }
}

/// Settings in which runs differ, a row for each run.
fn differences(out: &mut Html, runs: &[ReportedRun], language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let differing: Vec<(&'static Key, Vec<Option<Value>>)> = KEYS
        .iter()
        .filter(|key| key.table != "run")
        .map(|key| (key, runs.iter().map(|run| run.value(key)).collect::<Vec<_>>()))
        .filter(|(_, values)| values.iter().any(|value| *value != values[0]))
        .collect();
    if differing.is_empty() {
        let same = text!(en: "The settings are the same.", zh: "设置完全相同。");
        out.leaf("p", &[], &say(same));
    } else {
        let caption = say(text!(en: "Settings that differ", zh: "不同的设置"));
        let name = (say(text!(en: "run", zh: "训练记录")), Align::Left);
        let keys = differing.iter().map(|(key, _)| (key.path(), Align::Left));
        let head = std::iter::once(name).chain(keys).collect();
        let rows = runs.iter().enumerate().map(|(at, run)| {
            let cells = differing.iter().map(|(_, values)| Cell::code(shown(values[at].as_ref())));
            std::iter::once(Cell::of(in_a_line(&run.name))).chain(cells).collect()
        });
        Table { caption, head, rows: rows.collect() }.draw(out);
    }
    let common: Vec<Vec<Cell>> = KEYS
        .iter()
        .filter(|key| key.table != "run" && differing.iter().all(|(other, _)| other != key))
        .map(|key| vec![Cell::code(key.path()), Cell::code(shown(runs[0].value(key).as_ref()))])
        .collect();
    let caption = say(text!(en: "{} settings are the same", zh: "{} 项设置相同", common.len()));
    folded(out, &caption.clone(), |out| {
        let head = [text!(en: "setting", zh: "设置"), text!(en: "value", zh: "取值")];
        let head = head.map(|it| (say(it), Align::Left)).to_vec();
        Table { caption, head, rows: common }.draw(out);
    });
}
