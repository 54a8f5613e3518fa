//! The last section: where runs come from, and how to get them again.

use crate::figures::NONE;
use crate::html::Html;
use crate::page::{Align, Cell, Table, command, folded};
use crate::run::ReportedRun;
use charnn_message::{Language, Text, grouped, in_a_line, text};
use charnn_runs::SessionRow;
use std::collections::BTreeSet;

/// How to train a run again.
#[derive(Debug, Clone, Default)]
pub struct Reproduction {
    /// The command, with the `config.toml` in the folder of the run.
    pub command: String,
    /// The same for someone who saved the configuration as `config.toml`.
    pub command_of_copy: String,
    /// The commands that trained the run, where they were recorded.
    pub recorded: Vec<String>,
    /// The `config.toml` of the run.
    pub config: Option<String>,
}

pub(super) fn write(
    out: &mut Html,
    runs: &[ReportedRun],
    how: &[Reproduction],
    language: Language,
) {
    let say = |text: Text| text.in_language(language).to_owned();
    let with_steps = text!(
        en: "On the same text and the same kind of CPU, this command gives the same network, bit by bit:",
        zh: "在相同的文本和同类 CPU 上，以下命令会得到逐位相同的网络："
    );
    out.leaf("p", &[], &say(with_steps));
    for (run, how) in runs.iter().zip(how) {
        if runs.len() > 1 {
            out.leaf("h3", &[], &in_a_line(&run.name));
        }
        command(out, &how.command);
        let changed = changed_on_resume(run);
        if !changed.is_empty() {
            let note = text!(
                en: ("Settings were changed when the run was resumed ({}), so the result may differ.", changed.join(", ")),
                zh: ("恢复训练时更改过设置（{}），因此结果可能不同。", changed.join("、")),
            );
            out.leaf("p", &[("class", "note")], &say(note));
        }
        if let Some(config) = &how.config {
            let summary = say(text!(en: "config.toml of this run", zh: "该训练记录的 config.toml"));
            folded(out, &summary, |out| {
                let save = say(text!(en: "Saved as config.toml:", zh: "另存为 config.toml 后："));
                out.leaf("p", &[("class", "note")], &save);
                command(out, &how.command_of_copy);
                out.leaf("pre", &[("class", "file"), ("tabindex", "0")], config);
            });
        }
        if !how.recorded.is_empty() {
            out.leaf(
                "p",
                &[("class", "note")],
                &say(text!(en: "It was trained by:", zh: "训练时使用的命令：")),
            );
            for line in &how.recorded {
                command(out, line);
            }
        }
        let table = environment(run, language);
        match runs {
            [_] => {
                out.leaf("h3", &[], &table.caption);
                table.draw(out);
            }
            _ => folded(out, &table.caption, |out| table.draw(out)),
        }
    }
}

/// Keys that were set when the run was resumed.
fn changed_on_resume(run: &ReportedRun) -> Vec<String> {
    let keys = run.sessions.iter().skip(1).flat_map(|it| it.origins.keys());
    let keys: BTreeSet<&String> = keys.filter(|key| *key != "train.device").collect();
    keys.into_iter().map(|key| in_a_line(key)).collect()
}

/// The machine and the text.
fn environment(run: &ReportedRun, language: Language) -> Table {
    let say = |text: Text| text.in_language(language).to_owned();
    let mut rows: Vec<(Text, String)> = Vec::new();
    let source = run.entry.config.as_ref().map(|it| in_a_line(&it.data.path.to_string()));
    rows.push((text!(en: "text", zh: "文本"), source.unwrap_or(NONE.to_owned())));
    if let Some(blake3) = &run.entry.text {
        rows.push((text!(en: "BLAKE3 of the text", zh: "文本的 BLAKE3"), in_a_line(blake3)));
    }
    let last = run.sessions.last();
    let recorded = |value: fn(&SessionRow) -> &str| {
        let value = last.map(value).filter(|value| !value.is_empty());
        value.map_or(say(text!(en: "not recorded", zh: "未记录")), in_a_line)
    };
    rows.push((text!(en: "program", zh: "程序"), recorded(|it| &it.program)));
    rows.push((text!(en: "system", zh: "系统"), recorded(|it| &it.system)));
    rows.push((text!(en: "device", zh: "设备"), recorded(|it| &it.device)));
    if let Some(threads) = last.map(|it| it.threads).filter(|threads| *threads > 0) {
        rows.push((text!(en: "threads", zh: "线程数"), grouped(threads as u64)));
    }
    rows.push((text!(en: "started", zh: "开始时间"), {
        let first = run.sessions.first().map(|it| in_a_line(&it.started));
        first.unwrap_or_else(|| say(text!(en: "not recorded", zh: "未记录")))
    }));
    if run.sessions.len() > 1 {
        let resumed: Vec<String> = run.sessions.iter().skip(1).map(|it| grouped(it.step)).collect();
        rows.push((text!(en: "resumed at step", zh: "恢复训练的步数"), resumed.join(", ")));
    }
    let caption = say(text!(en: "Environment", zh: "环境"));
    let head = [text!(en: "what", zh: "项目"), text!(en: "value", zh: "内容")];
    let head = head.map(|it| (say(it), Align::Left)).to_vec();
    let rows = rows.into_iter().map(|(name, value)| vec![Cell::of(say(name)), Cell::of(value)]);
    Table { caption, head, rows: rows.collect() }
}
