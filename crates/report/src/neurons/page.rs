//! The page: the units that follow something, as the background of the text. Without a script the best unit of
//! each feature is shown on the start of the text; with one, every unit on the whole text.

use super::features::Feature;
use super::history::{self, Stage};
use super::probe::Probe;
use super::rank::Ranked;
use super::record::{Quantity, Recording, Trace};
use super::saturation::{plots, saturation};
use crate::figures::short;
use crate::html::Html;
use crate::page::{Align, Cell, Page, Table, section};
use charnn_message::{Language, Text, grouped, in_a_line, is_hidden, text};
use serde_json::{Value, json};

/// What the page does beyond the static part.
const SCRIPT: &str = include_str!("neurons.js");
/// Units in the table.
const LISTED: usize = 40;
/// Features of which the best unit is shown without a script, and on how many symbols.
const SHOWN: usize = 6;
const EXCERPT: usize = 700;
/// The least correlation that is worth an excerpt.
const LEAST: f64 = 0.3;
/// Units whose gates and cell states are on the page.
const WITH_GATES: usize = 48;
/// Values become one of 64 levels: a character each.
const LEVELS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";

/// What a page about the units of a network shows.
#[derive(Debug, Clone, Copy)]
pub struct Neurons<'a> {
    /// The name of the network.
    pub name: &'a str,
    /// The training step after which the network was like this.
    pub step: u64,
    /// What each unit does along the text.
    pub recording: &'a Recording,
    /// What a reader sees there.
    pub features: &'a [Feature],
    /// What the units of each layer know together.
    pub probes: &'a [Probe],
    /// The units, the most interesting first.
    pub ranked: &'a [Ranked],
    /// Earlier and later networks of the same run on the same text, without this one. May be empty.
    pub stages: &'a [Stage],
}

/// The page as one file.
pub fn neurons(about: &Neurons<'_>, language: Language) -> String {
    let Neurons { name, recording, features, probes, ranked, stages, step } = *about;
    let say = |text: Text| text.in_language(language).to_owned();
    let name = in_a_line(name);
    let title = say(text!(en: "Neurons of {name}", zh: "{name} 的神经元"));
    let mut body = Html::new();
    let layers = recording.traces.iter().filter(|it| it.quantity == Quantity::Hidden).count();
    let (units, length) =
        (grouped(recording.units as u64), grouped(recording.symbols.len() as u64));
    let loss = short(recording.loss, 4);
    body.tag("header", &[], |out| {
        out.leaf("h1", &[], &title);
        let lead = text!(
            en: "{layers} × {units} units while the network reads {length} characters ({loss} nats per character). \
                 Orange is positive, blue negative.",
            zh: "网络读取 {length} 个字符（{loss} nats/字符）时 {layers} × {units} 个单元的激活。橙色为正，蓝色为负。"
        );
        out.leaf("p", &[("class", "lead")], &say(lead));
    });
    let heading = say(text!(en: "On the text", zh: "在文本上"));
    section(&mut body, "viewer", &heading, |out| {
        excerpts(out, recording, features, ranked, language);
    });
    let heading = say(text!(en: "Ranking", zh: "排名"));
    section(&mut body, "ranking", &heading, |out| table(out, features, ranked, language));
    if !stages.is_empty() {
        let heading = say(text!(en: "Over the training", zh: "随训练的变化"));
        section(&mut body, "training", &heading, |out| {
            history::section(out, (step, recording), stages, features, ranked, language);
        });
    }
    if !probes.is_empty() {
        let heading = say(text!(en: "Linear probes", zh: "线性探针"));
        section(&mut body, "probes", &heading, |out| probe_table(out, features, probes, language));
    }
    let gates = saturation(recording);
    if !gates.is_empty() {
        let heading = say(text!(en: "Gate saturation", zh: "门的饱和"));
        section(&mut body, "saturation", &heading, |out| plots(out, &gates, language));
    }
    body.data("neurons-data", &data(about, language));
    let title = format!("{title} – charnn");
    Page { language, title, body, scripts: vec![SCRIPT] }.into_string()
}

fn unit_name(it: &Ranked) -> String {
    format!("{}:{}", it.layer + 1, it.unit)
}

/// The best unit of each feature on the start of the text, the most interesting first.
fn excerpts(
    out: &mut Html,
    recording: &Recording,
    features: &[Feature],
    ranked: &[Ranked],
    language: Language,
) {
    let say = |text: Text| text.in_language(language).to_owned();
    let mut shown: Vec<&Ranked> = Vec::new();
    for it in ranked {
        let is_new = shown.iter().all(|other| other.feature != it.feature);
        if is_new && it.correlation.abs() >= LEAST && shown.len() < SHOWN {
            shown.push(it);
        }
    }
    if shown.is_empty() {
        let none = text!(
            en: "No unit follows a feature of this text on its own.",
            zh: "没有单个单元与该文本的某个特征明显相关。"
        );
        out.leaf("p", &[("class", "note")], &say(none));
    }
    for it in shown {
        let Some(trace) = hidden(recording, it.layer) else { continue };
        let (unit, feature) = (unit_name(it), &features[it.feature].name);
        let r = short(it.correlation, 2);
        let caption = text!(
            en: ("unit {unit}: {} (r = {r})", feature.english),
            zh: ("单元 {unit}：{}（r = {r}）", feature.chinese),
        );
        out.tag("figure", &[("class", "neuron")], |out| {
            out.leaf("figcaption", &[], &say(caption));
            out.tag("pre", &[("class", "text"), ("dir", "auto"), ("tabindex", "0")], |out| {
                colored(out, recording, trace, it.unit);
            });
        });
    }
}

fn hidden(recording: &Recording, layer: usize) -> Option<&Trace> {
    recording.traces.iter().find(|it| it.quantity == Quantity::Hidden && it.layer == layer)
}

/// The start of the text, neighbours of the same colour together.
fn colored(out: &mut Html, recording: &Recording, trace: &Trace, unit: usize) {
    let level = |at: usize| shade(trace.values[at * recording.units + unit]);
    let end = recording.symbols.len().min(EXCERPT);
    let mut at = 0;
    while at < end {
        let shade = level(at);
        let next = (at..end).find(|other| level(*other) != shade).unwrap_or(end);
        let text: String = recording.symbols[at..next].concat();
        out.leaf("span", &[("class", SHADES[shade])], &text);
        at = next;
    }
}

/// Classes of colours from −1 to 1.
const SHADES: [&str; 9] = ["q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"];

fn shade(value: f32) -> usize {
    crate::curve::index(f64::midpoint(f64::from(value), 1.0) * 9.0, 9)
}

fn table(out: &mut Html, features: &[Feature], ranked: &[Ranked], language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let note = text!(
        en: "For each unit the feature that its hidden state follows best: Pearson's correlation over the text, and the \
             unit's part in the linear probe, which is large where no other unit tells the same. The units are in the \
             order of their sum. Features that are visible in the current character count for 0.7: they need no memory.",
        zh: "每个单元取其隐藏状态跟随得最好的特征：全文的皮尔逊相关系数，以及该单元在线性探针中的份额（其他单元不能替代时份额大）。\
             按两者之和排列。当前字符即可看出的特征按 0.7 计，因为不需要记忆。"
    );
    out.leaf("p", &[("class", "note")], &say(note));
    let rows = ranked.iter().take(LISTED).map(|it| {
        let feature = &features[it.feature];
        vec![
            Cell::code(unit_name(it)),
            Cell::of(feature.name.in_language(language)),
            Cell::of(short(it.correlation, 3)),
            Cell::of(format!("{:.2}", it.part.clamp(0.0, 1.0))),
        ]
    });
    let head = vec![
        (say(text!(en: "layer:unit", zh: "层:单元")), Align::Left),
        (say(text!(en: "follows", zh: "跟随的特征")), Align::Left),
        (say(text!(en: "correlation", zh: "相关系数")), Align::Right),
        (say(text!(en: "part in the probe", zh: "探针中的份额")), Align::Right),
    ];
    let caption = say(text!(en: "Units by interest", zh: "按有趣程度排列的单元"));
    Table { caption, head, rows: rows.collect() }.draw(out);
}

/// What all units of a layer know together, beside the best of them.
fn probe_table(out: &mut Html, features: &[Feature], probes: &[Probe], language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let note = text!(
        en: "A linear function of all units of a layer is fitted to each feature on the first half of the text. The number \
             is the share of the feature's variance that it explains on the second half, beside that of the best single \
             unit. What a layer knows and no unit shows alone is spread over several units.",
        zh: "在文本的前一半上，用一层全部单元的线性函数拟合每个特征；数值是它在后一半上解释的方差比例，旁边是最好的单个单元的\
             比例。整层知道而单个单元看不出的信息，分散在多个单元中。"
    );
    out.leaf("p", &[("class", "note")], &say(note));
    let rows = probes.iter().map(|it| {
        vec![
            Cell::of(features[it.feature].name.in_language(language)),
            Cell::of((it.layer + 1).to_string()),
            Cell::of(short(it.explained.max(-1.0), 2)).strong(true),
            Cell::of(short(it.single.max(-1.0), 2)),
        ]
    });
    let head = vec![
        (say(text!(en: "feature", zh: "特征")), Align::Left),
        (say(text!(en: "layer", zh: "层")), Align::Right),
        (say(text!(en: "all units", zh: "全部单元")), Align::Right),
        (say(text!(en: "best unit", zh: "最好的单元")), Align::Right),
    ];
    let caption = say(text!(en: "Variance explained by linear probes", zh: "线性探针解释的方差"));
    Table { caption, head, rows: rows.collect() }.draw(out);
}

/// A value from −1 to 1 as a character.
fn level(value: f32) -> char {
    char::from(LEVELS[crate::curve::index(f64::midpoint(f64::from(value), 1.0) * 64.0, 64)])
}

/// What the script shows: the hidden state of every unit, cell states and gates of the ranked ones, and the
/// predictions.
fn data(about: &Neurons<'_>, language: Language) -> Value {
    let Neurons { recording, features, ranked, stages, .. } = *about;
    let say = |text: Text| text.in_language(language).to_owned();
    let units = recording.units;
    // Unit by unit: the script reads one unit at a time.
    let along = |trace: &Trace, unit: usize, most: f32| -> String {
        let values = trace.values.iter().skip(unit).step_by(units);
        values.map(|value| level(value / most)).collect()
    };
    let layers = recording.traces.iter().filter(|it| it.quantity == Quantity::Hidden);
    let layers: Vec<Vec<String>> =
        layers.map(|trace| (0..units).map(|unit| along(trace, unit, 1.0)).collect()).collect();
    let mut more = serde_json::Map::new();
    for it in ranked.iter().take(WITH_GATES) {
        let own = recording.traces.iter().filter(|trace| trace.layer == it.layer);
        let mut of_unit = serde_json::Map::new();
        for trace in own.filter(|trace| trace.quantity != Quantity::Hidden) {
            let values = trace.values.iter().skip(it.unit).step_by(units);
            let largest = values.fold(1.0_f32, |most, value| most.max(value.abs()));
            let values = along(trace, it.unit, largest);
            of_unit.insert(trace.quantity.letter().to_owned(), json!([values, largest]));
        }
        for stage in stages {
            let Some(trace) = stage.traces.get(it.layer) else { continue };
            let step = grouped(stage.step);
            let label = say(text!(en: "h, step {step}", zh: "h，第 {step} 步"));
            of_unit.insert(label, json!([along(trace, it.unit, 1.0), 1]));
        }
        more.insert(format!("{}:{}", it.layer, it.unit), of_unit.into());
    }
    let ranking = ranked.iter().take(LISTED * 4).map(|it| {
        let name = features[it.feature].name.in_language(language);
        json!([it.layer, it.unit, name, (it.correlation * 1e3).round() / 1e3])
    });
    let shown = |symbol: &str| -> String {
        // The script shows texts; what would change how they look is written out.
        symbol
            .chars()
            .map(|it| {
                if is_hidden(it) && it != '\n' && it != '\t' {
                    in_a_line(&it.to_string())
                } else {
                    it.to_string()
                }
            })
            .collect()
    };
    let predictions = recording.predictions.iter().map(|all| {
        let flat: Vec<Value> = all
            .iter()
            .filter(|(_, p)| *p >= 0.005)
            .flat_map(|(symbol, p)| [json!(shown(symbol)), json!((f64::from(*p) * 100.0).round())])
            .collect();
        Value::from(flat)
    });
    json!({
        "symbols": recording.symbols.iter().map(|it| shown(it)).collect::<Vec<_>>(),
        "layers": layers,
        "more": more,
        "ranking": ranking.collect::<Vec<_>>(),
        "predictions": predictions.collect::<Vec<_>>(),
        "levels": str::from_utf8(LEVELS).unwrap_or_default(),
        "words": {
            "layer": say(text!(en: "Layer", zh: "层")),
            "unit": say(text!(en: "Unit", zh: "单元")),
            "show": say(text!(en: "Quantity", zh: "显示的量")),
            "next": say(text!(en: "Next of the ranking", zh: "排名中的下一个")),
            "back": say(text!(en: "Previous of the ranking", zh: "排名中的上一个")),
            "predictions": say(text!(en: "Predictions below the text", zh: "在文本下方显示预测")),
            "select": say(text!(
                en: "Select a part of the text to find the units that are active exactly there.",
                zh: "选中一段文本，可找出恰好在该处激活的单元。"
            )),
            "found": say(text!(en: "Active exactly in the selection:", zh: "恰好在选中处激活：")),
            "follows": say(text!(en: "follows", zh: "跟随")),
            "nextIs": say(text!(en: "next:", zh: "下一个：")),
        },
    })
}
