//! Errors of configurations, with what to type.

use charnn_config::{ConfigError, NotAConfig};
use charnn_message::{Message, shown, text};

/// The messages of a configuration, with what to type.
pub(crate) fn messages(error: &ConfigError) -> Vec<Message> {
    let mut messages = error.messages();
    let hint = match error {
        ConfigError::Exists { .. } => Some(text!(
            en: "add --force to replace it",
            zh: "加上 --force 可以覆盖它"
        )),
        ConfigError::Read { near, .. } if near.is_empty() => Some(text!(
            en: "`charnn init --data TEXT` writes a configuration",
            zh: "`charnn init --data TEXT` 可以生成配置文件"
        )),
        ConfigError::NotAConfig { what: NotAConfig::NotToml, path } => Some(text!(
            en: "if {} is a text: `charnn train --set data.path=FILE`",
            zh: "如果 {} 是文本：`charnn train --set data.path=FILE`",
            shown(path)
        )),
        _ => None,
    };
    if let (Some(message), Some(hint)) = (messages.first_mut(), hint) {
        message.hints.push(hint);
    }
    messages
}
