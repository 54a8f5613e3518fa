//! The explanation as a page. It needs no script.

use super::view::{Explained, about_sources, escaped, number, percent, pre_activation, signed};
use crate::figures::short;
use crate::html::Html;
use crate::page::{Align, Cell, Page, Table, section};
use charnn_infer::{SymbolEffect, UnitDetail, UnitEffect};
use charnn_message::{Language, Text, in_a_line, text};

/// Units in the table.
const UNITS: usize = 20;
/// Characters of the text in the title.
const TITLE: usize = 40;

/// The page about why a network writes a character, as one file.
pub fn explain_page(view: &Explained<'_>, language: Language) -> String {
    let say = |text: Text| text.in_language(language).to_owned();
    let why = view.why;
    let target = view.quoted(why.target);
    let characters: Vec<char> = view.text.chars().collect();
    let tail: String = characters[characters.len().saturating_sub(TITLE)..].iter().collect();
    let dots = if characters.len() > TITLE { "…" } else { "" };
    let tail = format!("\"{dots}{}\"", escaped(&tail));
    let title = say(text!(en: "Why {target} follows {tail}", zh: "{tail} 之后为何是 {target}"));
    let mut body = Html::new();
    body.tag("header", &[], |out| {
        out.leaf("h1", &[], &title);
        let (name, against) = (in_a_line(view.name), view.quoted(why.against));
        let lead = text!(
            en: "The prediction of {name}: {target} compared with {against}. Orange speaks for {target}, blue for \
                 {against}.",
            zh: "{name} 的预测：比较 {target} 与 {against}。橙色支持 {target}，蓝色支持 {against}。"
        );
        out.leaf("p", &[("class", "lead")], &say(lead));
        facts(out, view, language);
    });
    let heading = say(text!(en: "Characters of the text", zh: "文本中的字符"));
    section(&mut body, "characters", &heading, |out| symbols(out, view, language));
    let heading = say(text!(en: "Units of the last layer", zh: "最后一层的单元"));
    section(&mut body, "units", &heading, |out| units(out, view, language));
    if !why.details.is_empty() {
        let heading = say(text!(en: "Gates", zh: "门"));
        section(&mut body, "gates", &heading, |out| gates(out, view, language));
    }
    let title = format!("{title} – charnn");
    Page { language, title, body, scripts: Vec::new() }.into_string()
}

fn facts(out: &mut Html, view: &Explained<'_>, language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let why = view.why;
    let times = short(why.difference.abs().exp(), 3);
    let ratio = if why.difference >= 0.0 {
        text!(en: "{times} times as likely", zh: "概率为其 {times} 倍")
    } else {
        text!(en: "{times} times less likely", zh: "概率为其 1/{times}")
    };
    let likeliest: Vec<String> = why
        .likeliest
        .iter()
        .map(|(id, probability)| format!("{} {}", view.quoted(*id), percent(*probability)))
        .collect();
    let facts = [
        (
            say(text!(en: "probability of {}", zh: "{} 的概率", view.quoted(why.target))),
            percent(why.probabilities[0]),
            String::new(),
        ),
        (
            say(text!(en: "probability of {}", zh: "{} 的概率", view.quoted(why.against))),
            percent(why.probabilities[1]),
            String::new(),
        ),
        (
            say(text!(en: "difference of logits", zh: "logit 之差")),
            signed(why.difference),
            say(ratio),
        ),
        (
            say(text!(en: "likeliest characters", zh: "概率最高的字符")),
            likeliest.first().cloned().unwrap_or_default(),
            likeliest.get(1..).unwrap_or_default().join(" · "),
        ),
    ];
    out.tag("dl", &[("class", "facts")], |out| {
        for (name, value, more) in facts {
            out.tag("div", &[], |out| {
                out.leaf("dt", &[], &name);
                out.tag("dd", &[], |out| {
                    out.text(&value);
                    if !more.is_empty() {
                        out.leaf("small", &[], &more);
                    }
                });
            });
        }
    });
}

/// One of the two effects of a symbol.
type Measure = fn(&SymbolEffect) -> f64;

fn symbols(out: &mut Html, view: &Explained<'_>, language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let why = view.why;
    if why.symbols.is_empty() {
        let none = text!(
            en: "The text is empty: the network has read its primer only.",
            zh: "文本为空：网络只读取了引导文本。"
        );
        out.leaf("p", &[("class", "note")], &say(none));
        return;
    }
    let measures: [(Text, Measure); 2] = [
        (
            text!(
                en: "Without the character: by how much the difference falls when the network reads the text without it",
                zh: "去掉该字符：网络读取没有该字符的文本时，差减少多少"
            ),
            |it| it.removal,
        ),
        (
            text!(
                en: "Input × gradient: the effect of the character's embedding to first order",
                zh: "输入 × 梯度：该字符的嵌入的一阶作用"
            ),
            |it| it.gradient,
        ),
    ];
    for (caption, of) in measures {
        let largest = largest(why.symbols.iter().map(of));
        out.tag("figure", &[("class", "neuron")], |out| {
            out.leaf("figcaption", &[], &say(caption));
            out.tag("pre", &[("class", "text"), ("dir", "auto"), ("tabindex", "0")], |out| {
                for it in &why.symbols {
                    let symbol = view.vocabulary.shown(it.id);
                    let value = of(it);
                    let title = format!("{} {}", view.quoted(it.id), signed(value));
                    let class = shade(value / largest);
                    let shown = if symbol == "\n" { "↵\n" } else { symbol };
                    out.leaf("span", &[("class", class), ("title", &title)], shown);
                }
            });
        });
    }
    if let Some(earlier) = why.earlier {
        let earlier = signed(earlier);
        let note = text!(
            en: "Without everything that the network read before these characters, the difference falls by {earlier}.",
            zh: "如果去掉网络在这些字符之前读取的全部内容，差减少 {earlier}。"
        );
        out.leaf("p", &[("class", "note")], &say(note));
    }
    let rows = why.symbols.iter().enumerate().rev().map(|(at, it)| {
        vec![
            Cell::code(view.quoted(it.id)),
            Cell::of((why.symbols.len() - at).to_string()),
            Cell::of(signed(it.removal)),
            Cell::of(signed(it.gradient)),
        ]
    });
    let table = Table {
        caption: say(text!(en: "Effects of the characters", zh: "各字符的作用")),
        head: vec![
            (say(text!(en: "character", zh: "字符")), Align::Left),
            (say(text!(en: "from the end", zh: "倒数")), Align::Right),
            (say(text!(en: "without it", zh: "去掉它")), Align::Right),
            (say(text!(en: "input × gradient", zh: "输入 × 梯度")), Align::Right),
        ],
        rows: rows.collect(),
    };
    let summary =
        say(text!(en: "As a table, the last character first", zh: "表格（从最后一个字符开始）"));
    crate::page::folded(out, &summary, |out| table.draw(out));
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(1e-12, |most, value| most.max(value.abs()))
}

/// Classes of colours from −1 to 1.
fn shade(value: f64) -> &'static str {
    const SHADES: [&str; 9] = ["q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"];
    SHADES[crate::curve::index(f64::midpoint(value, 1.0) * 9.0, 9)]
}

fn units(out: &mut Html, view: &Explained<'_>, language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let why = view.why;
    let (target, against) = (view.quoted(why.target), view.quoted(why.against));
    let note = text!(
        en: "The head multiplies the output of every unit by a weight for each character. A unit's effect on the \
             difference is its output × (weight to {target} − weight to {against}). All effects and the bias sum to the \
             difference, {}.",
        zh: "输出层把每个单元的输出乘以各字符的权重。一个单元对差的作用是：输出 ×（到 {target} 的权重 − 到 {against} \
             的权重）。所有作用与偏置之和等于差 {}。",
        signed(why.difference)
    );
    out.leaf("p", &[("class", "note")], &say(note));
    let shown = UNITS.min(why.units.len());
    let scale = largest(why.units.iter().map(|it| it.effect));
    let head = [
        say(text!(en: "unit", zh: "单元")),
        say(text!(en: "effect", zh: "作用")),
        String::new(),
        say(text!(en: "output", zh: "输出")),
        say(text!(en: "weight to {target}", zh: "到 {target} 的权重")),
        say(text!(en: "weight to {against}", zh: "到 {against} 的权重")),
    ];
    let caption = say(text!(en: "Effects of the units", zh: "各单元的作用"));
    let scrolled =
        [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", &*caption)];
    out.tag("div", &scrolled, |out| {
        out.tag("table", &[("class", "effects")], |out| {
            out.leaf("caption", &[], &caption);
            out.tag("thead", &[], |out| {
                out.tag("tr", &[], |out| {
                    for (at, name) in head.iter().enumerate() {
                        let class = if at == 0 || at == 2 { "l" } else { "r" };
                        if at == 2 {
                            out.leaf("td", &[], "");
                        } else {
                            out.leaf("th", &[("scope", "col"), ("class", class)], name);
                        }
                    }
                });
            });
            out.tag("tbody", &[], |out| {
                for it in &why.units[..shown] {
                    let UnitEffect { unit, output, weights, effect } = *it;
                    let numbers = [output, weights[0], weights[1]].map(number);
                    row(out, &view.unit(unit), effect, scale, &numbers);
                }
                let rest = why.units.len() - shown;
                if rest > 0 {
                    let name = say(text!(en: "{rest} other units", zh: "其余 {rest} 个单元"));
                    row(out, &name, view.others(shown), scale, &[]);
                }
                let bias = say(text!(en: "bias", zh: "偏置"));
                row(out, &bias, why.bias, scale, &[]);
            });
        });
    });
}

/// A row of the table of units, with a bar to the right or to the left of an axis.
fn row(out: &mut Html, name: &str, effect: f64, scale: f64, numbers: &[String]) {
    out.tag("tr", &[], |out| {
        out.leaf("th", &[("scope", "row"), ("class", "l")], name);
        out.leaf("td", &[("class", "r")], &signed(effect));
        out.tag("td", &[("class", "l"), ("aria-hidden", "true")], |out| {
            out.tag("span", &[("class", "bar")], |out| {
                let class = if effect < 0.0 { "down" } else { "up" };
                let width = format!("width:{:.1}%", (effect.abs() / scale).min(1.0) * 50.0);
                out.leaf("i", &[("class", class), ("style", &width)], "");
            });
        });
        for at in 0..3 {
            out.leaf("td", &[("class", "r")], numbers.get(at).map_or("", String::as_str));
        }
    });
}

fn gates(out: &mut Html, view: &Explained<'_>, language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let about = about_sources(view.layers, language);
    let note = text!(
        en: ("How the first units came to their values at the last character. A pre-activation is the sum of what the \
             input, the hidden states before and the biases add. {about}"),
        zh: ("前几个单元在最后一个字符处如何得到其值。激活前的值是输入、之前的隐藏状态和偏置三部分之和。{about}"),
    );
    out.leaf("p", &[("class", "note")], &say(note));
    for (detail, effect) in view.why.details.iter().zip(&view.why.units) {
        gate_table(out, view, detail, effect, language);
    }
}

fn gate_table(
    out: &mut Html,
    view: &Explained<'_>,
    detail: &UnitDetail,
    effect: &UnitEffect,
    language: Language,
) {
    let say = |text: Text| text.in_language(language).to_owned();
    let unit = view.unit(detail.unit);
    let [before, after] = detail.hidden.map(number);
    let cell = detail.cell.map_or(String::new(), |cell| {
        let [before, after] = cell.map(number);
        format!(", c {before} → {after}")
    });
    let caption = text!(
        en: "Unit {unit}, effect {}: h {before} → {after}{cell}",
        zh: "单元 {unit}，作用 {}：h {before} → {after}{cell}",
        signed(effect.effect)
    );
    let caption = say(caption);
    out.leaf("h3", &[], &caption);
    let rows = detail.gates.iter().map(|gate| {
        let sources: Vec<String> = gate
            .sources
            .iter()
            .map(|source| format!("{}\u{a0}{}", view.origin(source), signed(source.effect)))
            .collect();
        vec![
            Cell::code(gate.name),
            Cell::of(number(gate.value)).strong(true),
            Cell::of(signed(pre_activation(gate))),
            Cell::of(signed(gate.input)),
            Cell::of(signed(gate.recurrent)),
            Cell::of(signed(gate.bias)),
            Cell::of(sources.join(" · ")),
        ]
    });
    let head = vec![
        (say(text!(en: "gate", zh: "门")), Align::Left),
        (say(text!(en: "value", zh: "取值")), Align::Right),
        (say(text!(en: "pre-activation", zh: "激活前")), Align::Right),
        (say(text!(en: "input", zh: "输入")), Align::Right),
        (say(text!(en: "states before", zh: "之前的状态")), Align::Right),
        (say(text!(en: "bias", zh: "偏置")), Align::Right),
        (say(text!(en: "largest terms", zh: "最大的几项")), Align::Left),
    ];
    Table { caption, head, rows: rows.collect() }.draw(out);
}
