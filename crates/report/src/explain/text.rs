//! The explanation as text for a terminal of 40 columns or more.

use super::view::{Explained, about_sources, escaped, number, percent, pre_activation, signed};
use crate::figures::whole;
use charnn_infer::{GateDetail, UnitDetail, UnitEffect};
use charnn_message::{Language, Text, text, wrap};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Units without details that are listed as well.
const MORE_UNITS: usize = 5;

/// The explanation as text. `width` is that of the terminal; `ascii` avoids signs that other character sets lack.
pub fn explain_text(view: &Explained<'_>, width: usize, ascii: bool, language: Language) -> String {
    // An arrow becomes two characters, at most two in a line.
    let width = width.max(30) - if ascii { 2 } else { 0 };
    let mut out = Writer { view, width, language, out: String::new() };
    out.summary();
    out.units();
    out.symbols();
    if ascii { plain(&out.out) } else { out.out }
}

struct Writer<'a> {
    view: &'a Explained<'a>,
    width: usize,
    language: Language,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// A paragraph without indentation.
    fn paragraph(&mut self, text: &Text) {
        let text = wrap(text.in_language(self.language), Some(self.width), 0, "");
        self.line(&text);
    }

    /// Items beside each other, in as many lines as they need.
    fn items(&mut self, label: &str, items: &[String], indent: usize) {
        let mut line = format!("{label}{}", " ".repeat(indent.saturating_sub(label.width())));
        let mut is_first = true;
        for item in items {
            if !is_first && line.width() + 2 + item.width() > self.width {
                self.line(&line);
                line = " ".repeat(indent);
                is_first = true;
            }
            if !is_first {
                line.push_str("  ");
            }
            line.push_str(item);
            is_first = false;
        }
        self.line(&line);
    }

    fn summary(&mut self) {
        let Explained { why, text: before, .. } = *self.view;
        let language = self.language;
        let say = |text: Text| text.in_language(language).to_owned();
        let (after, next, rather) = (
            say(text!(en: "after", zh: "之后")),
            say(text!(en: "next", zh: "预测")),
            say(text!(en: "why", zh: "问题")),
        );
        let tail = tail(&escaped(before), self.width - 10);
        self.items(&after, &[format!("\"{tail}\"")], 7);
        let likeliest: Vec<String> = why
            .likeliest
            .iter()
            .map(|(id, probability)| format!("{} {}", self.view.quoted(*id), percent(*probability)))
            .collect();
        self.items(&next, &likeliest, 7);
        self.items(&rather, &[self.view.question().in_language(self.language).to_owned()], 7);
        let shown = self.listed();
        let difference = text!(
            en: "logit difference {}:", zh: "logit 之差 {}：", signed(why.difference)
        );
        let (bias, first, others) = (
            signed(why.bias),
            signed(self.view.why.units.iter().take(shown).map(|it| it.effect).sum()),
            signed(self.view.others(shown)),
        );
        let mut parts = vec![
            say(difference),
            say(text!(en: "{bias} (bias)", zh: "{bias}（偏置）")),
            say(text!(en: "{first} ({shown} units)", zh: "{first}（{shown} 个单元）")),
        ];
        let rest = why.units.len() - shown;
        if rest > 0 {
            parts
                .push(say(text!(en: "{others} ({rest} others)", zh: "{others}（其余 {rest} 个）")));
        }
        self.items("", &parts, 7);
    }

    /// How many units are listed.
    fn listed(&self) -> usize {
        let why = self.view.why;
        (why.details.len() + MORE_UNITS).min(why.units.len())
    }

    fn units(&mut self) {
        let view = self.view;
        let (target, against) = (view.quoted(view.why.target), view.quoted(view.why.against));
        self.line("");
        self.paragraph(&text!(
            en: "Units of the last layer: effect = output × (weight to {target} − weight to {against})",
            zh: "最后一层的单元：作用 = 输出 ×（到 {target} 的权重 − 到 {against} 的权重）"
        ));
        for (unit, detail) in view.why.units.iter().zip(&view.why.details) {
            self.unit(unit);
            self.detail(detail);
        }
        for unit in &view.why.units[view.why.details.len()..self.listed()] {
            self.unit(unit);
        }
        if !view.why.details.is_empty() {
            self.line("");
            let about = about_sources(view.layers, self.language);
            self.paragraph(&text!(
                en: ("A gate: its value, its pre-activation, and the largest terms of that. {about}"),
                zh: ("每个门：取值、激活前的值及其中最大的几项。{about}")
            ));
        }
    }

    fn unit(&mut self, it: &UnitEffect) {
        let name = self.view.unit(it.unit);
        let [target, against] = it.weights.map(number);
        let weights = match against.strip_prefix('−') {
            Some(against) => format!("({target} + {against})"),
            None => format!("({target} − {against})"),
        };
        let effect = format!("{name:<5} {:>6}", signed(it.effect));
        let product = format!("= {} × {weights}", number(it.output));
        if effect.width() + 1 + product.width() <= self.width {
            self.line(&format!("{effect} {product}"));
        } else {
            self.line(&effect);
            self.line(&format!("   {product}"));
        }
    }

    fn detail(&mut self, detail: &UnitDetail) {
        let [before, after] = detail.hidden.map(number);
        let mut states = vec![format!("h {before} → {after}")];
        if let Some(cell) = detail.cell {
            let [before, after] = cell.map(number);
            states.push(format!("c {before} → {after}"));
        }
        self.items("", &states, 3);
        for gate in &detail.gates {
            let items = self.gate(gate);
            self.items(&format!("   {}", gate.name), &items, 5);
        }
    }

    fn gate(&self, gate: &GateDetail) -> Vec<String> {
        let mut items = vec![format!("{} ← {}:", number(gate.value), signed(pre_activation(gate)))];
        for source in &gate.sources {
            items.push(format!("{} {}", self.view.origin(source), signed(source.effect)));
        }
        let bias = text!(en: "bias {}", zh: "偏置 {}", signed(gate.bias));
        items.push(bias.in_language(self.language).to_owned());
        items
    }

    fn symbols(&mut self) {
        let why = self.view.why;
        if why.symbols.is_empty() {
            return;
        }
        self.line("");
        self.paragraph(&text!(
            en: "Characters: by how much the difference falls without the character, and input × gradient",
            zh: "各字符的作用：去掉该字符后 logit 之差减少多少；以及输入 × 梯度"
        ));
        let room = self.width.saturating_sub(26).clamp(4, 30);
        let largest = why.symbols.iter().fold(1e-9_f64, |most, it| most.max(it.removal.abs()));
        if let Some(earlier) = why.earlier {
            let before = text!(en: "before", zh: "之前");
            let name = before.in_language(self.language);
            self.symbol(name, &signed(earlier), "", "");
        }
        for it in &why.symbols {
            let length = usize::try_from(whole(it.removal.abs() / largest * room as f64));
            let bar = "█".repeat(length.unwrap_or(0).min(room));
            let (name, removal) = (self.view.quoted(it.id), signed(it.removal));
            self.symbol(&name, &removal, &signed(it.gradient), &bar);
        }
    }

    fn symbol(&mut self, name: &str, removal: &str, gradient: &str, bar: &str) {
        let gap = " ".repeat(8_usize.saturating_sub(name.width()));
        let numbers = format!("{name}{gap}{removal:>7} {gradient:>7}  ");
        let bar = bar.chars().take(self.width.saturating_sub(numbers.width())).collect::<String>();
        self.line(&(numbers + &bar));
    }
}

/// The end of a text, at most `width` columns wide.
fn tail(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let mut start = text.len();
    for (at, character) in text.char_indices().rev() {
        let size = character.width().unwrap_or(0);
        if size > left {
            break;
        }
        (left, start) = (left - size, at);
    }
    format!("…{}", &text[start..])
}

/// Without signs that other character sets lack. Symbols of the text stay.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '−' => out.push('-'),
            '×' => out.push('x'),
            '→' => out.push_str("->"),
            '←' => out.push_str("<-"),
            '′' => out.push('\''),
            '█' => out.push('#'),
            '…' => out.push_str(".."),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_is_as_wide_as_it_may_be() {
        assert_eq!(tail("abcdef", 6), "abcdef");
        assert_eq!(tail("abcdefg", 6), "…cdefg");
        assert_eq!(tail("书书书书", 6), "…书书");
        assert_eq!(plain("−1 × 2 → …"), "-1 x 2 -> ..");
    }
}
