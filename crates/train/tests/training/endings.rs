//! How training ends, but for being told to stop.

use crate::small_run::{Warnings, begin, plan};
use burn::tensor::Device;
use charnn_config::Cell;
use charnn_model::map_parameters;
use charnn_train::{
    CheckpointSelector, Disk, OnNonfinite, OptimizerKind, Outcome, Run, RunConfig, TrainError,
    start, train,
};

#[test]
fn a_loss_that_is_not_finite_ends_or_goes_back() {
    let root = tempfile::tempdir().unwrap();
    for on_nonfinite in [OnNonfinite::Stop, OnNonfinite::Rollback] {
        let name = format!("{on_nonfinite:?}");
        let plan = plan(root.path(), &name, |config| {
            config.model.cell = Cell::Rnn;
            config.train.on_nonfinite = on_nonfinite;
        });
        let mut from = start(&plan, &Device::flex());
        // Weights that a file may hold, and logits that no f32 can.
        from.state.model = map_parameters(from.state.model, |parameter| {
            let is_kernel = parameter.name == "head.kernel";
            if is_kernel { parameter.value * 0.0 + 3e38 } else { parameter.value + 1.0 }
        });
        let mut run = Run::create(&plan, "test", &from, Disk::quick()).unwrap();
        let outcome = train(&plan, &Device::flex(), &mut run, from, &mut [], &|| false);
        // There is nothing older to go back to.
        let Err(TrainError::Diverged { step: 1, loss, .. }) = outcome else {
            panic!("{name}: {outcome:?}")
        };
        assert!(!loss.is_finite());
        let (last, _) = run.folder().load(CheckpointSelector::Last, &mut |_| ()).unwrap();
        assert_eq!(last.progress.step, 0, "the last good network");
    }
}

#[test]
fn half_the_rate_gets_a_run_past_what_a_high_one_broke() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |config| {
        // Each update takes 10, 5, 2.5 or 1.25 times the weights from the weights.
        config.train.optimizer = OptimizerKind::Sgd;
        config.train.weight_decay = 1.0;
        config.train.learning_rate = 10.0;
        config.train.lr_schedule = charnn_train::Schedule::Constant;
        config.train.warmup_steps = 0;
        config.train.grad_clip = 1.0;
        config.train.on_nonfinite = OnNonfinite::Rollback;
        config.train.epochs = 100;
        config.train.max_steps = 500;
        config.eval.every_steps = 10_000;
        config.sample.every_steps = 10_000;
        config.checkpoint.every = "".parse().unwrap();
    });
    let from = start(&plan, &Device::flex());
    let mut run = Run::create(&plan, "test", &from, Disk::quick()).unwrap();
    let mut warnings = Warnings::default();
    let outcome = train(&plan, &Device::flex(), &mut run, from, &mut [&mut warnings], &|| false);
    assert_eq!(outcome.unwrap(), Outcome::Completed);
    let rollbacks =
        warnings.0.iter().filter(|text| text.contains("continuing from step 0 with half"));
    assert_eq!(rollbacks.count(), 3, "{:?}", warnings.0);
    let metrics = std::fs::read_to_string(root.path().join("run/metrics.jsonl")).unwrap();
    assert!(metrics.lines().next().unwrap().contains("\"learning_rate\":1.25,"), "{metrics}");
    assert_eq!(metrics.lines().count(), 501);
}

#[test]
fn training_ends_when_nothing_is_gained_or_the_time_is_over() {
    let root = tempfile::tempdir().unwrap();
    let ends = |name: &str, change: fn(&mut RunConfig)| {
        let plan = plan(root.path(), name, |config| {
            config.train.max_steps = 100_000;
            config.train.epochs = 100_000;
            config.checkpoint.every = "".parse().unwrap();
            config.sample.every_steps = 1_000_000;
            change(config);
        });
        begin(&plan, Disk::quick(), &|| false).unwrap()
    };
    let no_gain = ends("patience", |config| {
        config.train.early_stop_patience = 2;
        config.train.learning_rate = 1e-30; // the weights stay as they are
    });
    assert_eq!(no_gain, Outcome::EarlyStopped);
    assert_eq!(
        ends("time", |config| config.train.max_time = "1s".parse().unwrap()),
        Outcome::TimeLimit
    );
}
