//! Why a network writes a character: an explanation as a page and as text.
//!
//! Bottom up: `view` (what is shown, and how symbols and numbers are written), `text`, `page`.

mod page;
mod text;
mod view;

pub use page::explain_page;
pub use text::explain_text;
pub use view::Explained;
