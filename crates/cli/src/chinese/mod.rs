//! What a person is told, in Chinese: 简体, the same content as the English.
//!
//! Each text is a function of the value that it is about, which the match covers as a whole: what is
//! new has Chinese, or does not compile. Texts of the operating system and of libraries stand behind
//! 详细信息, as they are.

mod failures;
mod warnings;

use std::fmt::Display;
use std::io::{Error, ErrorKind};

/// What the operating system said.
fn system(error: &Error) -> String {
    let known = match error.kind() {
        ErrorKind::NotFound => "没有这个文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::StorageFull => "磁盘空间不足",
        ErrorKind::QuotaExceeded => "磁盘配额已用完",
        ErrorKind::ReadOnlyFilesystem => "文件系统是只读的",
        ErrorKind::NotADirectory => "路径中有一段是文件，不是文件夹",
        ErrorKind::IsADirectory => "这是文件夹，不是文件",
        ErrorKind::AlreadyExists => "已经存在",
        ErrorKind::InvalidFilename => "名字超过系统允许的长度",
        _ => return format!("系统报告“{error}”"),
    };
    known.into()
}

/// Behind a sentence: what is only there as it was said.
fn details(what: impl Display) -> String {
    format!("。详细信息：{what}")
}
