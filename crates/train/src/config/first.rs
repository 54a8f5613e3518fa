//! A configuration to begin with, sized from the text.

use crate::RunConfig;
use charnn_model::{CellKind, ModelConfig};

/// A size that was asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Learns in a minute, and something can be seen.
    Tiny,
    /// The sizes of the defaults.
    Small,
    /// Two LSTM layers, for a long text and a GPU or a patient CPU.
    Base,
}

impl Preset {
    /// Every preset and the word for it.
    pub const ALL: [(Self, &str); 3] =
        [(Self::Tiny, "tiny"), (Self::Small, "small"), (Self::Base, "base")];
}

/// What [`first_config`] decides, and nothing else.
pub const DECIDED: [&str; 10] = [
    "data.path",
    "model.cell",
    "model.embedding_size",
    "model.hidden_size",
    "model.num_layers",
    "model.dropout",
    "train.batch_size",
    "train.seq_length",
    "train.epochs",
    "train.learning_rate",
];

/// A configuration for a text of so many characters, so many of them different.
///
/// Without a preset, the network has about as many parameters as the text has characters.
pub fn first_config(
    path: &str,
    characters: usize,
    distinct: usize,
    preset: Option<Preset>,
) -> RunConfig {
    let mut config = RunConfig::default();
    path.clone_into(&mut config.data.path);
    config.model = match preset {
        Some(Preset::Tiny) => sizes(32, 128, 1),
        Some(Preset::Small) => ModelConfig::default(),
        Some(Preset::Base) => {
            ModelConfig { cell: CellKind::Lstm, dropout: 0.2, ..sizes(128, 512, 2) }
        }
        None => fitting(characters, distinct),
    };
    let learned = characters - characters / 10; // data.valid_fraction holds out the rest
    let train = &mut config.train;
    train.seq_length = if learned < 200_000 { 64 } else { 128 };
    // Each lane reads some stretches in a row, so that its state has a past.
    let lanes = (learned / (8 * train.seq_length)).max(1);
    let most = match learned {
        ..300_000 => 16,
        300_000..3_000_000 => 32,
        _ => 64,
    };
    train.batch_size = (1 << lanes.ilog2()).min(most);
    // With many more, a network of this size learns the text by heart.
    let steps_per_epoch = (learned / (train.batch_size * train.seq_length)).max(1);
    train.epochs = 1200_usize.div_ceil(steps_per_epoch).clamp(3, 20) as u64;
    if config.model.hidden_size >= 512 {
        train.learning_rate = 2e-3; // large layers diverge at what suits small ones
    }
    config
}

fn sizes(embedding_size: usize, hidden_size: usize, num_layers: usize) -> ModelConfig {
    ModelConfig { embedding_size, hidden_size, num_layers, ..ModelConfig::default() }
}

/// The largest network of a row of them with no more parameters than `characters`; for a short
/// text the smallest, as with less nothing can be seen to be learned.
fn fitting(characters: usize, distinct: usize) -> ModelConfig {
    let row = [
        (32, 96, 1),
        (32, 128, 1),
        (48, 192, 1),
        (64, 256, 1),
        (64, 384, 1),
        (64, 512, 1),
        (128, 512, 2),
        (128, 768, 2),
        (128, 1024, 2),
    ];
    let networks = row.map(|(e, h, l)| sizes(e, h, l));
    let fits = |network: &&ModelConfig| network.parameter_count(distinct) <= characters;
    networks.iter().rev().find(fits).unwrap_or(&networks[0]).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Plan;
    use charnn_data::Corpus;

    #[test]
    fn parameters_are_about_as_many_as_characters() {
        for (characters, distinct) in
            [(60_000, 60), (160_000, 75), (1_115_394, 65), (900_000, 4300)]
        {
            let config = first_config("novel.txt", characters, distinct, None);
            let share = config.model.parameter_count(distinct) as f64 / characters as f64;
            assert!((0.3..=1.0).contains(&share), "{characters}: {share}, {:?}", config.model);
        }
        assert_eq!(first_config("novel.txt", 1000, 60, None).model.hidden_size, 96);
        let base = first_config("novel.txt", 1000, 60, Some(Preset::Base)).model;
        assert_eq!((base.cell, base.hidden_size, base.num_layers), (CellKind::Lstm, 512, 2));
    }

    #[test]
    fn every_length_of_text_that_can_be_learned_makes_a_plan() {
        for characters in [100, 1000, 30_000, 600_000] {
            let text: String = "once upon a time ".chars().cycle().take(characters).collect();
            let corpus = Corpus::from_text("novel.txt", text);
            for preset in Preset::ALL.map(|(preset, _)| Some(preset)).into_iter().chain([None]) {
                let config = first_config("novel.txt", characters, 9, preset);
                let plan = Plan::new(config, &corpus).unwrap();
                assert!((3..=20_000).contains(&plan.steps), "{characters}: {} steps", plan.steps);
            }
        }
    }

    #[test]
    fn nothing_else_is_decided() {
        let config = first_config("novel.txt", 5_000_000, 4000, Some(Preset::Base));
        let config = toml::Table::try_from(config).unwrap();
        for key in crate::config::keys::KEYS.iter() {
            let default = config[&key.table][&key.name] == key.default;
            assert!(default || DECIDED.contains(&key.path().as_str()), "{}", key.path());
        }
    }
}
