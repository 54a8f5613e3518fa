//! The training loop: what it tells, what it leaves behind, and what must not disturb it.

use crate::small_run::two_epochs;
use burn::tensor::Device;
use charnn_data::{Batches, Streams};
use charnn_model::{CharLm, ModelState};
use charnn_runs::LoadedCheckpoint;
use charnn_train::{
    CheckpointSelector, Disk, Event, Observer, Outcome, Plan, Predict, Run, RunDir, RunError,
    SaveError, evaluate, start, train,
};

/// Remembers what it was told, a word or a number an event.
#[derive(Default)]
struct Notes(Vec<String>, Vec<u64>);

impl Observer for Notes {
    fn on(&mut self, event: &Event<'_>) {
        self.0.push(match event {
            Event::Saved { .. } | Event::Previewed { .. } => return,
            Event::Started { done, .. } => format!("started after {done}"),
            Event::StepDone { step, epoch, loss, .. } => {
                self.1.push(loss.sum.to_bits());
                format!("step {step} epoch {epoch}")
            }
            Event::Evaluated { step, loss, .. } => format!("{} valid at {step}", loss.characters),
            Event::Sampled { step, text, .. } => format!("{} at {step}", text.chars().count()),
            Event::Warning(warning) => warning.to_string(),
            Event::Finished { step } => format!("finished {step}"),
        });
    }
}

fn create(plan: &Plan) -> Result<Run, SaveError> {
    Run::create(plan, "test", &start(plan, &Device::flex()), Disk::default())
}

fn run(plan: &Plan) -> (RunDir, Notes) {
    let from = start(plan, &Device::flex());
    let mut run = Run::create(plan, "test", &from, Disk::default()).unwrap();
    let mut notes = Notes::default();
    let device = Device::flex();
    let outcome = train(plan, &device, &mut run, from, &mut [&mut notes], &|| false).unwrap();
    assert_eq!(outcome, Outcome::Completed);
    (run.folder().clone(), notes)
}

fn load(run: &RunDir) -> (LoadedCheckpoint, CharLm) {
    let tell = &mut |warning| panic!("{warning:?}");
    let (loaded, bundle) = run.load(CheckpointSelector::Last, tell).unwrap();
    (loaded, CharLm::from_bundle(&bundle, &Device::flex()))
}

#[test]
fn the_loop_tells_what_it_does_in_order() {
    let root = tempfile::tempdir().unwrap();
    let plan = two_epochs(root.path(), |config| config.train.max_steps = 13);
    // 480 characters: 48 held out, 432 train, 431 predictions in 4 rows of 108: 11 steps.
    let (_, notes) = run(&plan);
    let mut expected = vec!["started after 0".to_owned()];
    for step in 1..=13 {
        expected.push(format!("step {step} epoch {}", (step - 1) / 11));
        if step == 11 || step == 13 {
            expected.extend([format!("47 valid at {step}"), format!("7 at {step}")]);
        }
    }
    expected.push("finished 13".into());
    assert_eq!(notes.0, expected);
}

#[test]
fn a_run_learns_and_is_read_back_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    for objective in [Predict::All, Predict::Last] {
        let plan = two_epochs(root.path(), |config| {
            config.train.predict = objective;
            config.train.epochs = 6;
            config.train.learning_rate = 2e-2;
            config.run.name = format!("{objective:?}");
        });
        let (run, _) = run(&plan);
        let found = RunDir::find(&run.name(), root.path()).unwrap();
        let (trained, model) = load(&found);
        assert_eq!(trained.vocabulary, plan.vocabulary);
        let mut expected = plan.config.clone();
        expected.run.name.clear();
        assert_eq!(trained.config, expected);
        let valid = evaluate(&model, &plan.config.train, plan.split().valid, &|| false).unwrap();
        let valid = valid.unwrap();
        assert!(valid.mean() < 1.6, "{objective:?}: {} nats", valid.mean()); // ln 14 = 2.6 untrained
    }
}

#[test]
fn a_seed_gives_the_same_losses_and_evaluation_sampling_and_checkpoints_do_not_change_them() {
    let root = tempfile::tempdir().unwrap();
    for objective in [Predict::All, Predict::Last] {
        let losses = |seed, every: u64| {
            let plan = two_epochs(root.path(), |config| {
                config.train.predict = objective;
                config.train.gradient_accumulation = 2;
                config.train.seed = seed;
                config.train.max_steps = 20;
                config.model.dropout = 0.2;
                config.model.recurrent_dropout = 0.2;
                config.eval.every_steps = every;
                config.sample.every_steps = every;
                config.checkpoint.every = format!("{every} steps").parse().unwrap();
            });
            run(&plan).1.1
        };
        let quiet = losses(1, 1000);
        assert!(quiet.len() > 10, "{}", quiet.len());
        assert_eq!(quiet, losses(1, 1));
        assert_ne!(quiet, losses(2, 1000));
    }
}

#[test]
fn evaluation_in_pieces_is_one_long_pass_with_carried_state() {
    let root = tempfile::tempdir().unwrap();
    let plan = two_epochs(root.path(), |config| config.train.learning_rate = 2e-2);
    let (run, _) = run(&plan);
    let model = load(&run).1;
    let ids = plan.split().train;
    let in_pieces = evaluate(&model, &plan.config.train, ids, &|| false).unwrap().unwrap();
    assert!(evaluate(&model, &plan.config.train, ids, &|| true).unwrap().is_none());
    let batch = Streams::new(ids, 1, ids.len()).batch(0, 0);
    let state = ModelState::zeros(model.architecture(), 1, &Device::flex());
    let at_once: f64 = model.loss(&batch, state).0.into_scalar();
    assert_eq!(in_pieces.characters, ids.len() as u64 - 1);
    assert!((in_pieces.sum - at_once).abs() < 1e-2, "{} and {at_once}", in_pieces.sum);
}

#[test]
fn stopping_keeps_what_was_learned() {
    let root = tempfile::tempdir().unwrap();
    let plan = two_epochs(root.path(), |_| ());
    let from = start(&plan, &Device::flex());
    let mut run = Run::create(&plan, "test", &from, Disk::default()).unwrap();
    let mut notes = Notes::default();
    let asked = std::cell::Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() == 7 // it is asked twice around a step
    };
    let observers: &mut [&mut dyn Observer] = &mut [&mut notes];
    let outcome = train(&plan, &Device::flex(), &mut run, from, observers, &stop).unwrap();
    assert_eq!(outcome, Outcome::Stopped);
    assert_eq!(notes.0.last().unwrap(), "finished 3");
    let (loaded, _) = load(&RunDir::find("latest", root.path()).unwrap());
    assert_eq!(loaded.progress.step, 3);
    let metrics = std::fs::read_to_string(run.folder().path().join("metrics.jsonl")).unwrap();
    assert_eq!(metrics.lines().count(), 3);
    assert!(
        metrics.starts_with("{\"schema\":2,\"step\":1,\"epoch\":0,\"train_loss\":"),
        "{metrics}"
    );
}

#[test]
fn a_long_sample_is_cancelled_when_training_stops() {
    let root = tempfile::tempdir().unwrap();
    let plan = two_epochs(root.path(), |config| {
        config.data.val_fraction = 0.0;
        config.sample.every_steps = 1;
        config.sample.length = 10_000_000; // practically endless
    });
    let from = start(&plan, &Device::flex());
    let mut run = Run::create(&plan, "test", &from, Disk::default()).unwrap();
    let asked = std::cell::Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() > 9 // well inside of the sample
    };
    let mut notes = Notes::default();
    let observers: &mut [&mut dyn Observer] = &mut [&mut notes];
    let outcome = train(&plan, &Device::flex(), &mut run, from, observers, &stop).unwrap();
    assert_eq!((outcome, asked.get()), (Outcome::Stopped, 10));
    assert_eq!(notes.0.last().unwrap(), "finished 1");
}

#[test]
fn run_folders_do_not_overwrite_each_other() {
    let root = tempfile::tempdir().unwrap();
    let named = two_epochs(root.path(), |config| config.run.name = "mine".into());
    create(&named).unwrap();
    assert!(matches!(create(&named), Err(SaveError::Run(RunError::Exists { .. }))));
    let unnamed = two_epochs(root.path(), |_| ());
    let names: Vec<_> = (0..3).map(|_| create(&unnamed).unwrap().folder().name()).collect();
    assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2], "{names:?}");
}

#[test]
fn a_missing_run_is_answered_with_the_runs_that_exist() {
    let root = tempfile::tempdir().unwrap();
    let error = RunDir::find("latest", root.path()).unwrap_err().to_string();
    assert!(error.contains("\"latest\""), "{error}");
    let plan = two_epochs(root.path(), |config| config.run.name = "mine".into());
    run(&plan);
    let error = RunDir::find("yours", root.path()).unwrap_err();
    let RunError::NotFound { known, .. } = &error else { panic!("{error}") };
    assert_eq!(known, &["mine"]);
}
