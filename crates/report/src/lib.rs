//! What runs look like: pages that need no other file, and curves in the terminal.
//!
//! | item | purpose |
//! |---|---|
//! | [`ReportedRun::read`] | everything a report shows of a run; what is damaged becomes a problem |
//! | [`report()`] | one page about one run or several |
//! | [`terminal_plot`] | the same curves as text |
//! | [`Recording`], [`rank`], [`probe`], [`saturation`], [`neurons()`] | what each unit of a network does along a text, as a page |
//! | [`explain_page`], [`explain_text`] | why a network writes a character, as a page and as text |
//! | [`web_package`] | a network as a page that runs it, and as a package for other pages |
//! | [`Html`], [`Page`], [`Chart`], [`Table`] | the design system that pages share |
//!
//! Opens no file itself and links no burn. The same runs in the same state give the same page, byte for byte.

mod chart;
mod curve;
mod explain;
mod figures;
mod html;
mod neurons;
mod page;
mod report;
mod run;
mod scale;
mod terminal;
mod web;

pub use chart::{Chart, Rule, Series};
pub use curve::{Column, Point, columns};
pub use explain::{Explained, explain_page, explain_text};
pub use html::{Attributes, Html};
pub use neurons::{
    Feature, Neurons, Probe, Quantity, Ranked, Recording, Saturation, Stage, Trace, features,
    neurons, probe, rank, saturation,
};
pub use page::{Align, Cell, MARK, Page, STYLE, TICKS, Table, command, folded, section};
pub use report::{Reproduction, report};
pub use run::{Over, ReportedRun, RunProblem, SampleNovelty};
pub use scale::{Scale, Spread, Tick};
pub use terminal::{Look, Metric, terminal_plot};
pub use web::web_package;
