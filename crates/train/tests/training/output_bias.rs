//! Where the loss starts, by `model.output_bias`.

use crate::small_run::two_epochs;
use burn::module::Module;
use burn::tensor::Device;
use charnn_config::OutputBias;
use charnn_train::{Baselines, evaluate, start};

#[test]
fn the_first_loss_is_that_of_character_frequencies_or_of_uniform_guessing() {
    let root = tempfile::tempdir().unwrap();
    let start_of = |output_bias| {
        let plan = two_epochs(root.path(), |config| config.model.output_bias = output_bias);
        let model = start(&plan, &Device::flex()).state.model.valid();
        let loss = evaluate(&model, &plan.config.train, plan.split().valid, &|| false);
        (loss.unwrap().unwrap().mean(), Baselines::of(&plan.vocabulary, plan.split()))
    };
    // The untrained recurrent layer adds a little noise.
    let (loss, baselines) = start_of(OutputBias::Unigram);
    assert!((loss - baselines.unigram).abs() < 0.05, "{loss} and {baselines:?}");
    let (loss, baselines) = start_of(OutputBias::Zeros);
    assert!((loss - baselines.uniform).abs() < 0.05, "{loss} and {baselines:?}");
    assert!(baselines.uniform - baselines.unigram > 0.2, "{baselines:?}");
}
