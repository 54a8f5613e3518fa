//! Texts and records as they are written: several side by side, where they end, and whether they go in circles.

pub(crate) mod batch;
pub(crate) mod ending;
pub(crate) mod loops;
pub(crate) mod records;
pub(crate) mod texts;
