//! The bytes of one text: unpacked, surveyed once, recognised where they are no text.

pub(crate) mod content;
pub(crate) mod formats;
pub(crate) mod sevenbit;
pub(crate) mod survey;
