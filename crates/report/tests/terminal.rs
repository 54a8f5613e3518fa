//! Curves in the terminal.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod small;

use charnn_message::Language;
use charnn_report::{Look, Metric, Over, ReportedRun, terminal_plot};
use small::run;
use unicode_width::UnicodeWidthStr;

const LOOK: Look =
    Look { width: 60, height: 10, color: false, ascii: false, language: Language::English };

fn runs(count: u64) -> Vec<ReportedRun> {
    let folder = tempfile::tempdir().unwrap();
    (0..count)
        .map(|seed| ReportedRun::read(&run(folder.path(), &format!("run-{seed}"), 300, seed)))
        .collect()
}

#[test]
fn a_curve_falls_from_the_upper_left_to_the_lower_right() {
    let look = Look { ascii: true, ..LOOK };
    let plot = terminal_plot(&runs(1), Metric::TrainLoss, Over::Steps, look).unwrap();
    let lines: Vec<&str> = plot.lines().collect();
    assert_eq!(lines[0], "training loss (nats per character) by step");
    let row = |line: &str| line.split_once('|').map(|(_, cells)| cells.to_owned()).unwrap();
    let (top, bottom) = (row(lines[1]), row(lines[10]));
    assert!(top.trim_start().len() <= 6 && top.starts_with('*'), "{plot}");
    assert!(bottom.ends_with('*') && bottom.len() > 40, "{plot}");
    assert!(plot.is_ascii(), "{plot}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let all = runs(9);
    for width in [20, 21, 33, 60, 80, 300] {
        for (count, color, ascii) in
            [(1, false, false), (1, true, false), (9, false, true), (9, true, false)]
        {
            for metric in
                [Metric::Loss, Metric::LearningRate, Metric::GradientNorm, Metric::Throughput]
            {
                for language in [Language::English, Language::Chinese] {
                    let look = Look { width, height: 8, color, ascii, language };
                    let plot = terminal_plot(&all[..count], metric, Over::Seconds, look).unwrap();
                    for line in plot.lines() {
                        let shown = without_colors(line);
                        assert!(shown.width() <= width, "{width}: {} {shown:?}", shown.width());
                        assert!(color || shown == line, "colors: {line:?}");
                    }
                }
            }
        }
    }
}

/// A line without escape sequences.
fn without_colors(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.map(|part| part.split_once('m').unwrap().1).collect::<String>()
}

#[test]
fn curves_are_told_apart_with_and_without_colors() {
    let two = runs(2);
    let plain = terminal_plot(&two, Metric::ValLoss, Over::Steps, LOOK).unwrap();
    assert!(plain.contains("* run-0") && plain.contains("+ run-1"), "{plain}");
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let colored =
        terminal_plot(&two, Metric::ValLoss, Over::Steps, Look { color: true, ..LOOK }).unwrap();
    assert!(colored.contains("\u{1b}[34m━━") && colored.contains("\u{1b}[33m━━"), "{colored}");
    let braille = |plot: &str| plot.chars().any(|it| ('\u{2801}'..='\u{28ff}').contains(&it));
    assert!(braille(&colored) && !braille(&plain));
}

#[test]
fn a_run_without_metrics_has_no_plot() {
    let mut run = runs(1).remove(0);
    run.rows.clear();
    for metric in [Metric::Loss, Metric::Throughput] {
        assert_eq!(terminal_plot(std::slice::from_ref(&run), metric, Over::Steps, LOOK), None);
    }
}
