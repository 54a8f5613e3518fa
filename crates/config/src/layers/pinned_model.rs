//! A configuration for a network that exists: its sizes are fixed.

use super::setting::{Setting, at};
use super::settings::{Settings, internal};
use crate::{ConfigError, ModelConfig, RunConfig};
use charnn_message::{Message, text};
use toml::Table;

/// Keys of `[model]` that no weight depends on.
const FREE: [&str; 4] = ["dropout", "embedding_dropout", "dropout_kind", "recurrent_dropout"];

impl Settings {
    /// [`Settings::resolve`] for training that continues with `network`, the one of `run`. Keys of
    /// `[model]` that no layer sets have the values of that network.
    ///
    /// # Errors
    /// When a layer sets a value that needs other weights, and as [`Settings::resolve`].
    pub fn resolve_on(&self, network: &ModelConfig, run: &str) -> Result<RunConfig, ConfigError> {
        let values = Table::try_from(network).map_err(|error| internal(&error.to_string()))?;
        let mut all = self.clone();
        let mut problems = Vec::new();
        let mut pinned = Vec::new();
        for (name, value) in values {
            let last = self.last(&format!("model.{name}"));
            let other = last.filter(|last| last.value != value && !FREE.contains(&&*name));
            if let Some(Setting { value: asked, span, .. }) = other {
                let message = text!(
                    en: "model.{name} = {asked}, but the network of {run} has {value}",
                    zh: "model.{name} = {asked}，但 {run} 的网络是 {value}"
                );
                let hint = text!(
                    en: "remove it, or train a new network",
                    zh: "请去掉它，或训练新的网络"
                );
                let problem = Message::new("config/other-network", message);
                problems.push(at(problem, span.as_ref(), Some(hint)));
            }
            pinned.push(Setting::in_table("model", &name, value));
        }
        if problems.is_empty() {
            all.values.splice(0..0, pinned);
            return all.resolve();
        }
        Err(ConfigError::Problems(problems))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    #[test]
    fn free_keys_are_keys() {
        assert!(FREE.iter().all(|name| Key::at("model", name).is_some()));
    }
}
