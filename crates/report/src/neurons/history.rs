//! What units followed at earlier checkpoints of a run.

use super::features::Feature;
use super::rank::{Ranked, correlations};
use super::record::{Quantity, Recording, Trace};
use crate::chart::{Chart, Series};
use crate::html::Html;
use crate::page::{Align, Cell, Table};
use crate::scale::Spread;
use charnn_infer::Engine;
use charnn_message::{Language, Text, grouped, text};

/// Symbols that earlier networks read: enough to see what a unit follows, and soon read.
const READ: usize = 2000;
/// Units in the table, and features in the chart.
const UNITS: usize = 12;
const FEATURES: usize = 6;

/// The hidden states of a run's network at an earlier step, on the start of the same text.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The step.
    pub step: u64,
    /// The hidden states of each layer.
    pub traces: Vec<Trace>,
}

impl Stage {
    /// Reads the start of a text, which is not empty, after the primer.
    ///
    /// # Panics
    /// When an id is not below `V`.
    pub fn of(step: u64, engine: &Engine, ids: &[u16]) -> Self {
        let layers = 0..engine.architecture().num_layers;
        let empty = |layer| Trace { quantity: Quantity::Hidden, layer, values: Vec::new() };
        let mut traces: Vec<Trace> = layers.map(empty).collect();
        let mut state = engine.start();
        state.read(engine.primer());
        for id in &ids[..ids.len().min(READ)] {
            if engine.vocabulary().record() == Some(*id) {
                state = engine.start(); // a record begins
            }
            state.read(std::slice::from_ref(id));
            for trace in &mut traces {
                trace.values.extend(state.hidden(trace.layer));
            }
        }
        Self { step, traces }
    }

    /// That of the network itself, from what it did along the text.
    fn last(step: u64, recording: &Recording) -> Self {
        let hidden = recording.traces.iter().filter(|it| it.quantity == Quantity::Hidden);
        let start = |trace: &Trace| Trace {
            values: trace.values.iter().take(READ * recording.units).copied().collect(),
            ..trace.clone()
        };
        Self { step, traces: hidden.map(start).collect() }
    }
}

/// Correlations of every unit with every feature at a step: `[layer][feature][unit]`.
struct Followed {
    step: u64,
    layers: Vec<Vec<Vec<f64>>>,
}

/// The section about checkpoints. `step` is that of the network whose units are ranked.
pub(super) fn section(
    out: &mut Html,
    (step, recording): (u64, &Recording),
    earlier: &[Stage],
    features: &[Feature],
    ranked: &[Ranked],
    language: Language,
) {
    let say = |text: Text| text.in_language(language).to_owned();
    let read = grouped(recording.symbols.len().min(READ) as u64);
    let note = text!(
        en: "What units followed at the checkpoints that the run keeps, on the first {read} characters. The chart shows for \
             each feature the strongest correlation of any unit, the table the units that rank first now.",
        zh: "该训练记录保留的各检查点上，单元在前 {read} 个字符上跟随什么。图中为每个特征取所有单元中最强的相关系数，表中为现在排名\
             最前的单元。"
    );
    out.leaf("p", &[("class", "note")], &say(note));
    let own = Stage::last(step, recording);
    let mut stages: Vec<&Stage> = earlier.iter().chain([&own]).collect();
    stages.sort_by_key(|it| it.step);
    let followed: Vec<Followed> =
        stages.iter().map(|stage| follow(stage, recording.units, features)).collect();
    out.tag("div", &[("class", "charts")], |out| {
        chart(&followed, features, ranked, language).draw(out);
    });
    table(&followed, features, ranked, language).draw(out);
}

fn follow(stage: &Stage, units: usize, features: &[Feature]) -> Followed {
    let length = stage.traces.first().map_or(0, |it| it.values.len() / units.max(1));
    let start = |it: &Feature| Feature { values: it.values[..length].to_vec(), ..it.clone() };
    let features: Vec<Feature> = features.iter().map(start).collect();
    let of_layer = |trace: &Trace| correlations(&trace.values, units, &features);
    Followed { step: stage.step, layers: stage.traces.iter().map(of_layer).collect() }
}

fn chart(
    followed: &[Followed],
    features: &[Feature],
    ranked: &[Ranked],
    language: Language,
) -> Chart {
    let mut shown: Vec<usize> = Vec::new();
    for it in ranked {
        if !shown.contains(&it.feature) && shown.len() < FEATURES {
            shown.push(it.feature);
        }
    }
    let strongest = |it: &Followed, feature: usize| {
        let all = it.layers.iter().flat_map(|layer| &layer[feature]);
        all.fold(0.0_f64, |most, value| most.max(value.abs()))
    };
    let line = |(style, feature): (usize, &usize)| Series {
        label: features[*feature].name.in_language(language).to_owned(),
        style,
        points: followed.iter().map(|it| (it.step as f64, strongest(it, *feature))).collect(),
        noisy: false,
    };
    Chart {
        id: "features".to_owned(),
        title: text!(en: "What some unit follows", zh: "有单元跟随的特征"),
        x_label: text!(en: "step", zh: "步"),
        y_label: text!(en: "strongest correlation", zh: "最强的相关系数"),
        spread: Spread::Linear,
        from_zero: true,
        series: shown.iter().enumerate().map(line).collect(),
        rules: Vec::new(),
        columns: 500,
        language,
    }
}

fn table(
    followed: &[Followed],
    features: &[Feature],
    ranked: &[Ranked],
    language: Language,
) -> Table {
    let say = |text: Text| text.in_language(language).to_owned();
    let mut head = vec![
        (say(text!(en: "layer:unit", zh: "层:单元")), Align::Left),
        (say(text!(en: "follows", zh: "跟随的特征")), Align::Left),
    ];
    for it in followed {
        let step = grouped(it.step);
        head.push((say(text!(en: "step {step}", zh: "第 {step} 步")), Align::Right));
    }
    let row = |it: &Ranked| {
        let mut cells = vec![
            Cell::code(format!("{}:{}", it.layer + 1, it.unit)),
            Cell::of(features[it.feature].name.in_language(language)),
        ];
        let then = followed.iter().map(|stage| stage.layers[it.layer][it.feature][it.unit]);
        cells.extend(then.map(|r| Cell::of(format!("{r:.2}").replace('-', "−"))));
        cells
    };
    let caption = say(text!(
        en: "Correlation of units with their feature at each checkpoint",
        zh: "各检查点上单元与其特征的相关系数"
    ));
    Table { caption, head, rows: ranked.iter().take(UNITS).map(row).collect() }
}
