//! Training that ends with a useless network is an error; a network that overfits is a warning.

use crate::small_run::{Warnings, after, newest_whole, plan};
use burn::tensor::Device;
use charnn_data::Corpus;
use charnn_train::{
    Disk, Outcome, Plan, Run, RunConfig, Schedule, TextPart, TrainError, start, train,
};

/// A learning rate at which Adam ruins any network without making a number infinite.
fn absurd(config: &mut RunConfig) {
    config.train.learning_rate = 10.0;
    config.train.lr_schedule = Schedule::Constant;
    config.train.warmup_steps = 0;
    config.train.epochs = 100;
    config.train.max_steps = 60;
}

fn run(plan: &Plan, stop: &dyn Fn() -> bool) -> (Result<Outcome, TrainError>, Vec<String>) {
    let device = Device::flex();
    let from = start(plan, &device);
    let mut run = Run::create(plan, "test", &from, Disk::quick()).unwrap();
    let mut warnings = Warnings::default();
    let outcome = train(plan, &device, &mut run, from, &mut [&mut warnings], stop);
    (outcome, warnings.0)
}

#[test]
fn a_training_loss_far_above_uniform_guessing_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    for val_fraction in [0.0, 0.1] {
        let plan = plan(root.path(), &format!("of-{val_fraction}"), |config| {
            absurd(config);
            config.data.val_fraction = val_fraction;
        });
        let (outcome, warnings) = run(&plan, &|| false);
        let Err(TrainError::WorseThanUniform { part: TextPart::Training, loss, uniform, .. }) =
            outcome
        else {
            panic!("{outcome:?}")
        };
        assert!((uniform - (plan.vocabulary.len() as f64).ln()).abs() < 1e-12);
        assert!(loss > 2.0 * uniform, "{loss}");
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains("worse than uniform guessing"), "{warnings:?}");
        assert_eq!(newest_whole(&plan), 60, "it is saved all the same");
    }
}

#[test]
fn a_run_that_is_stopped_has_not_failed_yet() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "stopped", absurd);
    assert_eq!(run(&plan, &after(100)).0.unwrap(), Outcome::Stopped);
}

/// A text whose validation part has characters that its training part has not.
fn strange(root: &std::path::Path, name: &str, every: u64) -> Plan {
    let mut config = RunConfig::default();
    config.data.path = charnn_config::Sources::parse("test");
    config.data.val_fraction = 0.5;
    config.run.root = root.display().to_string();
    config.run.name = name.into();
    config.model.hidden_size = 12;
    config.model.embedding_dim = 5;
    config.train.batch_size = 4;
    config.train.seq_length = 10;
    config.train.max_steps = 60;
    config.train.epochs = 100;
    config.train.learning_rate = 2e-2;
    config.train.warmup_steps = 0;
    config.eval.every_steps = every;
    config.sample.every_steps = 1000;
    let text = "ab".repeat(250) + &"cd".repeat(250);
    Plan::new(config, &Corpus::from_text("test", text)).unwrap()
}

#[test]
fn a_network_that_overfits_is_a_warning_if_it_was_better_before() {
    let root = tempfile::tempdir().unwrap();
    let (outcome, warnings) = run(&strange(root.path(), "better-before", 1), &|| false);
    assert_eq!(outcome.unwrap(), Outcome::Completed);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("memorizes"), "{warnings:?}");
}

#[test]
fn a_validation_loss_that_was_always_far_above_uniform_guessing_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let (outcome, warnings) = run(&strange(root.path(), "never-good", 50), &|| false);
    assert!(
        matches!(
            outcome,
            Err(TrainError::WorseThanUniform { part: TextPart::Validation, best: None, .. })
        ),
        "{outcome:?}"
    );
    assert!(warnings.len() == 1 && warnings[0].contains("memorizes"), "{warnings:?}");
}
