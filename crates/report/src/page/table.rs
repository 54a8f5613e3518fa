//! Tables.

use crate::html::Html;

/// How the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A cell.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    text: String,
    strong: bool,
    code: bool,
    prose: bool,
}

impl Cell {
    /// A text.
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A key, a path or another word of a program.
    pub fn code(text: impl Into<String>) -> Self {
        Self { code: true, ..Self::of(text) }
    }

    /// A sentence, in which backticks mark code.
    pub fn prose(text: impl Into<String>) -> Self {
        Self { prose: true, ..Self::of(text) }
    }

    /// The same, emphasized if `strong`.
    #[must_use]
    pub fn strong(self, strong: bool) -> Self {
        Self { strong, ..self }
    }
}

/// A table with a head. The first cell of each row names it.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it shows, for screen readers.
    pub caption: String,
    /// The head of each column.
    pub head: Vec<(String, Align)>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Writes the table. A table wider than the page is scrolled on its own.
    pub fn draw(&self, out: &mut Html) {
        let scrolled = [
            ("class", "scroll"),
            ("tabindex", "0"),
            ("role", "region"),
            ("aria-label", &*self.caption),
        ];
        out.tag("div", &scrolled, |out| {
            out.tag("table", &[], |out| {
                out.leaf("caption", &[], &self.caption);
                out.tag("thead", &[], |out| {
                    out.tag("tr", &[], |out| {
                        for (name, align) in &self.head {
                            out.leaf("th", &[("scope", "col"), ("class", class(*align))], name);
                        }
                    });
                });
                out.tag("tbody", &[], |out| {
                    for row in &self.rows {
                        out.tag("tr", &[], |out| self.row(out, row));
                    }
                });
            });
        });
    }

    fn row(&self, out: &mut Html, row: &[Cell]) {
        for (index, (cell, (_, align))) in row.iter().zip(&self.head).enumerate() {
            let class = if cell.prose { "l prose" } else { class(*align) };
            let attributes = [("class", class), ("scope", "row")];
            let (name, attributes) =
                if index == 0 { ("th", &attributes[..]) } else { ("td", &attributes[..1]) };
            out.tag(name, attributes, |out| match cell {
                Cell { text, strong: true, .. } => out.leaf("strong", &[], text),
                Cell { text, code: true, .. } => out.leaf("code", &[], text),
                Cell { text, prose: true, .. } => {
                    for (at, part) in text.split('`').enumerate() {
                        if at % 2 == 0 { out.text(part) } else { out.leaf("code", &[], part) }
                    }
                }
                Cell { text, .. } => out.text(text),
            });
        }
    }
}

fn class(align: Align) -> &'static str {
    match align {
        Align::Left => "l",
        Align::Right => "r",
    }
}
