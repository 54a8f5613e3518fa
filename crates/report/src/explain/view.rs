//! An explanation with the names that it is shown with.

use crate::figures::short;
use charnn_infer::{Explanation, GateDetail, Origin, Source, Vocabulary};
use charnn_message::{Language, Text, is_hidden, text};

/// An explanation and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Explained<'a> {
    /// The name of the network.
    pub name: &'a str,
    /// Its symbols.
    pub vocabulary: &'a Vocabulary,
    /// Its layers. The explained units are those of the last.
    pub layers: usize,
    /// The text before the explained character.
    pub text: &'a str,
    /// The explanation.
    pub why: &'a Explanation,
}

impl Explained<'_> {
    /// A symbol in quotation marks, on one line and without anything that a terminal acts upon.
    pub(super) fn quoted(&self, id: u16) -> String {
        format!("\"{}\"", escaped(self.vocabulary.shown(id)))
    }

    /// A unit with its layer, both as programs and pages count them: layers from 1, units from 0.
    pub(super) fn unit(&self, unit: usize) -> String {
        format!("{}:{unit}", self.layers)
    }

    /// The last symbol of the text.
    fn last(&self) -> Option<u16> {
        self.why.symbols.last().map(|it| it.id)
    }

    /// Where a term of a pre-activation comes from.
    pub(super) fn origin(&self, source: &Source) -> String {
        match source.origin {
            Origin::Symbol => self.last().map_or("x".to_owned(), |id| self.quoted(id)),
            Origin::Below(unit) => format!("{}:{unit}", self.layers - 1),
            // The state before the symbol.
            Origin::Before(unit) => format!("{}:{unit}′", self.layers),
        }
    }

    /// The parts of the units that are not among the first `shown`.
    pub(super) fn others(&self, shown: usize) -> f64 {
        self.why.units.iter().skip(shown).map(|it| it.effect).sum()
    }

    /// What is compared, in a sentence.
    pub(super) fn question(&self) -> Text {
        let (target, against) = (self.quoted(self.why.target), self.quoted(self.why.against));
        text!(en: "{target} rather than {against}", zh: "为何是 {target} 而不是 {against}")
    }
}

/// The pre-activation of a gate.
pub(super) fn pre_activation(gate: &GateDetail) -> f64 {
    gate.input + gate.recurrent + gate.bias
}

/// What a unit of the state before the character is called in the notes.
pub(super) fn about_sources(layers: usize, language: Language) -> String {
    let below = layers - 1;
    let note = match layers {
        1 => text!(
            en: "1:7′ is unit 7 of layer 1 before the character.",
            zh: "1:7′ 表示第 1 层的单元 7 在该字符之前的状态。"
        ),
        _ => text!(
            en: "{layers}:7′ is unit 7 of layer {layers} before the character, {below}:7 is unit 7 of the layer below.",
            zh: "{layers}:7′ 表示第 {layers} 层的单元 7 在该字符之前的状态，{below}:7 表示下一层的单元 7。"
        ),
    };
    note.in_language(language).to_owned()
}

/// A text on one line, with line breaks and quotation marks as in a string of a program.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            hidden if is_hidden(hidden) => out.extend(hidden.escape_unicode()),
            other => out.push(other),
        }
    }
    out
}

/// A number with its sign and two decimal places.
pub(super) fn signed(value: f64) -> String {
    let sign = if value < 0.0 { '−' } else { '+' };
    format!("{sign}{}", digits(value.abs(), 2))
}

/// A number with three decimal places.
pub(super) fn number(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", digits(value.abs(), 3))
}

/// A number without its sign. A gradient that explodes takes no more room than others.
fn digits(value: f64, places: usize) -> String {
    if value < 1e3 { format!("{value:.places$}") } else { short(value, 2) }
}

/// A probability in percent.
pub(super) fn percent(probability: f64) -> String {
    format!("{} %", short((probability * 1e4).round() / 1e2, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_and_numbers_stay_on_one_line() {
        assert_eq!(escaped("a\n\t\"\\\u{1b}书\u{202e}"), "a\\n\\t\\\"\\\\\\u{1b}书\\u{202e}");
        assert_eq!([signed(1.23456), signed(-0.5), signed(0.00001)], ["+1.23", "−0.50", "+0.00"]);
        assert_eq!(signed(-8.003e23), "−8e23");
        assert_eq!([number(1.23456), number(-0.5)], ["1.235", "−0.500"]);
        assert_eq!([percent(0.98765), percent(0.00001)], ["98.8 %", "0 %"]);
    }
}
