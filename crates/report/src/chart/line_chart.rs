//! Line charts as static SVG. Axis labels are HTML beside it, so that they keep their size on a phone.
//!
//! A chart is readable without a script: axes with round ticks, a legend, labels at the ends of the lines, a
//! title and a description for screen readers. The scripts of the page add zoom and reading of values.

use super::ends;
use super::path::Path;
use crate::curve::{Point, columns};
use crate::figures::short;
use crate::html::Html;
use crate::scale::{Scale, Spread};
use charnn_message::{Language, Text, text};

/// Units of the SVG across the plot, and down it.
const WIDTH: f64 = 2000.0;
const HEIGHT: f64 = 1000.0;
/// Lines up to this many points also show each point.
const MOST_DOTS: usize = 60;
/// How many colours the styles define.
const COLORS: usize = 8;
/// A line that ends beyond this part of the width has its label beside the chart.
const AT_EDGE: f64 = 0.75;
/// Lines with a label at their end, at most.
const MOST_LABELS: usize = 12;

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// The id of its element: letters, digits and dashes.
    pub id: String,
    /// What it shows.
    pub title: Text,
    /// The quantity along the bottom.
    pub x_label: Text,
    /// The quantity at the side.
    pub y_label: Text,
    /// How the values at the side are spread.
    pub spread: Spread,
    /// Whether the axis at the side begins at 0.
    pub from_zero: bool,
    /// The lines.
    pub series: Vec<Series>,
    /// Values that are marked across the chart.
    pub rules: Vec<Rule>,
    /// Columns to which curves are reduced.
    pub columns: usize,
    /// The language of its texts.
    pub language: Language,
}

/// A line of a chart.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its name.
    pub label: String,
    /// The number of its colour and dashes.
    pub style: usize,
    /// Its points, from left to right.
    pub points: Vec<Point>,
    /// Whether it is noisy: drawn as the mean of each column within the range from smallest to largest.
    pub noisy: bool,
}

/// A value that is marked across a chart.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: f64,
}

impl Series {
    fn finite(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|(x, y)| x.is_finite() && y.is_finite())
    }

    fn class(&self) -> String {
        format!("c{} d{}", self.style % COLORS, self.style / COLORS % 3)
    }
}

impl Chart {
    /// Whether it has anything to show.
    pub fn has_points(&self) -> bool {
        self.series.iter().any(|series| series.finite().next().is_some())
    }

    /// Draws the chart, if it has points.
    pub fn draw(&self, out: &mut Html) {
        if !self.has_points() {
            return;
        }
        let (x, y) = self.scales();
        let title = self.title.in_language(self.language);
        out.tag("figure", &[("class", "chart"), ("id", &self.id)], |out| {
            out.tag("figcaption", &[], |out| {
                out.leaf("b", &[], title);
                out.leaf("span", &[("class", "unit")], self.y_label.in_language(self.language));
            });
            self.legend(out);
            let [x_low, x_high, y_low, y_high] =
                [x.low, x.high, y.low, y.high].map(|it| it.to_string());
            let log = if y.spread == Spread::Log { "1" } else { "" };
            let plot = [
                ("class", "plot"),
                ("data-x0", &*x_low),
                ("data-x1", &x_high),
                ("data-y0", &y_low),
                ("data-y1", &y_high),
                ("data-log", log),
            ];
            out.tag("div", &plot, |out| {
                self.lines(out, &x, &y, title);
                axes(out, &x, &y);
                self.rule_labels(out, &y);
                self.end_labels(out, &x, &y);
            });
            out.leaf("div", &[("class", "x-label")], self.x_label.in_language(self.language));
        });
    }

    /// The scales of both axes. A rule far above the curves does not widen them.
    fn scales(&self) -> (Scale, Scale) {
        let points = || self.series.iter().flat_map(Series::finite);
        let x = points().map(|point| point.0).chain([0.0]);
        let x = Scale::around(x, Spread::Linear, true);
        let zero = (self.from_zero && self.spread == Spread::Linear).then_some(0.0);
        let values = || points().map(|point| point.1).chain(zero);
        let bare = Scale::around(values(), self.spread, true);
        let limit = bare.high + (bare.high - bare.low) / 4.0;
        let rules = self.rules.iter().map(|rule| rule.value).filter(|value| *value <= limit);
        (x, Scale::around(values().chain(rules), self.spread, false))
    }

    fn lines(&self, out: &mut Html, x: &Scale, y: &Scale, title: &str) {
        let (title_id, about_id) = (format!("{}-t", self.id), format!("{}-d", self.id));
        let labelled = format!("{title_id} {about_id}");
        let view = format!("0 0 {WIDTH} {HEIGHT}");
        let svg = [
            ("viewBox", &*view),
            ("preserveAspectRatio", "none"),
            ("role", "img"),
            ("aria-labelledby", &labelled),
        ];
        out.tag("svg", &svg, |out| {
            out.leaf("title", &[("id", &title_id)], title);
            out.leaf("desc", &[("id", &about_id)], &self.description());
            out.tag("g", &[("class", "grid")], |out| grid(out, x, y));
            for rule in &self.rules {
                let at = y.position(rule.value);
                if (0.0..=1.0).contains(&at) {
                    let line = Path::new().horizontal((1.0 - at) * HEIGHT, WIDTH);
                    out.leaf("path", &[("class", "rule"), ("d", &line)], "");
                }
            }
            for series in &self.series {
                self.line(out, series, x, y);
            }
        });
    }

    fn line(&self, out: &mut Html, series: &Series, x: &Scale, y: &Scale) {
        let class = series.class();
        let place = |at: f64, value: f64| (at * WIDTH, (1.0 - y.position(value)) * HEIGHT);
        let count = series.finite().count();
        if count <= self.columns {
            let points: Vec<(f64, f64)> =
                series.finite().map(|(at, value)| place(x.position(*at), *value)).collect();
            let (line, dots) = (format!("line {class}"), format!("dots {class}"));
            out.leaf("path", &[("class", &line), ("d", &Path::new().through(&points))], "");
            if count <= MOST_DOTS {
                out.leaf("path", &[("class", &dots), ("d", &Path::new().dots(&points))], "");
            }
            return;
        }
        let columns = columns(&series.points, x, self.columns);
        let of = |value: fn(&crate::curve::Column) -> f64| -> Vec<(f64, f64)> {
            columns.iter().map(|column| place(column.x, value(column))).collect()
        };
        let (band, line) = (format!("band {class}"), format!("line {class}"));
        let around: Vec<_> =
            of(|it| it.high).into_iter().chain(of(|it| it.low).into_iter().rev()).collect();
        if series.noisy {
            out.leaf("path", &[("class", &band), ("d", &Path::new().through(&around))], "");
            out.leaf(
                "path",
                &[("class", &line), ("d", &Path::new().through(&of(|it| it.mean)))],
                "",
            );
            return;
        }
        // Down and up within each column: what the whole line would cover.
        let whole: Vec<_> = columns
            .iter()
            .flat_map(|it| {
                let ends = if it.low < it.high { vec![it.low, it.high] } else { vec![it.low] };
                ends.into_iter().map(|value| place(it.x, value)).collect::<Vec<_>>()
            })
            .collect();
        out.leaf("path", &[("class", &line), ("d", &Path::new().through(&whole))], "");
    }

    fn legend(&self, out: &mut Html) {
        if self.series.len() < 2 && self.rules.is_empty() {
            return;
        }
        out.tag("ul", &[("class", "legend")], |out| {
            for series in &self.series {
                out.tag("li", &[], |out| {
                    swatch(out, &format!("line {}", series.class()));
                    out.leaf("span", &[], &series.label);
                });
            }
            for rule in &self.rules {
                out.tag("li", &[], |out| {
                    swatch(out, "rule");
                    out.leaf("span", &[], &format!("{} {}", rule.label, short(rule.value, 4)));
                });
            }
        });
    }

    /// What a screen reader reads: where each line begins and ends, and its lowest value.
    fn description(&self) -> String {
        let mut parts = Vec::new();
        for series in &self.series {
            let (Some(first), Some(last)) = (series.finite().next(), series.finite().last()) else {
                continue;
            };
            let lowest = series.finite().fold(*first, |a, b| if b.1 < a.1 { *b } else { a });
            let (label, x) = (&series.label, self.x_label.in_language(self.language));
            let [from, to, low] = [first.1, last.1, lowest.1].map(|value| short(value, 4));
            let [begin, end, at] = [first.0, last.0, lowest.0].map(|value| short(value, 4));
            let part = text!(
                en: "{label}: from {from} ({x} {begin}) to {to} ({x} {end}), lowest {low} ({x} {at}).",
                zh: "{label}：从 {from}（{x} {begin}）到 {to}（{x} {end}），最低 {low}（{x} {at}）。"
            );
            parts.push(part.in_language(self.language).to_owned());
        }
        parts.join(" ")
    }

    fn rule_labels(&self, out: &mut Html, y: &Scale) {
        for rule in &self.rules {
            let at = y.position(rule.value);
            if (0.0..=1.0).contains(&at) {
                let style = format!("top:{:.2}%", (1.0 - at) * 100.0);
                let attributes =
                    [("class", "rule-label"), ("style", &*style), ("aria-hidden", "true")];
                out.leaf("span", &attributes, &rule.label);
            }
        }
    }

    /// Names at the ends of the lines: beside the chart where a line ends near the right edge, moved apart where they
    /// would overlap; inside it where a line ends earlier.
    fn end_labels(&self, out: &mut Html, x: &Scale, y: &Scale) {
        if self.series.len() < 2 || self.series.len() > MOST_LABELS {
            return;
        }
        let end = |series: &Series| -> Option<(f64, f64)> {
            // The end of a noisy line is a mean.
            let last: Vec<f64> = series.finite().map(|point| point.1).collect();
            let tail =
                &last[last.len() - (last.len() / self.columns).clamp(1, last.len().max(1))..];
            let at = x.position(series.finite().last()?.0);
            Some((at, 1.0 - y.position(tail.iter().sum::<f64>() / tail.len() as f64)))
        };
        let ends: Vec<(&Series, (f64, f64))> =
            self.series.iter().filter_map(|series| Some((series, end(series)?))).collect();
        let (beside, inside): (Vec<_>, Vec<_>) =
            ends.into_iter().partition(|(_, (at, _))| *at > AT_EDGE);
        let places = ends::spread(&beside.iter().map(|it| it.1.1).collect::<Vec<_>>());
        out.tag("div", &[("class", "ends"), ("aria-hidden", "true")], |out| {
            for ((series, _), place) in beside.iter().zip(places) {
                let style = format!("top:{:.2}%", place * 100.0);
                let class = format!("t{}", series.style % COLORS);
                out.leaf("span", &[("class", &class), ("style", &style)], &series.label);
            }
            for (series, (at, place)) in inside {
                let style = format!("left:{:.2}%;top:{:.2}%", at * 100.0, place * 100.0);
                let class = format!("inside t{}", series.style % COLORS);
                out.leaf("span", &[("class", &class), ("style", &style)], &series.label);
            }
        });
    }
}

/// A short line in the style of a series.
fn swatch(out: &mut Html, class: &str) {
    out.tag(
        "svg",
        &[("viewBox", "0 0 24 8"), ("class", "swatch"), ("aria-hidden", "true")],
        |out| {
            out.leaf("path", &[("class", class), ("d", "M0 4h24")], "");
        },
    );
}

fn grid(out: &mut Html, x: &Scale, y: &Scale) {
    for tick in y.ticks(5) {
        let line = Path::new().horizontal((1.0 - y.position(tick.value)) * HEIGHT, WIDTH);
        out.leaf("path", &[("d", &line)], "");
    }
    for tick in x.ticks(6) {
        let line = Path::new().vertical(x.position(tick.value) * WIDTH, HEIGHT);
        out.leaf("path", &[("d", &line)], "");
    }
}

/// The labels of both axes.
fn axes(out: &mut Html, x: &Scale, y: &Scale) {
    out.tag("div", &[("class", "x-ticks"), ("aria-hidden", "true")], |out| {
        for tick in x.ticks(6) {
            let style = format!("left:{:.2}%", x.position(tick.value) * 100.0);
            out.leaf("span", &[("style", &style)], &tick.label);
        }
    });
    out.tag("div", &[("class", "y-ticks"), ("aria-hidden", "true")], |out| {
        for tick in y.ticks(5) {
            let style = format!("top:{:.2}%", (1.0 - y.position(tick.value)) * 100.0);
            out.leaf("span", &[("style", &style)], &tick.label);
        }
    });
}
