//! The files of the page, inside the program.

use crate::http::{Body, Response};
use charnn_message::Language;
use std::borrow::Cow;

const INDEX: &str = include_str!("index.html");
const STYLE: &str = include_str!("serve.css");

/// Scripts, each with its name.
const SCRIPTS: [(&str, &str); 7] = [
    ("words.js", include_str!("words.js")),
    ("base.js", include_str!("base.js")),
    ("ticks.js", charnn_report::TICKS),
    ("curves.js", include_str!("curves.js")),
    ("runs.js", include_str!("runs.js")),
    ("play.js", include_str!("play.js")),
    ("main.js", include_str!("main.js")),
];

/// The file called `name`. The page begins in `language`.
pub(crate) fn file(name: &str, language: Language) -> Option<Response> {
    let (kind, content): (_, Cow<'static, str>) = match name {
        "index.html" => {
            let code = match language {
                Language::English => "en",
                Language::Chinese => "zh-Hans",
            };
            ("text/html; charset=utf-8", INDEX.replace("{lang}", code).into())
        }
        "style.css" => {
            ("text/css; charset=utf-8", format!("{}{STYLE}", charnn_report::STYLE).into())
        }
        "icon.svg" => ("image/svg+xml", include_str!("icon.svg").into()),
        name => {
            let (_, script) = SCRIPTS.iter().find(|(known, _)| *known == name)?;
            ("text/javascript; charset=utf-8", (*script).into())
        }
    };
    let bytes: Cow<'static, [u8]> = match content {
        Cow::Borrowed(text) => text.as_bytes().into(),
        Cow::Owned(text) => text.into_bytes().into(),
    };
    Some(Response {
        status: 200,
        content_type: kind,
        headers: Vec::new(),
        body: Body::Whole(bytes),
    })
}
