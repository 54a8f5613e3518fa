//! Which network of a run is the best, and how it starts to write.

use crate::small_run::{plan, two_epochs};
use burn::tensor::Device;
use charnn_config::OutputBias;
use charnn_train::{
    CheckpointSelector, Disk, Event, Observer, Outcome, Plan, Run, RunDir, start, train,
};
use std::cell::Cell;

/// Notes the step that was made last.
struct Steps<'a>(&'a Cell<u64>);

impl Observer for Steps<'_> {
    fn on(&mut self, event: &Event<'_>) {
        if let Event::StepDone { step, .. } = event {
            self.0.set(*step);
        }
    }
}

/// Trains and stops after `steps` steps.
fn stopped_after(plan: &Plan, steps: u64) -> RunDir {
    let device = Device::flex();
    let from = start(plan, &device);
    let mut run = Run::create(plan, "test", &from, Disk::default()).unwrap();
    let done = Cell::new(0);
    let mut observer = Steps(&done);
    let stop = || done.get() >= steps;
    let outcome = train(plan, &device, &mut run, from, &mut [&mut observer], &stop).unwrap();
    assert_eq!(outcome, Outcome::Stopped);
    run.folder().clone()
}

fn step(run: &RunDir, selector: CheckpointSelector) -> u64 {
    let loaded = run.load(selector, &mut |warning| panic!("{warning:?}"));
    loaded.unwrap().0.progress.step
}

#[test]
fn a_network_that_was_not_evaluated_yet_is_preferred_while_the_loss_falls() {
    let root = tempfile::tempdir().unwrap();
    let plan = two_epochs(root.path(), |config| {
        config.eval.every_steps = 5;
        config.sample.every_steps = 1000;
        config.checkpoint.every = "1 steps".parse().unwrap();
        config.train.learning_rate = 1e-2;
    });
    let run = stopped_after(&plan, 8);
    assert_eq!(step(&run, CheckpointSelector::Last), 8, "between two evaluations");
    assert_eq!(step(&run, CheckpointSelector::Best), 8);
}

#[test]
fn a_network_that_was_evaluated_and_is_worse_is_not_preferred() {
    let root = tempfile::tempdir().unwrap();
    // Steps that are far too large, from a start that is easy to improve: the first evaluation stays the best.
    let plan = plan(root.path(), "worse", |config| {
        config.eval.every_steps = 2;
        config.sample.every_steps = 1000;
        config.model.output_bias = OutputBias::Zeros;
        config.train.learning_rate = 3.0;
        config.train.warmup_steps = 0;
        config.checkpoint.every = "1 steps".parse().unwrap();
    });
    let run = stopped_after(&plan, 10);
    let (best, newest) =
        (step(&run, CheckpointSelector::Best), step(&run, CheckpointSelector::Last));
    assert!(best < newest, "{best} and {newest}");
}

#[test]
fn a_checkpoint_has_the_primer_of_its_text() {
    let root = tempfile::tempdir().unwrap();
    let plan = two_epochs(root.path(), |_| ());
    assert!(plan.primer.len() > 100 && plan.primer.ends_with(". "), "{:?}", plan.primer);
    let run = stopped_after(&plan, 2);
    let (_, bundle) = run.load(CheckpointSelector::Last, &mut |_| ()).unwrap();
    assert_eq!(bundle.primer(), plan.primer);
}
