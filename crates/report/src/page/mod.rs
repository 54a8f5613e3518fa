//! What pages share: the shell with styles and scripts, and tables.

mod shell;
mod table;

pub use shell::{MARK, Page, STYLE, TICKS, command, folded, section};
pub use table::{Align, Cell, Table};
