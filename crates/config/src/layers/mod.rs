//! Layers of values, what is wrong with them, and the configuration they add up to.
//!
//! Bottom up: `origin` (places), `lookalikes` (typing), `setting` (one value), `document` (a file), `rules`
//! (values together), `settings` (all layers), `pinned_model` (layers over an existing network).

mod document;
mod lookalikes;
mod origin;
mod pinned_model;
mod rules;
mod setting;
mod settings;

pub(crate) use setting::Base;
pub use settings::Settings;
