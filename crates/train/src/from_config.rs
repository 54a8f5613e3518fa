//! From the values of a configuration to those of the crates below.

use charnn_config::{DataConfig, DeviceChoice, DropoutKind, ModelConfig, SampleConfig};
use charnn_data::VocabularyLimits;
use charnn_infer::Sampling;
use charnn_kernels::device;

/// The network that `config` describes, with its dropout.
pub fn network(config: &ModelConfig) -> charnn_model::ModelConfig {
    let ModelConfig { dropout, embedding_dropout, dropout_kind, recurrent_dropout, .. } = *config;
    charnn_model::ModelConfig {
        cell: config.cell,
        embedding_dim: config.embedding_dim,
        hidden_size: config.hidden_size,
        num_layers: config.num_layers,
        tie_weights: config.tie_weights,
        layer_norm: config.layer_norm,
        dropout,
        embedding_dropout,
        dropout_kind: match dropout_kind {
            DropoutKind::Standard => charnn_model::DropoutKind::Standard,
            DropoutKind::Locked => charnn_model::DropoutKind::Locked,
        },
        recurrent_dropout,
    }
}

/// Which characters the network knows.
pub fn vocabulary_limits(config: &DataConfig) -> VocabularyLimits {
    VocabularyLimits { min_count: config.min_count, max_vocab: config.max_vocab }
}

/// How characters are chosen.
pub fn sampling(config: &SampleConfig) -> Sampling {
    Sampling { temperature: config.temperature, top_k: config.top_k, top_p: config.top_p }
}

/// The device that a configuration names.
pub fn device_choice(choice: DeviceChoice) -> device::DeviceChoice {
    match choice {
        DeviceChoice::Auto => device::DeviceChoice::Auto,
        DeviceChoice::Gpu => device::DeviceChoice::Gpu,
        DeviceChoice::Cpu => device::DeviceChoice::Cpu,
        DeviceChoice::Software => device::DeviceChoice::Software,
        DeviceChoice::Ndarray => device::DeviceChoice::NdArray,
    }
}
