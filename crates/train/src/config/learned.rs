//! A configuration for a network that has learned already: its sizes hold, whoever says otherwise.

use super::keys::{Key, written};
use super::problem::Problem;
use super::setting::Setting;
use super::settings::Settings;
use crate::{ConfigError, RunConfig};
use charnn_model::ModelConfig;
use toml::Table;

/// What no weight depends on, and so may change.
const FREE: [&str; 4] = ["dropout", "embedding_dropout", "dropout_kind", "recurrent_dropout"];

impl Settings {
    /// [`Settings::resolve`] for training on with `network`, which is that of `run`: what nobody has
    /// said of `[model]` is as it was there.
    ///
    /// # Errors
    /// When a value that was said is not the network's and would need other weights, and as
    /// [`Settings::resolve`].
    pub fn resolve_on(&self, network: &ModelConfig, run: &str) -> Result<RunConfig, ConfigError> {
        let values = Table::try_from(network).map_err(|error| {
            ConfigError::Problems(vec![Problem::at(None, error.to_string(), String::new())])
        })?;
        let mut problems = Vec::new();
        let mut all = self.clone();
        let mut network = Vec::new();
        for (name, value) in values {
            let said = Key::at("model", &name).and_then(|key| self.last(key));
            if let Some(said) = said.filter(|said| said.value != value)
                && !FREE.contains(&name.as_str())
            {
                let (asked, has) = (written(&said.value), written(&value));
                let message = format!("model.{name} = {asked}, and the network of {run} has {has}");
                let remedy = "leave it out, or train anew without --init-from".to_owned();
                problems.push((said, Problem::at(said.place.as_ref(), message, remedy)));
            }
            network.push(Setting::plain("model", &name, value));
        }
        if problems.is_empty() {
            all.said.splice(0..0, network);
            return all.resolve();
        }
        // In the order in which it was said.
        let at = |said: &Setting| self.said.iter().position(|other| std::ptr::eq(other, said));
        problems.sort_by_key(|(said, _)| at(said));
        Err(ConfigError::Problems(problems.into_iter().map(|(_, problem)| problem).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_change_are_keys() {
        assert!(FREE.iter().all(|name| Key::at("model", name).is_some()));
    }
}
