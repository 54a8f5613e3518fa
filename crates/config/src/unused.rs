//! Keys with a value that nothing reads: those of another optimizer or schedule, or of a feature that is
//! switched off.

use crate::keys::{KEYS, Key};
use crate::{OptimizerKind, RunConfig, Schedule, SplitKind};
use charnn_bundle::Unit;
use charnn_message::{Describe, Message, display, text};
use toml::{Table, Value};

/// A key that is set and changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct UnusedKey {
    /// Its path.
    pub key: &'static str,
    /// Its value.
    pub value: Value,
    /// The settings that read it.
    pub needs: &'static str,
}

impl Describe for UnusedKey {
    fn describe(&self) -> Message {
        let Self { key, value, needs } = self;
        let message = text!(
            en: "{key} = {value} has no effect",
            zh: "{key} = {value} 不起作用"
        );
        Message::new("config/unused-key", message).hint(text!(
            en: "it requires {needs}",
            zh: "需要 {needs}"
        ))
    }
}

display!(UnusedKey);

/// Every key of `config` that differs from its default and has no effect.
pub fn unused_keys(config: &RunConfig) -> Vec<UnusedKey> {
    let Ok(given) = Table::try_from(config) else { return Vec::new() };
    let unread = readers(config).into_iter().filter(|(_, is_read, _)| !is_read);
    let found = unread.filter_map(|(path, _, needs)| {
        let Key { table, name, default, .. } = KEYS.iter().find(|key| key.path() == path)?;
        let value = given.get(table)?.get(name).filter(|value| *value != default)?;
        Some(UnusedKey { key: path, value: value.clone(), needs })
    });
    found.collect()
}

/// The keys that are not always read: whether `config` reads them, and which settings do.
fn readers(config: &RunConfig) -> Vec<(&'static str, bool, &'static str)> {
    use OptimizerKind::{Adam, AdamW, KerasAdam, KerasRmsProp, RmsProp, Sgd};
    let RunConfig { data, model, train, sample, .. } = config;
    let by = |kinds: &[OptimizerKind]| kinds.contains(&train.optimizer);
    let decays = matches!(train.lr_schedule, Schedule::Exponential | Schedule::Step);
    let drops = model.dropout > 0.0 || model.embedding_dropout > 0.0;
    let adam = "train.optimizer = adam | adamw | keras-adam";
    let decay = "train.lr_schedule = exponential | step";
    vec![
        ("model.dropout_kind", drops, "model.dropout > 0 | model.embedding_dropout > 0"),
        ("train.adam_beta1", by(&[Adam, AdamW, KerasAdam]), adam),
        ("train.adam_beta2", by(&[Adam, AdamW, KerasAdam]), adam),
        (
            "train.adam_epsilon",
            by(&[Adam, AdamW, KerasAdam, RmsProp, KerasRmsProp]),
            "train.optimizer = adam | adamw | keras-adam | rmsprop | keras-rmsprop",
        ),
        (
            "train.rmsprop_alpha",
            by(&[RmsProp, KerasRmsProp]),
            "train.optimizer = rmsprop | keras-rmsprop",
        ),
        (
            "train.momentum",
            by(&[RmsProp, KerasRmsProp, Sgd]),
            "train.optimizer = rmsprop | keras-rmsprop | sgd",
        ),
        ("train.nesterov", by(&[Sgd]), "train.optimizer = sgd"),
        (
            "train.lr_min_factor",
            train.lr_schedule != Schedule::Constant,
            "train.lr_schedule = cosine | exponential | step",
        ),
        ("train.lr_decay_factor", decays, decay),
        ("train.lr_decay_steps", decays, decay),
        ("train.plateau_patience", train.plateau_factor < 1.0, "train.plateau_factor < 1"),
        ("data.min_count", data.unit != Unit::Byte, "data.unit = char | grapheme | regex"),
        ("data.max_vocab", data.unit != Unit::Byte, "data.unit = char | grapheme | regex"),
        ("data.val_fraction", data.valid_path.is_empty(), "data.valid_path = \"\""),
        (
            "data.split",
            data.split == SplitKind::Records || data.held_out_fraction() > 0.0,
            "data.valid_path = \"\" and data.val_fraction > 0",
        ),
        ("eval.every_steps", data.has_validation(), "data.val_fraction > 0 | data.valid_path"),
        ("sample.top_k", sample.temperature > 0.0, "sample.temperature > 0"),
        ("sample.top_p", sample.temperature > 0.0, "sample.temperature > 0"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DropoutKind;

    fn unused(change: impl FnOnce(&mut RunConfig)) -> Vec<UnusedKey> {
        let mut config = RunConfig::default();
        change(&mut config);
        unused_keys(&config)
    }

    #[test]
    fn keys_of_another_optimizer_or_schedule_are_found_with_what_they_need() {
        let found = unused(|config| {
            config.train.momentum = 0.9;
            config.train.lr_schedule = Schedule::Constant;
            config.train.lr_min_factor = 0.1;
            config.train.lr_decay_steps = 10;
        });
        assert_eq!(found.len(), 3, "{found:?}");
        let message = found[0].describe();
        assert_eq!(message.message.english, "train.momentum = 0.9 has no effect");
        assert_eq!(
            message.hints[0].english,
            "it requires train.optimizer = rmsprop | keras-rmsprop | sgd"
        );
    }

    #[test]
    fn keys_that_are_read_are_not_found() {
        assert!(unused(|_| ()).is_empty());
        let found = unused(|config| {
            config.train.optimizer = OptimizerKind::Sgd;
            config.train.momentum = 0.9;
            config.train.nesterov = true;
            config.train.plateau_factor = 0.5;
            config.train.plateau_patience = 7;
            config.model.dropout = 0.1;
            config.model.dropout_kind = DropoutKind::Locked;
        });
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn every_key_in_the_table_exists() {
        for (path, ..) in readers(&RunConfig::default()) {
            assert!(Key::find(path).is_some(), "{path}");
        }
    }
}
