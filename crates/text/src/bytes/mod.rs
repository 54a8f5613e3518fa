//! The bytes of one text: unpacking, one survey of all bytes, and file formats that are not text.

pub(crate) mod content;
pub(crate) mod formats;
pub(crate) mod sevenbit;
pub(crate) mod survey;
