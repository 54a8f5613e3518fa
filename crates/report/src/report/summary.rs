//! The first section: what came out, in numbers.

use crate::figures::{NONE, count, duration, loss, short};
use crate::html::Html;
use crate::page::{Align, Cell, Table};
use crate::run::ReportedRun;
use charnn_message::{Language, Text, grouped, in_a_line, text};
use charnn_runs::State;
use std::f64::consts::LN_2;

/// The network of a run in a sentence.
pub(super) fn lead(run: &ReportedRun) -> Text {
    let Some(config) = &run.entry.config else {
        return text!(en: "The configuration of this run cannot be read.", zh: "无法读取该训练记录的设置。");
    };
    let cell = config.model.cell.to_string().to_uppercase();
    let (layers, units) = (config.model.num_layers, grouped(config.model.hidden_size as u64));
    let source = in_a_line(&config.data.path.to_string());
    let is_training = run.entry.state == State::Training;
    let (now, jetzt) = if is_training {
        (" It is still being trained.", "训练尚未结束。")
    } else {
        ("", "")
    };
    text!(
        en: "A character-level {cell} network, {layers} × {units} units, trained on {source}.{now}",
        zh: "字符级 {cell} 网络，{layers} 层 × {units} 单元，训练文本：{source}。{jetzt}"
    )
}

pub(super) fn write(out: &mut Html, runs: &[ReportedRun], language: Language) {
    match runs {
        [run] => facts(out, run, language),
        _ => table(out, runs, language),
    }
}

/// A number with its name and what belongs to it.
struct Fact {
    name: Text,
    value: String,
    more: Text,
}

/// The numbers of one run.
fn facts(out: &mut Html, run: &ReportedRun, language: Language) {
    let nothing = || Text::verbatim("");
    let mut all: Vec<Fact> = Vec::new();
    let mut add = |name, value, more| all.push(Fact { name, value, more });
    if let Some((step, value)) = run.best() {
        let (step, perplexity) = (grouped(step), short(value.exp(), 4));
        add(
            text!(en: "Lowest validation loss", zh: "最低验证损失"),
            loss(Some(value)),
            text!(en: "nats, step {step}", zh: "nats，第 {step} 步"),
        );
        add(
            text!(en: "Bits per character", zh: "每字符比特数"),
            loss(Some(value / LN_2)),
            text!(en: "perplexity {perplexity}", zh: "困惑度 {perplexity}"),
        );
    }
    add(
        text!(en: "Training loss", zh: "训练损失"),
        loss(run.train_loss()),
        text!(en: "last 100 steps", zh: "最后 100 步"),
    );
    add(text!(en: "Steps", zh: "步数"), grouped(run.steps()), nothing());
    add(text!(en: "Training time", zh: "训练时间"), duration(run.seconds()), nothing());
    if let Some(rate) = run.characters_per_second() {
        let unit = text!(en: "characters/s", zh: "字符/秒");
        add(text!(en: "Throughput", zh: "吞吐量"), count(rate), unit);
    }
    if let Some(parameters) = run.parameters() {
        add(text!(en: "Parameters", zh: "参数量"), grouped(parameters as u64), nothing());
    }
    if let Some(symbols) = run.vocabulary_size {
        let unit = text!(en: "symbols", zh: "个符号");
        add(text!(en: "Vocabulary", zh: "词表"), grouped(symbols as u64), unit);
    }
    let note = &run.entry.labels.note;
    if !note.is_empty() {
        out.leaf("p", &[], note);
    }
    out.tag("dl", &[("class", "facts")], |out| {
        for Fact { name, value, more } in all {
            out.tag("div", &[], |out| {
                out.leaf("dt", &[], name.in_language(language));
                out.tag("dd", &[], |out| {
                    out.text(&value);
                    out.text(" ");
                    out.leaf("small", &[], more.in_language(language));
                });
            });
        }
    });
}

/// The numbers of several runs, the best value of each column emphasized.
fn table(out: &mut Html, runs: &[ReportedRun], language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let best: Vec<Option<f64>> = runs.iter().map(|run| run.best().map(|it| it.1)).collect();
    let lowest = best.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let number = |value: Option<String>| value.unwrap_or(NONE.to_owned());
    let rows = runs.iter().zip(&best).map(|(run, value)| {
        let model = run.entry.config.as_ref().map(|it| &it.model);
        let network = model
            .map(|it| format!("{}\u{a0}{}\u{a0}×\u{a0}{}", it.cell, it.num_layers, it.hidden_size));
        let is_best = value.is_some_and(|value| value <= lowest);
        vec![
            Cell::of(in_a_line(&run.name)),
            Cell::of(number(network)),
            Cell::of(number(run.parameters().map(|it| grouped(it as u64)))),
            Cell::of(grouped(run.steps())),
            Cell::of(duration(run.seconds())),
            Cell::of(number(run.characters_per_second().map(count))),
            Cell::of(loss(run.train_loss())),
            Cell::of(loss(*value)).strong(is_best),
            Cell::of(loss(value.map(|it| it / LN_2))),
            Cell::of(number(run.best().map(|it| grouped(it.0)))),
        ]
    });
    let (left, right) = (Align::Left, Align::Right);
    let head = [
        (text!(en: "run", zh: "训练记录"), left),
        (text!(en: "network", zh: "网络"), left),
        (text!(en: "parameters", zh: "参数量"), right),
        (text!(en: "steps", zh: "步数"), right),
        (text!(en: "time", zh: "时间"), right),
        (text!(en: "characters/s", zh: "字符/秒"), right),
        (text!(en: "train_loss", zh: "训练损失"), right),
        (text!(en: "val_loss", zh: "验证损失"), right),
        (text!(en: "bits/char", zh: "比特/字符"), right),
        (text!(en: "best step", zh: "最佳步"), right),
    ];
    let head = head.map(|(name, align)| (say(name), align)).to_vec();
    let caption = say(text!(en: "Results of the runs", zh: "各训练记录的结果"));
    Table { caption, head, rows: rows.collect() }.draw(out);
    let texts: std::collections::BTreeSet<_> =
        runs.iter().filter_map(|run| run.entry.text.as_ref()).collect();
    if texts.len() > 1 {
        let warning = text!(
            en: "The runs were trained on different texts, so their losses are not comparable.",
            zh: "这些训练记录使用了不同的文本，损失之间没有可比性。"
        );
        out.leaf("p", &[("class", "note")], &say(warning));
    }
    let note = text!(
        en: "train_loss is the mean of the last 100 steps, val_loss the lowest; both in nats per character.",
        zh: "训练损失为最后 100 步的均值，验证损失为最低值，单位均为 nats/字符。"
    );
    out.leaf("p", &[("class", "note")], &say(note));
}
