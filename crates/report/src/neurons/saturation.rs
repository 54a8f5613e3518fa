//! How often gates are nearly open or nearly closed, unit by unit.
//!
//! # Source
//! The plot of Karpathy, Johnson and Li 2015, "Visualizing and Understanding Recurrent Networks", figure 3.

use super::record::{Quantity, Recording};
use crate::html::Html;
use charnn_message::{Language, Text, text};

/// A gate is nearly closed below this, and nearly open above 1 minus this.
const MARGIN: f32 = 0.1;
/// Candidates range from −1 to 1 and are no gates.
const CANDIDATES: [&str; 2] = ["n", "g"];
/// The side of a plot, in its own units.
const SIDE: f64 = 100.0;

/// A gate of a layer: for each unit the share of the text where it is nearly closed, and nearly open.
#[derive(Debug, Clone, PartialEq)]
pub struct Saturation {
    /// The layer; the lowest is 0.
    pub layer: usize,
    /// The letter of the gate.
    pub gate: &'static str,
    /// For each unit the shares of values below 0.1 and above 0.9.
    pub units: Vec<[f64; 2]>,
}

/// The saturation of every gate, lowest layer first. Empty for a cell without gates.
pub fn saturation(recording: &Recording) -> Vec<Saturation> {
    let units = recording.units.max(1);
    let mut found: Vec<Saturation> = recording
        .traces
        .iter()
        .filter_map(|trace| {
            let Quantity::Gate(gate) = trace.quantity else { return None };
            if CANDIDATES.contains(&gate) {
                return None;
            }
            let mut shares = vec![[0.0; 2]; units];
            let share = units as f64 / trace.values.len().max(1) as f64;
            for row in trace.values.chunks_exact(units) {
                for (counts, value) in shares.iter_mut().zip(row) {
                    counts[0] += if *value < MARGIN { share } else { 0.0 };
                    counts[1] += if *value > 1.0 - MARGIN { share } else { 0.0 };
                }
            }
            Some(Saturation { layer: trace.layer, gate, units: shares })
        })
        .collect();
    found.sort_by_key(|it| it.layer);
    found
}

/// A plot for each gate: a dot for each unit, nearly open to the right, nearly closed upwards.
pub(super) fn plots(out: &mut Html, all: &[Saturation], language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let note = text!(
        en: "A dot for each unit: how much of the text its gate is nearly open (above 0.9) and nearly closed (below 0.1). \
             Dots at the lower left use the middle of the gate, dots on the diagonal switch.",
        zh: "每个点代表一个单元：横轴为门几乎全开（大于 0.9）的比例，纵轴为几乎全关（小于 0.1）的比例。左下角的单元使用门的中间\
             范围，对角线上的单元在开与关之间切换。"
    );
    out.leaf("p", &[("class", "note")], &say(note));
    out.tag("div", &[("class", "scatters")], |out| {
        for it in all {
            plot(out, it, language);
        }
    });
}

fn plot(out: &mut Html, it: &Saturation, language: Language) {
    let say = |text: Text| text.in_language(language).to_owned();
    let (layer, gate) = (it.layer + 1, it.gate);
    let mean = |at: usize| {
        100.0 * it.units.iter().map(|unit| unit[at]).sum::<f64>() / it.units.len().max(1) as f64
    };
    let (closed, open) = (format!("{:.0}", mean(0)), format!("{:.0}", mean(1)));
    let caption = say(text!(en: "layer {layer}, gate {gate}", zh: "第 {layer} 层，门 {gate}"));
    let means = text!(
        en: "on average {open} % open, {closed} % closed",
        zh: "平均 {open} % 全开，{closed} % 全关"
    );
    let label = format!("{caption}: {}", say(means.clone()));
    out.tag("figure", &[("class", "scatter")], |out| {
        out.tag("figcaption", &[], |out| {
            out.leaf("b", &[], &caption);
            out.text(" ");
            out.leaf("span", &[("class", "unit")], &say(means));
        });
        let size = [("viewBox", "-3 -3 106 106"), ("role", "img"), ("aria-label", &*label)];
        out.tag("svg", &size, |out| {
            let frame = [("class", "frame"), ("d", "M0 0V100H100M0 0L100 100")];
            out.leaf("path", &frame, "");
            for (unit, [closed, open]) in it.units.iter().enumerate() {
                let (x, y) =
                    (format!("{:.1}", open * SIDE), format!("{:.1}", (1.0 - closed) * SIDE));
                out.tag("circle", &[("cx", &x), ("cy", &y), ("r", "1.6")], |out| {
                    out.leaf("title", &[], &format!("{layer}:{unit}"));
                });
            }
        });
        let axes = text!(en: "→ nearly open, ↑ nearly closed", zh: "→ 几乎全开，↑ 几乎全关");
        out.leaf("p", &[("class", "x-label")], &say(axes));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neurons::record::Trace;

    #[test]
    fn shares_are_counted_for_each_unit_and_gate() {
        let trace =
            |quantity, values: &[f32]| Trace { quantity, layer: 0, values: values.to_vec() };
        let recording = Recording {
            symbols: vec!["a".to_owned(); 2],
            units: 2,
            traces: vec![
                trace(Quantity::Hidden, &[0.0; 4]),
                trace(Quantity::Gate("z"), &[0.05, 0.5, 0.95, 0.99]),
                trace(Quantity::Gate("n"), &[0.0; 4]),
            ],
            predictions: Vec::new(),
            loss: 0.0,
        };
        let found = saturation(&recording);
        let expected = Saturation { layer: 0, gate: "z", units: vec![[0.5, 0.5], [0.0, 0.5]] };
        assert_eq!(found, [expected]);
    }
}
