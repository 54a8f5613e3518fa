//! The page.

use super::base64::base64;
use super::program::{MODULE, WASM};
use super::words::{word, words};
use crate::html::Html;
use crate::page::{MARK, STYLE};
use charnn_bundle::Provenance;
use charnn_message::Language;

const OWN_STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// How to use the package.
const USE: &str = "import { CharRNN } from \"./charnn.js\";

const network = await CharRNN.load(\"./network.charnn.safetensors\");
const { sample } = await network.generate({ prompt: \"…\", length: 200, temperature: 0.7, seed: 1 });
for await (const piece of network.stream({ prompt: sample, length: 1000 })) console.log(piece.text);

network.reset();
network.feed(sample);
console.log(network.predict(0.7).probabilities.slice(0, 5));";

/// The page about the network in `bundle`, the bytes of a bundle.
pub(super) fn page(bundle: &[u8], from: &Provenance, name: &str, language: Language) -> String {
    let code = match language {
        Language::English => "en",
        Language::Chinese => "zh-Hans",
    };
    let say = |name: &str| word(name).in_language(language).to_owned();
    let mut out = Html::new();
    out.asset(MARK);
    out.tag("html", &[("lang", code)], |out| {
        out.tag("head", &[], |out| {
            out.void("meta", &[("charset", "utf-8")]);
            let viewport = "width=device-width, initial-scale=1";
            out.void("meta", &[("name", "viewport"), ("content", viewport)]);
            out.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
            // The page loads nothing and sends nothing.
            let policy = "default-src 'none'; style-src 'unsafe-inline'; \
                          script-src 'unsafe-inline' 'wasm-unsafe-eval'; img-src data:";
            out.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", policy)]);
            out.leaf("title", &[], name);
            out.tag("style", &[], |out| {
                out.asset(STYLE);
                out.asset(OWN_STYLE);
            });
        });
        out.tag("body", &[], |out| {
            out.tag("main", &[], |out| {
                head(out, name, from, language);
                form(out, &say);
                text(out, &say);
                neurons(out, &say);
                out.tag("details", &[], |out| {
                    worded(out, "summary", &say, "use");
                    worded(out, "p", &say, "useLead");
                    out.tag("pre", &[("class", "command"), ("tabindex", "0")], |out| {
                        out.leaf("code", &[], USE);
                    });
                });
            });
            out.tag("footer", &[], |out| worded(out, "p", &say, "by"));
            out.data("page-words", &words());
            let kind = "application/octet-stream";
            out.leaf("script", &[("type", kind), ("id", "network")], &base64(bundle));
            let kind = "application/wasm+gzip";
            out.leaf("script", &[("type", kind), ("id", "wasm")], &base64(WASM));
            out.tag("script", &[("type", "module")], |out| {
                out.asset(MODULE);
                out.asset(SCRIPT);
            });
        });
    });
    let mut page = out.into_string();
    page.push('\n');
    page
}

/// An element whose words change with the language of the page.
fn worded(out: &mut Html, element: &'static str, say: &impl Fn(&str) -> String, name: &str) {
    out.leaf(element, &[("data-word", name)], &say(name));
}

fn head(out: &mut Html, name: &str, from: &Provenance, language: Language) {
    let say = |name: &str| word(name).in_language(language).to_owned();
    out.tag("div", &[("class", "top")], |out| {
        out.leaf("h1", &[], name);
        let attributes = [("type", "button"), ("id", "language"), ("data-word", "otherLanguage")];
        out.leaf("button", &attributes, &say("otherLanguage"));
    });
    out.leaf("p", &[("class", "lead"), ("data-word", "lead")], &say("lead"));
    out.leaf("p", &[("class", "note"), ("id", "about")], "");
    let corpus = from.corpus.as_deref().unwrap_or_default();
    out.leaf("p", &[("class", "note"), ("id", "origin"), ("data-corpus", corpus)], "");
    out.tag("noscript", &[], |out| worded(out, "p", &say, "noScript"));
    out.leaf(
        "div",
        &[("class", "problems"), ("id", "problem"), ("role", "alert"), ("hidden", "")],
        "",
    );
}

fn form(out: &mut Html, say: &impl Fn(&str) -> String) {
    out.tag("form", &[("id", "form")], |out| {
        out.tag("label", &[], |out| {
            worded(out, "span", say, "prompt");
            let attributes =
                [("id", "prompt"), ("rows", "3"), ("spellcheck", "false"), ("dir", "auto")];
            out.leaf("textarea", &attributes, "");
        });
        out.leaf("p", &[("class", "note"), ("id", "left-out"), ("aria-live", "polite")], "");
        out.tag("div", &[("class", "fields")], |out| {
            for (id, name, value, least, step) in [
                ("length", "length", "400", "1", "1"),
                ("temperature", "temperature", "0.7", "0", "0.05"),
                ("top-p", "topP", "1", "0", "0.05"),
                ("top-k", "topK", "0", "0", "1"),
                ("seed", "seed", "", "0", "1"),
            ] {
                out.tag("label", &[], |out| {
                    worded(out, "span", say, name);
                    let attributes = [
                        ("type", "number"),
                        ("id", id),
                        ("value", value),
                        ("min", least),
                        ("step", step),
                    ];
                    out.void("input", &attributes);
                });
            }
        });
        out.tag("div", &[("class", "actions")], |out| {
            for (id, name, kind, class) in [
                ("write", "write", "submit", "main"),
                ("stop", "stop", "button", ""),
                ("back", "back", "button", ""),
                ("copy", "copy", "button", ""),
            ] {
                let attributes = [
                    ("type", kind),
                    ("id", id),
                    ("class", class),
                    ("data-word", name),
                    ("disabled", ""),
                ];
                out.leaf("button", &attributes, &say(name));
            }
            out.tag("label", &[("class", "check")], |out| {
                out.void("input", &[("type", "checkbox"), ("id", "surprise")]);
                worded(out, "span", say, "surprise");
            });
        });
    });
}

fn text(out: &mut Html, say: &impl Fn(&str) -> String) {
    let attributes =
        [("class", "out"), ("id", "out"), ("tabindex", "0"), ("dir", "auto"), ("role", "group")];
    let label = [("aria-label", say("text"))];
    let label: Vec<(&'static str, &str)> =
        label.iter().map(|(name, value)| (*name, value.as_str())).collect();
    out.leaf("pre", &[&attributes[..], &label].concat(), "");
    out.leaf("p", &[("class", "note"), ("id", "state"), ("aria-live", "polite")], "");
    out.leaf("p", &[("class", "note"), ("id", "instead")], "");
    out.leaf("ul", &[("class", "alternatives"), ("id", "alternatives")], "");
}

fn neurons(out: &mut Html, say: &impl Fn(&str) -> String) {
    out.tag("details", &[("id", "neurons"), ("hidden", "")], |out| {
        worded(out, "summary", say, "neurons");
        out.leaf("p", &[("class", "note"), ("data-word", "neuronsLead")], &say("neuronsLead"));
        out.tag("div", &[("class", "fields")], |out| {
            out.tag("label", &[], |out| {
                worded(out, "span", say, "layer");
                out.leaf("select", &[("id", "layer")], "");
            });
            out.tag("label", &[], |out| {
                worded(out, "span", say, "unit");
                out.void(
                    "input",
                    &[("type", "number"), ("id", "unit"), ("value", "1"), ("min", "1")],
                );
            });
        });
        out.tag("p", &[("class", "note")], |out| {
            worded(out, "span", say, "lively");
            out.text(" ");
            out.leaf("span", &[("id", "lively")], "");
        });
        out.leaf(
            "pre",
            &[("class", "out"), ("id", "activations"), ("tabindex", "0"), ("dir", "auto")],
            "",
        );
    });
}
