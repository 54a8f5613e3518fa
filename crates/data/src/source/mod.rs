//! Resolves the names that a user gives to files.

pub(crate) mod braces;
pub(crate) mod files;
pub(crate) mod gather;
pub(crate) mod skipped;
