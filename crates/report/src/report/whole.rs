//! `report`: a page about one run, or about several.

use super::origin::Reproduction;
use super::{curves, origin, samples, settings, summary};
use crate::html::Html;
use crate::page::{Page, section};
use crate::run::ReportedRun;
use charnn_message::{Describe, Language, Text, in_a_line, text};

/// The page about `runs` as one file. `how` gives for each run what to type to train it again.
pub fn report(runs: &[ReportedRun], how: &[Reproduction], language: Language) -> String {
    let mut body = Html::new();
    let say = |text: Text| text.in_language(language).to_owned();
    let title = match runs {
        [run] => in_a_line(&run.name),
        _ => say(text!(en: "{} runs", zh: "{} 个训练记录", runs.len())),
    };
    let sections = [
        ("overview", text!(en: "Overview", zh: "概览")),
        ("curves", text!(en: "Curves", zh: "曲线")),
        ("samples", text!(en: "Samples", zh: "示例文本")),
        ("settings", text!(en: "Settings", zh: "设置")),
        ("origin", text!(en: "Origin", zh: "来源与复现")),
    ];
    body.tag("header", &[], |out| {
        out.leaf("h1", &[], &title);
        let lead = match runs {
            [run] => summary::lead(run),
            _ => text!(
                en: "A comparison of training runs of charnn.",
                zh: "charnn 训练记录的比较。"
            ),
        };
        out.leaf("p", &[("class", "lead")], lead.in_language(language));
        let label = say(text!(en: "Sections", zh: "目录"));
        out.tag("nav", &[("aria-label", &label)], |out| {
            out.tag("ul", &[], |out| {
                for (id, name) in &sections {
                    let target = format!("#{id}");
                    out.tag("li", &[], |out| {
                        out.leaf("a", &[("href", &target)], name.in_language(language));
                    });
                }
            });
        });
    });
    problems(&mut body, runs, language);
    for (id, name) in sections {
        section(&mut body, id, name.in_language(language), |out| match id {
            "overview" => summary::write(out, runs, language),
            "curves" => curves::write(out, runs, language),
            "samples" => samples::write(out, runs, language),
            "settings" => settings::write(out, runs, language),
            _ => origin::write(out, runs, how, language),
        });
    }
    let title = format!("{title} – charnn");
    Page { language, title, body, scripts: Vec::new() }.into_string()
}

/// What the report has to do without.
fn problems(out: &mut Html, runs: &[ReportedRun], language: Language) {
    let problems: Vec<_> = runs.iter().flat_map(|run| &run.problems).collect();
    if problems.is_empty() {
        return;
    }
    out.tag("div", &[("class", "problems"), ("role", "note")], |out| {
        out.tag("ul", &[], |out| {
            for problem in problems {
                out.leaf("li", &[], problem.describe().message.in_language(language));
            }
        });
    });
}
