//! Curves as text: Braille dots, or ASCII marks where these are not understood or nothing has colours.

use super::canvas::{Canvas, MARKS};
use crate::curve::{Point, columns};
use crate::figures::short;
use crate::run::{Over, ReportedRun};
use crate::scale::{Scale, Spread};
use charnn_message::{Language, Text, in_a_line, text};
use charnn_runs::MetricRow;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// The narrowest and the widest plot, in columns.
const NARROWEST: usize = 20;
const WIDEST: usize = 200;
/// Rows of a plot.
const ROWS: std::ops::RangeInclusive<usize> = 4..=100;
/// Colours of lines, as parameters of an escape sequence: blue, yellow, green, magenta, cyan, red.
const COLORS: [&str; 6] = ["34", "33", "32", "35", "36", "31"];

/// What is plotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Training and validation loss; of several runs, the validation loss.
    Loss,
    /// The training loss.
    TrainLoss,
    /// The validation loss.
    ValLoss,
    /// The learning rate.
    LearningRate,
    /// The norm of the gradient.
    GradientNorm,
    /// Characters per second.
    Throughput,
}

/// The terminal.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Its columns.
    pub width: usize,
    /// Rows of the plot.
    pub height: usize,
    /// Whether each curve has its own color.
    pub color: bool,
    /// Whether it shows ASCII only.
    pub ascii: bool,
    /// The language of its words.
    pub language: Language,
}

struct Line {
    label: String,
    points: Vec<Point>,
}

/// The curves of `runs`; `None` if there are no points. No line is wider than the terminal, if that has 20
/// columns or more.
pub fn terminal_plot(
    runs: &[ReportedRun],
    metric: Metric,
    over: Over,
    look: Look,
) -> Option<String> {
    let lines = lines(runs, metric, over, look.language);
    if lines.is_empty() {
        return None;
    }
    let points = || lines.iter().flat_map(|line| &line.points);
    let x = Scale::around(points().map(|it| it.0).chain([0.0]), Spread::Linear, true);
    let spread = if metric == Metric::GradientNorm { Spread::Log } else { Spread::Linear };
    let zero = (metric == Metric::Throughput).then_some(0.0);
    let y = Scale::around(points().map(|it| it.1).chain(zero), spread, true);

    let width = look.width.clamp(NARROWEST, WIDEST);
    let height = look.height.clamp(*ROWS.start(), *ROWS.end());
    let ticks = y.ticks(height / 3);
    let margin = ticks.iter().map(|tick| tick.label.width()).max().unwrap_or(0).min(width / 3);
    let inside = width - margin - 2;
    let marks = look.ascii || (!look.color && lines.len() > 1);
    let mut canvas = Canvas::new(inside, height, marks);
    for (at, line) in lines.iter().enumerate() {
        canvas.draw(at, &heights(&line.points, &x, &y, canvas.dots()));
    }
    let along = over.label();
    let title = text!(
        en: ("{} by {}", title(metric).english, along.english),
        zh: ("{}，横轴：{}", title(metric).chinese, along.chinese),
    );
    let mut out = format!("{}\n", cut(title.in_language(look.language), width));
    let (side, corner, flat) = if look.ascii { ('|', '+', '-') } else { ('┤', '└', '─') };
    for row in 0..height {
        // The tick whose row this is.
        let of =
            |value: f64| crate::curve::index((1.0 - y.position(value)) * height as f64, height);
        let label = ticks.iter().find(|tick| of(tick.value) == row).map_or("", |it| &*it.label);
        let label = plain(label, look.ascii);
        let edge = if label.is_empty() && !look.ascii { '│' } else { side };
        let gap = " ".repeat(margin.saturating_sub(label.width()));
        let _ = write!(out, "{gap}{label} {edge}");
        canvas.write_row(&mut out, row, &|at, text| colored(text, at, look));
        out.push('\n');
    }
    let _ = writeln!(out, "{} {corner}{}", " ".repeat(margin), flat.to_string().repeat(inside));
    out += &x_labels(&x, inside, margin + 2, look);
    for (at, line) in lines.iter().enumerate() {
        let mark = if marks { MARKS[at % MARKS.len()].to_string() } else { "━━".to_owned() };
        let last = line.points.last().map_or(String::new(), |point| short(point.1, 4));
        let room = width.saturating_sub(mark.width() + last.width() + 3);
        let label = cut(&plain(&line.label, look.ascii), room);
        let _ = writeln!(out, "{} {label} {}", colored(&mark, at, look), plain(&last, look.ascii));
    }
    Some(out)
}

fn colored(text: &str, at: usize, look: Look) -> String {
    if !look.color {
        return text.to_owned();
    }
    format!("\u{1b}[{}m{text}\u{1b}[0m", COLORS[at % COLORS.len()])
}

/// ASCII for a terminal that shows nothing else.
fn plain(text: &str, ascii: bool) -> String {
    if !ascii {
        return text.to_owned();
    }
    let replaced = |character: char| match character {
        '−' | '–' => '-',
        other if other.is_ascii() => other,
        _ => '?',
    };
    text.chars().map(replaced).collect()
}

/// The start of `text`, at most `room` columns.
fn cut(text: &str, room: usize) -> String {
    let mut out = String::new();
    for character in text.chars() {
        out.push(character);
        if out.width() > room {
            out.pop();
            break;
        }
    }
    out
}

fn title(metric: Metric) -> Text {
    match metric {
        Metric::Loss => text!(en: "loss (nats per character)", zh: "损失（nats/字符）"),
        Metric::TrainLoss => {
            text!(en: "training loss (nats per character)", zh: "训练损失（nats/字符）")
        }
        Metric::ValLoss => {
            text!(en: "validation loss (nats per character)", zh: "验证损失（nats/字符）")
        }
        Metric::LearningRate => text!(en: "learning rate", zh: "学习率"),
        Metric::GradientNorm => text!(en: "gradient norm before clipping", zh: "裁剪前的梯度范数"),
        Metric::Throughput => text!(en: "characters per second", zh: "字符/秒"),
    }
}

fn lines(runs: &[ReportedRun], metric: Metric, over: Over, language: Language) -> Vec<Line> {
    let several = runs.len() > 1;
    let mut lines = Vec::new();
    for run in runs {
        let mut add = |label: Text, points: Vec<Point>| {
            let finite = |point: &Point| point.0.is_finite() && point.1.is_finite();
            let points: Vec<Point> = points.into_iter().filter(finite).collect();
            let label = label.in_language(language);
            let label = if several { in_a_line(&run.name) } else { label.to_owned() };
            if !points.is_empty() {
                lines.push(Line { label, points });
            }
        };
        let train = |row: &MetricRow| row.train_loss;
        let val = |row: &MetricRow| row.val_loss;
        let (training, validation) =
            (text!(en: "training", zh: "训练"), text!(en: "validation", zh: "验证"));
        match metric {
            Metric::Loss if several => {
                let losses = run.points(over, val);
                let has_none = losses.is_empty();
                add(validation, if has_none { run.points(over, train) } else { losses });
            }
            Metric::Loss => {
                add(training, run.points(over, train));
                add(validation, run.points(over, val));
            }
            Metric::TrainLoss => add(training, run.points(over, train)),
            Metric::ValLoss => add(validation, run.points(over, val)),
            Metric::LearningRate => {
                add(text!(en: "last", zh: "最后"), run.points(over, |row| row.learning_rate));
            }
            Metric::GradientNorm => {
                add(text!(en: "last", zh: "最后"), run.points(over, |row| row.gradient_norm));
            }
            Metric::Throughput => add(text!(en: "last", zh: "最后"), run.throughput(over)),
        }
    }
    lines
}

/// The height of a curve in each of `count` columns, from 0 to 1: the mean of the points there, or on the
/// line between its neighbours. `None` before the first and after the last point.
fn heights(points: &[Point], x: &Scale, y: &Scale, count: usize) -> Vec<Option<f64>> {
    let mut heights = vec![None; count];
    let columns = columns(points, x, count);
    let place = |at: f64| crate::curve::index(at * count as f64, count);
    let mut last: Option<(usize, f64)> = None;
    for column in columns {
        let (at, height) = (place(column.x), y.position(column.mean));
        if let Some((from, start)) = last {
            for (between, slot) in heights.iter_mut().enumerate().take(at).skip(from + 1) {
                let part = (between - from) as f64 / (at - from) as f64;
                *slot = Some(start + (height - start) * part);
            }
        }
        heights[at] = Some(height);
        last = Some((at, height));
    }
    heights
}

/// The ticks along the bottom, as many as have room.
fn x_labels(x: &Scale, inside: usize, indent: usize, look: Look) -> String {
    let mut line = " ".repeat(indent);
    let mut end = 0;
    for tick in x.ticks((inside / 12).max(1)) {
        let label = plain(&tick.label, look.ascii);
        let at = crate::curve::index(x.position(tick.value) * inside as f64, inside);
        let start = at.saturating_sub(label.width() / 2).min(inside.saturating_sub(label.width()));
        if start < end {
            continue;
        }
        line += &" ".repeat(start + indent - line.width());
        line += &label;
        end = start + label.width() + 2;
    }
    format!("{}\n", line.trim_end())
}
