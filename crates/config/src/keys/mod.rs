//! The list of keys: what each is called, takes, does, and is by default.
//!
//! Read from the structs through their JSON Schema, so that a key is written down once: as a field.

mod key;
mod kind;
mod list;
mod schema;
mod suggest;

pub use key::{Key, Table};
pub(crate) use kind::from_parsed;
pub use kind::{Bounds, Kind, Word};
pub(crate) use list::is_table;
pub use list::{KEYS, RENAMED, TABLES};
pub(crate) use schema::schema;
pub use suggest::nearest;
pub(crate) use suggest::{encoding, in_table, of_path, of_variable, table};
