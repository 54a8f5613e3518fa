//! What a person is told, in Chinese: 简体, the same content as the English.
//!
//! Each text is a function of the value that it is about, which the match covers as a whole: what is
//! new has Chinese, or does not compile. Texts of the operating system and of libraries stand behind
//! 详细信息, as they are.

mod failures;
mod warnings;

use std::fmt::Display;

/// Behind a sentence: what is only there as it was said.
fn details(what: impl Display) -> String {
    format!("。详细信息：{what}")
}
