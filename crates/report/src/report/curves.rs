//! The second section: losses, learning rate, gradient norm and throughput.

use crate::chart::{Chart, Rule, Series};
use crate::html::Html;
use crate::run::{Over, ReportedRun};
use crate::scale::Spread;
use charnn_message::{Language, Text, in_a_line, text};
use charnn_runs::MetricRow;

/// Columns of a curve, for one run and for many: the page must stay small.
const COLUMNS: usize = 500;
const COLUMNS_OF_MANY: usize = 320;
const MANY: usize = 6;
/// Values of which the largest is so many times the typical one need a logarithmic axis.
const WIDE: f64 = 12.0;

pub(super) fn write(out: &mut Html, runs: &[ReportedRun], language: Language) {
    let charts = match runs {
        [run] => of_one(run, language),
        _ => of_several(runs, language),
    };
    let charts: Vec<Chart> = charts.into_iter().filter(Chart::has_points).collect();
    if charts.is_empty() {
        let none = text!(en: "No metrics were recorded.", zh: "没有记录任何指标。");
        out.leaf("p", &[("class", "note")], none.in_language(language));
        return;
    }
    let is_noisy = charts.iter().any(|chart| chart.series.iter().any(|it| it.noisy));
    let class = if runs.len() == 1 { "charts" } else { "charts pairs" };
    out.tag("div", &[("class", class)], |out| {
        for (index, chart) in charts.iter().enumerate() {
            // The first chart of a run is the one that matters.
            if index == 0 && runs.len() == 1 {
                out.tag("div", &[("class", "wide")], |out| chart.draw(out));
            } else {
                chart.draw(out);
            }
        }
    });
    if is_noisy {
        let note = text!(
            en: "Long curves are reduced to columns: the line is the mean of each column, the band reaches from \
                 its smallest to its largest value.",
            zh: "较长的曲线按列压缩：线为每一列的均值，色带为该列的最小值到最大值。"
        );
        out.leaf("p", &[("class", "note")], note.in_language(language));
    }
}

/// The quantities that runs record.
struct Quantity {
    id: &'static str,
    title: Text,
    unit: Text,
    value: fn(&MetricRow) -> Option<f64>,
    noisy: bool,
}

fn train_loss() -> Quantity {
    Quantity {
        id: "train-loss",
        title: text!(en: "Training loss", zh: "训练损失"),
        unit: nats(),
        value: |row| row.train_loss,
        noisy: true,
    }
}

fn val_loss() -> Quantity {
    Quantity {
        id: "val-loss",
        title: text!(en: "Validation loss", zh: "验证损失"),
        unit: nats(),
        value: |row| row.val_loss,
        noisy: false,
    }
}

fn learning_rate() -> Quantity {
    Quantity {
        id: "learning-rate",
        title: text!(en: "Learning rate", zh: "学习率"),
        unit: Text::verbatim(""),
        value: |row| row.learning_rate,
        noisy: false,
    }
}

fn gradient_norm() -> Quantity {
    Quantity {
        id: "gradient-norm",
        title: text!(en: "Gradient norm", zh: "梯度范数"),
        unit: text!(en: "before clipping", zh: "裁剪前"),
        value: |row| row.gradient_norm,
        noisy: true,
    }
}

fn nats() -> Text {
    text!(en: "nats per character", zh: "nats/字符")
}

fn chart(quantity: &Quantity, over: Over, series: Vec<Series>, language: Language) -> Chart {
    let columns = if series.len() > MANY { COLUMNS_OF_MANY } else { COLUMNS };
    let id = match over {
        Over::Steps => quantity.id.to_owned(),
        Over::Seconds => format!("{}-seconds", quantity.id),
    };
    let title = match over {
        Over::Steps => quantity.title.clone(),
        Over::Seconds => text!(
            en: ("{} over time", quantity.title.english),
            zh: ("{}随时间的变化", quantity.title.chinese),
        ),
    };
    Chart {
        id,
        title,
        x_label: over.label(),
        y_label: quantity.unit.clone(),
        spread: spread(&series),
        from_zero: false,
        series,
        rules: Vec::new(),
        columns,
        language,
    }
}

/// Logarithmic where a few large values would flatten the rest.
fn spread(series: &[Series]) -> Spread {
    let all = series.iter().flat_map(|series| series.points.iter().map(|point| point.1));
    let mut values: Vec<f64> = all.filter(|value| value.is_finite()).collect();
    if values.is_empty() || values.iter().any(|value| *value <= 0.0) {
        return Spread::Linear;
    }
    values.sort_by(f64::total_cmp);
    let (typical, largest) = (values[values.len() / 2], values[values.len() - 1]);
    if largest / typical > WIDE { Spread::Log } else { Spread::Linear }
}

fn of_one(run: &ReportedRun, language: Language) -> Vec<Chart> {
    let say = |text: Text| text.in_language(language).to_owned();
    let series =
        |label: Text, style, noisy, points| Series { label: say(label), style, points, noisy };
    let of = |quantity: &Quantity, style| {
        let points = run.points(Over::Steps, quantity.value);
        series(quantity.title.clone(), style, quantity.noisy, points)
    };
    let both = vec![
        Series { label: say(text!(en: "training", zh: "训练")), ..of(&train_loss(), 0) },
        Series { label: say(text!(en: "validation", zh: "验证")), ..of(&val_loss(), 1) },
    ];
    let both = both.into_iter().filter(|it| !it.points.is_empty()).collect();
    let loss = Quantity { id: "loss", title: text!(en: "Loss", zh: "损失"), ..train_loss() };
    let rules = baselines(run, language);
    let throughput = Chart {
        id: "throughput".to_owned(),
        title: text!(en: "Throughput", zh: "吞吐量"),
        y_label: text!(en: "characters per second", zh: "字符/秒"),
        spread: Spread::Linear,
        from_zero: true,
        ..chart(
            &loss,
            Over::Steps,
            vec![series(
                text!(en: "Throughput", zh: "吞吐量"),
                5,
                false,
                run.throughput(Over::Steps),
            )],
            language,
        )
    };
    vec![
        Chart { rules, ..chart(&loss, Over::Steps, both, language) },
        chart(&learning_rate(), Over::Steps, vec![of(&learning_rate(), 2)], language),
        Chart {
            from_zero: true,
            ..chart(&gradient_norm(), Over::Steps, vec![of(&gradient_norm(), 3)], language)
        },
        throughput,
    ]
}

/// The losses of models without a network, where they are known.
fn baselines(run: &ReportedRun, language: Language) -> Vec<Rule> {
    let recorded = run.sessions.iter().find(|it| !it.baselines.is_empty()).map(|it| &it.baselines);
    let value = |name: &str| recorded.and_then(|all| all.get(name)).copied();
    let uniform = value("uniform").or_else(|| Some((run.vocabulary_size? as f64).ln()));
    let rules = [
        (text!(en: "uniform guessing", zh: "均匀猜测"), uniform),
        (text!(en: "character frequencies", zh: "字符频率"), value("unigram")),
        (text!(en: "order-2 model", zh: "二阶模型"), value("trigram")),
        (text!(en: "xz", zh: "xz"), value("xz")),
    ];
    let rule = |(label, value): (Text, Option<f64>)| {
        let value = value.filter(|it| it.is_finite() && *it > 0.0)?;
        Some(Rule { label: label.in_language(language).to_owned(), value })
    };
    rules.into_iter().filter_map(rule).collect()
}

fn of_several(runs: &[ReportedRun], language: Language) -> Vec<Chart> {
    let lines = |noisy, points: &dyn Fn(&ReportedRun) -> Vec<(f64, f64)>| -> Vec<Series> {
        let line = |(style, run): (usize, &ReportedRun)| Series {
            label: in_a_line(&run.name),
            style,
            points: points(run),
            noisy,
        };
        runs.iter().enumerate().map(line).filter(|it| !it.points.is_empty()).collect()
    };
    let of = |quantity: &Quantity, over| {
        let series = lines(quantity.noisy, &|run| run.points(over, quantity.value));
        chart(quantity, over, series, language)
    };
    let speed = Quantity {
        id: "throughput",
        title: text!(en: "Throughput", zh: "吞吐量"),
        unit: text!(en: "characters per second", zh: "字符/秒"),
        noisy: false,
        ..train_loss()
    };
    let throughput = lines(false, &|run| run.throughput(Over::Steps));
    vec![
        of(&val_loss(), Over::Steps),
        of(&val_loss(), Over::Seconds),
        of(&train_loss(), Over::Steps),
        of(&train_loss(), Over::Seconds),
        of(&learning_rate(), Over::Steps),
        of(&gradient_norm(), Over::Steps),
        Chart {
            from_zero: true,
            spread: Spread::Linear,
            ..chart(&speed, Over::Steps, throughput, language)
        },
    ]
}
