//! Writing HTML and SVG. Everything that is not known at compile time is escaped.

use charnn_message::visible;
use serde_json::Value;
use std::fmt::Write as _;

/// Attributes of an element: names and values.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

/// A piece of a page. Elements are closed where their closure ends, names are known at compile time, and
/// texts and values are escaped, so no text of a user can become markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html {
    out: String,
}

impl Html {
    /// An empty piece.
    pub fn new() -> Self {
        Self::default()
    }

    /// An element around what `inside` writes.
    pub fn tag(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        inside(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An element around a text.
    pub fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.tag(name, attributes, |out| out.text(text));
    }

    /// An element that has no end, such as `meta`.
    pub fn void(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.open(name, attributes);
    }

    /// A text. Control characters and overrides of the direction of writing become visible escapes such as
    /// `\u{202e}`; line breaks and tabs stay.
    pub fn text(&mut self, text: &str) {
        for character in visible(text).chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                other => self.out.push(other),
            }
        }
    }

    /// Markup, styles or a script that is part of the program.
    pub fn asset(&mut self, markup: &'static str) {
        self.out.push_str(markup);
    }

    /// Another piece.
    pub fn piece(&mut self, other: &Self) {
        self.out.push_str(&other.out);
    }

    /// Data for the scripts of the page, in an element with this id. No text in it can end the element.
    pub fn data(&mut self, id: &str, value: &Value) {
        self.open("script", &[("type", "application/json"), ("id", id)]);
        for character in value.to_string().chars() {
            match character {
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(character));
                }
                other => self.out.push(other),
            }
        }
        self.out.push_str("</script>");
    }

    /// The markup.
    pub fn into_string(self) -> String {
        self.out
    }

    /// The bytes so far.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.text(value);
            self.out.push('"');
        }
        self.out.push('>');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_text_becomes_markup() {
        let hostile = "</pre><script>alert('x')</script>&\"\u{202e}\u{1b}[31m\u{0}\n\t";
        let mut out = Html::new();
        out.tag("pre", &[("title", hostile)], |out| out.text(hostile));
        let escaped = "&lt;/pre&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\
            \\u{202e}\\u{1b}[31m\\u{0}\n\t";
        assert_eq!(out.into_string(), format!("<pre title=\"{escaped}\">{escaped}</pre>"));
    }

    #[test]
    fn data_cannot_end_its_element() {
        let value = json!({ "text": "</script><!--&\u{2028}" });
        let mut out = Html::new();
        out.data("samples", &value);
        let written = out.into_string();
        let inside = written.strip_prefix("<script type=\"application/json\" id=\"samples\">");
        let inside = inside.and_then(|it| it.strip_suffix("</script>")).expect("an element");
        assert!(!inside.contains(['<', '>', '&', '\u{2028}']), "{inside}");
        assert_eq!(serde_json::from_str::<Value>(inside).expect("JSON"), value);
    }
}
