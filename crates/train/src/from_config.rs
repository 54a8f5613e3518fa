//! From the values of a configuration to those of the crates below.

use charnn_config::{DataConfig, DeviceChoice, DropoutKind, ModelConfig, SampleConfig};
use charnn_data::VocabularyLimits;
use charnn_infer::Sampling;
use charnn_kernels::device;
use charnn_model::DropoutRates;

/// What training drops.
pub(crate) fn dropout_rates(config: &ModelConfig) -> DropoutRates {
    DropoutRates {
        embedding: config.embedding_dropout,
        output: config.dropout,
        recurrent: config.recurrent_dropout,
        locked: config.dropout_kind == DropoutKind::Locked,
    }
}

/// Which characters the network knows.
pub fn vocabulary_limits(config: &DataConfig) -> VocabularyLimits {
    VocabularyLimits { min_count: config.min_count, max_vocab: config.max_vocab }
}

/// How characters are chosen.
pub fn sampling(config: &SampleConfig) -> Sampling {
    Sampling {
        temperature: config.temperature,
        top_k: config.top_k,
        top_p: config.top_p,
        ..Sampling::default()
    }
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
