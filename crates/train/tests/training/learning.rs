//! The loop with what the field expects of it: a rate that falls on a plateau, updates of several
//! batches, a network that may be rounded.

use crate::small_run::two_epochs;
use burn::tensor::Device;
use charnn_data::Corpus;
use charnn_infer::{Engine, Precision};
use charnn_train::{
    CheckpointSelector, Disk, Event, Observer, Outcome, Plan, Plateau, Predict, Run, RunDir,
    Schedule, batches, batches_of_step, next_plateau, start, train,
};

/// What a run told of its steps and evaluations.
#[derive(Default)]
struct Notes {
    /// Learning rates.
    rates: Vec<f64>,
    /// Characters read for each step.
    read: Vec<u64>,
    /// The number of the step and nats of each evaluation.
    valid: Vec<(u64, f64)>,
}

impl Observer for Notes {
    fn on(&mut self, event: &Event<'_>) {
        match *event {
            Event::StepDone { learning_rate, characters, .. } => {
                self.rates.push(learning_rate);
                self.read.push(characters);
            }
            Event::Evaluated { step, loss, .. } => self.valid.push((step, loss.mean())),
            _ => {}
        }
    }
}

fn run(plan: &Plan) -> Notes {
    let from = start(plan, &Device::flex());
    let mut run = Run::create(plan, "test", &from, Disk::quick()).unwrap();
    let mut notes = Notes::default();
    let device = Device::flex();
    let outcome = train(plan, &device, &mut run, from, &mut [&mut notes], &|| false).unwrap();
    assert_eq!(outcome, Outcome::Completed);
    notes
}

#[test]
fn the_rate_of_a_run_falls_when_the_held_out_text_is_no_longer_predicted_better() {
    let root = tempfile::tempdir().unwrap();
    let plan = two_epochs(root.path(), |config| {
        config.train.lr_schedule = Schedule::Constant;
        config.train.warmup_steps = 0;
        config.train.learning_rate = 0.5; // too high to go down steadily
        config.train.plateau_factor = 0.5;
        config.train.plateau_patience = 0;
        config.eval.every_steps = 2;
    });
    let notes = run(&plan);
    let mut plateau = Plateau::default();
    let mut valid = notes.valid.iter();
    for (done, &rate) in notes.rates.iter().enumerate() {
        if done > 0 && done % 2 == 0 {
            let &(step, nats) = valid.next().unwrap();
            assert_eq!(step, done as u64);
            plateau = next_plateau(plateau, nats, &plan.config.train);
        }
        assert_eq!(rate.to_bits(), (0.5 * plateau.scale).to_bits(), "step {done}");
    }
    assert!(plateau.scale < 1.0, "the test has seen no plateau");
}

#[test]
fn a_step_of_several_batches_counts_once_and_reads_them_all() {
    let root = tempfile::tempdir().unwrap();
    let plan = two_epochs(root.path(), |config| config.train.gradient_accumulation = 4);
    assert_eq!((plan.steps_per_epoch, plan.steps), (3, 6)); // of 11 batches
    let notes = run(&plan);
    assert_eq!(notes.read.iter().sum::<u64>(), 2 * 4 * 108);
    assert_eq!(notes.read.len(), 6);
    assert!(notes.read[2] < notes.read[1], "the last has three batches: {:?}", notes.read);
    let steps: Vec<u64> = notes.valid.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, [3, 6]);
}

#[test]
fn the_batches_of_the_steps_are_those_of_the_epoch_in_order() {
    let root = tempfile::tempdir().unwrap();
    for objective in [Predict::All, Predict::Last] {
        let plan = two_epochs(root.path(), |config| {
            config.train.predict = objective;
            config.train.gradient_accumulation = 3;
        });
        let of = || batches(&plan.config.train, plan.split().train);
        let (mut one, mut several) = (of(), of());
        let expected: Vec<Vec<i32>> =
            (0..one.per_epoch()).map(|index| one.batch(1, index).inputs).collect();
        let steps = 0..plan.steps_per_epoch;
        let found: Vec<Vec<i32>> = steps
            .flat_map(|step| batches_of_step(&mut *several, &plan.config.train, 1, step))
            .map(|batch| batch.inputs)
            .collect();
        assert_eq!(found, expected, "{objective:?}");
    }
}

#[test]
fn half_precision_hardly_changes_how_well_held_out_text_is_predicted() {
    let root = tempfile::tempdir().unwrap();
    let tales = charnn_testkit::workspace_root().join("data/tales.txt");
    let text: String = std::fs::read_to_string(tales).unwrap().chars().take(40_000).collect();
    let mut config = two_epochs(root.path(), |_| ()).config;
    config.run.name = "tales".into();
    config.model.hidden_size = 48;
    config.train.seq_length = 32;
    config.train.batch_size = 16;
    config.train.epochs = 5;
    let plan = Plan::new(config, &Corpus::from_text("tales", text)).unwrap();
    run(&plan);
    let trained = RunDir::find("tales", root.path()).unwrap();
    let (_, bundle) = trained.load(CheckpointSelector::Last, &mut |_| ()).unwrap();
    let [exact, half] = [Precision::F32, Precision::Bf16].map(|precision| {
        let losses = Engine::with_precision(&bundle, precision).score(plan.split().valid.ids());
        losses.iter().copied().map(f64::from).sum::<f64>() / losses.len() as f64
    });
    assert!(exact < 2.4, "it has learned: {exact}");
    let change = (exact - half).abs();
    assert!(change > 0.0 && change < 0.01, "{half} instead of {exact}");
}
