//! Keys that were given a value which nothing reads: those of another optimiser, of another schedule, of
//! what is switched off.

use crate::config::{OptimizerKind, Schedule};
use crate::{Advice, RunConfig};
use toml::{Table, Value};

/// Every key of `config` that has not its default and changes nothing as the others stand.
#[expect(clippy::missing_panics_doc, reason = "a configuration can always be written")]
pub fn idle(config: &RunConfig) -> Vec<Advice> {
    let written = |config: &RunConfig| Table::try_from(config).expect("it was read from a table");
    let (given, defaults) = (written(config), written(&RunConfig::default()));
    let idle = readers(config).into_iter().filter(|(_, is_read, _)| !is_read);
    let found = idle.filter_map(|(key, _, needs)| {
        let value = value(&given, key).filter(|given| Some(*given) != value(&defaults, key))?;
        Some(Advice::Idle { key, value: value.to_string(), needs })
    });
    found.collect()
}

/// The keys that are not always read: whether `config` does, and what it takes.
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
        ("eval.every_steps", data.valid_fraction > 0.0, "data.valid_fraction > 0"),
        ("sample.top_k", sample.temperature > 0.0, "sample.temperature > 0"),
        ("sample.top_p", sample.temperature > 0.0, "sample.temperature > 0"),
    ]
}

fn value<'a>(config: &'a Table, key: &str) -> Option<&'a Value> {
    let (table, name) = key.split_once('.')?;
    config.get(table)?.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(change: impl FnOnce(&mut RunConfig)) -> Vec<String> {
        let mut config = RunConfig::default();
        change(&mut config);
        idle(&config).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn keys_of_another_optimiser_or_schedule_are_named_with_what_they_take() {
        let found = told(|config| {
            config.train.momentum = 0.9;
            config.train.lr_schedule = Schedule::Constant;
            config.train.lr_min_factor = 0.1;
            config.train.lr_decay_steps = 10;
        });
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("train.momentum = 0.9 changes nothing"), "{found:?}");
        assert!(found[0].contains("train.optimizer = rmsprop | sgd"), "{found:?}");
    }

    #[test]
    fn what_is_read_is_not_named() {
        assert!(told(|_| ()).is_empty());
        let found = told(|config| {
            config.train.optimizer = OptimizerKind::Sgd;
            config.train.momentum = 0.9;
            config.train.nesterov = true;
            config.train.plateau_factor = 0.5;
            config.train.plateau_patience = 7;
            config.model.dropout = 0.1;
            config.model.dropout_kind = charnn_model::DropoutKind::Locked;
        });
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn every_key_in_the_table_exists() {
        let config = Table::try_from(RunConfig::default()).unwrap();
        for (key, ..) in readers(&RunConfig::default()) {
            assert!(value(&config, key).is_some(), "{key}");
        }
    }
}
