//! A first configuration, sized for a text.

use crate::values::{InvalidValue, Sources};
use crate::{Cell, ModelConfig, RunConfig};
use charnn_message::text;
use std::str::FromStr;

/// A size of network by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Shows progress within a minute.
    Tiny,
    /// The default sizes.
    Small,
    /// Two LSTM layers, for a long text and a GPU or a patient CPU.
    Base,
}

impl Preset {
    /// Every preset with its name.
    pub const ALL: [(Self, &str); 3] =
        [(Self::Tiny, "tiny"), (Self::Small, "small"), (Self::Base, "base")];
}

impl FromStr for Preset {
    type Err = InvalidValue;

    fn from_str(name: &str) -> Result<Self, InvalidValue> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(preset, _)| *preset).ok_or_else(|| {
            let names = Self::ALL.map(|(_, name)| name).join(", ");
            InvalidValue { expected: text!(en: "one of {names}", zh: "{names} 之一") }
        })
    }
}

/// The keys that [`first_config`] decides. All others keep their defaults.
pub const DECIDED: [&str; 9] = [
    "data.path",
    "model.cell",
    "model.embedding_dim",
    "model.hidden_size",
    "model.num_layers",
    "model.dropout",
    "train.batch_size",
    "train.epochs",
    "train.learning_rate",
];

/// A configuration for a text of this many characters.
///
/// Without a preset, the network has the default sizes, as `charnn train` without a configuration has them
/// (`docs/default-size.md`).
pub fn first_config(path: Sources, characters: usize, preset: Option<Preset>) -> RunConfig {
    let mut config = RunConfig::default();
    config.data.path = path;
    config.model = match preset {
        Some(Preset::Tiny) => sizes(32, 128, 1),
        Some(Preset::Small) | None => ModelConfig::default(),
        Some(Preset::Base) => ModelConfig { cell: Cell::Lstm, dropout: 0.2, ..sizes(128, 512, 2) },
    };
    let learned = characters - characters / 10; // data.val_fraction keeps the rest
    let train = &mut config.train;
    // Each row of the batch reads several sequences in a row, so that its state has a past.
    let rows = (learned / (8 * train.seq_length)).max(1);
    let most = if learned < 3_000_000 { train.batch_size } else { 64 };
    train.batch_size = (1 << rows.ilog2()).min(most);
    // With many more epochs, a network of this size overfits.
    let steps_per_epoch = (learned / (train.batch_size * train.seq_length)).max(1);
    train.epochs = 1200_usize.div_ceil(steps_per_epoch).clamp(3, 20) as u64;
    if config.model.hidden_size >= 512 {
        train.learning_rate = 2e-3; // large layers diverge at the rate of small ones
    }
    config
}

fn sizes(embedding_dim: usize, hidden_size: usize, num_layers: usize) -> ModelConfig {
    ModelConfig { embedding_dim, hidden_size, num_layers, ..ModelConfig::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KEYS;

    fn first(characters: usize, preset: Option<Preset>) -> RunConfig {
        first_config(Sources::parse("novel.txt"), characters, preset)
    }

    #[test]
    fn every_text_has_the_same_network_without_a_preset() {
        for characters in [1000, 160_000, 5_000_000] {
            assert_eq!(first(characters, None).model, ModelConfig::default());
        }
        let base = first(1000, Some(Preset::Base)).model;
        assert_eq!((base.cell, base.hidden_size, base.num_layers), (Cell::Lstm, 512, 2));
    }

    #[test]
    fn nothing_else_is_decided() {
        for preset in Preset::ALL.map(|(preset, _)| Some(preset)).into_iter().chain([None]) {
            let config = first(5_000_000, preset);
            config.check().expect("a valid configuration");
            let config = toml::Table::try_from(config).expect("plain TOML");
            for key in KEYS.iter() {
                let default = config[&key.table][&key.name] == key.default;
                assert!(default || DECIDED.contains(&key.path().as_str()), "{}", key.path());
            }
        }
    }
}
