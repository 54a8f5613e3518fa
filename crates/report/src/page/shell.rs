//! The shell of every page: head, styles, script, and the parts that pages share.

use crate::html::Html;
use charnn_message::{Language, Text, text};

/// How a page of charnn begins. A file that does not begin so is not replaced without asking.
pub const MARK: &str = "<!doctype html>\n<!-- written by charnn -->\n";

/// The program that writes pages.
const GENERATOR: &str = concat!("charnn ", env!("CARGO_PKG_VERSION"));
/// The styles: one file for all pages.
pub const STYLE: &str = include_str!("style.css");
/// Round values for the axes of charts, for this crate's pages and those of the server.
pub const TICKS: &str = include_str!("ticks.js");
/// What charts need beyond SVG: zoom and reading of values.
const CHARTS: &str = include_str!("charts.js");

/// A page.
#[derive(Debug)]
pub struct Page {
    /// The language of its words.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its content.
    pub body: Html,
    /// Scripts after those of charts.
    pub scripts: Vec<&'static str>,
}

impl Page {
    /// The page as one file that needs no other.
    pub fn into_string(self) -> String {
        let Self { language, title, body, scripts } = self;
        let mut out = Html::new();
        out.asset(MARK);
        let code = match language {
            Language::English => "en",
            Language::Chinese => "zh-Hans",
        };
        out.tag("html", &[("lang", code)], |out| {
            out.tag("head", &[], |out| {
                out.void("meta", &[("charset", "utf-8")]);
                let viewport = "width=device-width, initial-scale=1";
                out.void("meta", &[("name", "viewport"), ("content", viewport)]);
                out.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
                out.void("meta", &[("name", "generator"), ("content", GENERATOR)]);
                // Nothing is loaded, whatever the page contains.
                let policy = "default-src 'none'; style-src 'unsafe-inline'; \
                              script-src 'unsafe-inline'; img-src data:";
                out.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", policy)]);
                out.leaf("title", &[], &title);
                out.tag("style", &[], |out| out.asset(STYLE));
            });
            out.tag("body", &[], |out| {
                out.tag("main", &[], |out| out.piece(&body));
                out.tag("footer", &[], |out| {
                    let by = text!(en: "Written by {}", zh: "由 {} 生成", GENERATOR);
                    out.leaf("p", &[], by.in_language(language));
                });
                out.data("words", &words(language));
                out.tag("script", &[], |out| out.asset(TICKS));
                out.tag("script", &[], |out| out.asset(CHARTS));
                for script in scripts {
                    out.tag("script", &[], |out| out.asset(script));
                }
            });
        });
        let mut page = out.into_string();
        page.push('\n');
        page
    }
}

/// The words that scripts show.
fn words(language: Language) -> serde_json::Value {
    let word = |text: Text| text.in_language(language).to_owned();
    serde_json::json!({
        "reset": word(text!(en: "Whole curve", zh: "完整曲线")),
        "zoomIn": word(text!(en: "Zoom in", zh: "放大")),
        "zoomOut": word(text!(en: "Zoom out", zh: "缩小")),
        "hint": word(text!(
            en: "Drag across a chart to zoom; double-click to see the whole curve.",
            zh: "在图上拖动可放大，双击恢复。"
        )),
    })
}

/// A section with a heading, which links lead to.
pub fn section(out: &mut Html, id: &str, heading: &str, inside: impl FnOnce(&mut Html)) {
    out.tag("section", &[("id", id)], |out| {
        out.leaf("h2", &[], heading);
        inside(out);
    });
}

/// A part that is folded up at first.
pub fn folded(out: &mut Html, summary: &str, inside: impl FnOnce(&mut Html)) {
    out.tag("details", &[], |out| {
        out.leaf("summary", &[], summary);
        inside(out);
    });
}

/// A command to copy.
pub fn command(out: &mut Html, line: &str) {
    out.tag("pre", &[("class", "command"), ("tabindex", "0")], |out| out.leaf("code", &[], line));
}
