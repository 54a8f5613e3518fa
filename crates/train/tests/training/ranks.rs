//! Processes that share a batch train the network that one process trains. Here threads are the processes.

use crate::small_run::{
    Warnings, after, assert_same, assert_same_at, begin, folder, go_on, newest_whole, plan,
    plan_of_records,
};
use burn::tensor::Device;
use charnn_config::Cell;
use charnn_mpi::{Communicator, sum};
use charnn_train::{
    Disk, Leader, OnNonfinite, OptimizerKind, Outcome, Plan, Predict, RanksError, Run, RunConfig,
    TrainError, follow, start, train_on_ranks,
};
use std::path::Path;
use std::sync::{Arc, Barrier, Mutex};

/// A rank that is a thread.
struct Rank {
    rank: usize,
    shared: Arc<Shared>,
}

struct Shared {
    barrier: Barrier,
    /// What each rank has put there for the others.
    numbers: Vec<Mutex<Vec<f32>>>,
    bytes: Mutex<Vec<u8>>,
}

impl Rank {
    fn all(size: usize) -> Vec<Self> {
        let shared = Arc::new(Shared {
            barrier: Barrier::new(size),
            numbers: (0..size).map(|_| Mutex::default()).collect(),
            bytes: Mutex::default(),
        });
        (0..size).map(|rank| Self { rank, shared: shared.clone() }).collect()
    }

    /// Puts `own` where the others find it, and calls `read` with what each rank has put there.
    fn exchange(&self, own: &[f32], mut read: impl FnMut(usize, &[f32])) {
        *self.shared.numbers[self.rank].lock().unwrap() = own.to_vec();
        self.shared.barrier.wait();
        for (rank, numbers) in self.shared.numbers.iter().enumerate() {
            read(rank, &numbers.lock().unwrap());
        }
        self.shared.barrier.wait();
    }
}

impl Communicator for Rank {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.shared.numbers.len()
    }

    fn all_to_all(&self, own: &[f32], received: &mut [f32]) {
        let part = own.len() / self.size();
        self.exchange(own, |rank, numbers| {
            received[rank * part..][..part].copy_from_slice(&numbers[self.rank * part..][..part]);
        });
    }

    fn all_gather(&self, own: &[f32], received: &mut [f32]) {
        self.exchange(own, |rank, numbers| {
            received[rank * own.len()..][..own.len()].copy_from_slice(numbers);
        });
    }

    fn broadcast(&self, bytes: &mut [u8]) {
        if self.rank == 0 {
            *self.shared.bytes.lock().unwrap() = bytes.to_vec();
        }
        self.shared.barrier.wait();
        bytes.copy_from_slice(&self.shared.bytes.lock().unwrap());
        self.shared.barrier.wait();
    }
}

/// A text that ranks can read, and the small plan for it.
fn plan_in(root: &Path, name: &str, change: impl FnOnce(&mut RunConfig)) -> Plan {
    let text = root.join("text.txt");
    std::fs::write(&text, "the cat sat on the mat. the dog sat on the log. ".repeat(8)).unwrap();
    let config = plan(root, name, change).config;
    read(config, &text)
}

fn read(mut config: RunConfig, text: &Path) -> Plan {
    config.data.path = charnn_config::Sources::parse(&text.display().to_string());
    Plan::read(config).unwrap()
}

/// Trains with `ranks` from the beginning, or from the newest checkpoint.
fn train_with(
    ranks: usize,
    plan: &Plan,
    resumes: bool,
    stop: &dyn Fn() -> bool,
) -> Result<Outcome, TrainError> {
    let mut all = Rank::all(ranks).into_iter();
    let first = all.next().unwrap();
    std::thread::scope(|scope| {
        for rank in all {
            scope.spawn(move || follow(&rank, &Device::flex()).unwrap());
        }
        let device = Device::flex();
        let (mut run, from) = if resumes {
            let (mut run, saved) = Run::resume(folder(plan), Disk::quick(), &mut |_| ()).unwrap();
            let from = run.restore(saved, &device, &mut |_| ()).unwrap();
            (run, from)
        } else {
            let from = start(plan, &device);
            (Run::create(plan, "test", &from, Disk::quick()).unwrap(), from)
        };
        let leader = Leader::new(&first);
        leader.start(plan, &from).unwrap();
        let mut observer = Warnings::default();
        let observers = &mut [&mut observer as &mut dyn charnn_train::Observer];
        match train_on_ranks(Some(&leader), plan, &device, &mut run, from, observers, stop) {
            Err(TrainError::WorseThanUniform { .. }) => Ok(Outcome::Completed),
            outcome => outcome,
        }
    })
}

/// A kind of training: its name, and the plan of a run with a given name.
type Kind<'a> = (String, Box<dyn Fn(&str) -> Plan + 'a>);

/// Several kinds of training, whose batch rows are cut into `groups`.
fn kinds(root: &Path, groups: usize) -> Vec<Kind<'_>> {
    let kind = move |cell, predict, accumulate, optimizer| {
        move |config: &mut RunConfig| {
            config.model.cell = cell;
            config.model.num_layers = 2;
            config.model.dropout = 0.2;
            config.model.recurrent_dropout = 0.1;
            config.train.predict = predict;
            config.train.optimizer = optimizer;
            config.train.grad_clip = 0.5;
            config.train.gradient_accumulation = accumulate;
            config.train.batch_size = 9; // not a multiple of the groups
            config.train.gradient_groups = groups;
            config.train.seq_length = 6;
        }
    };
    let streams = kind(Cell::Lstm, Predict::All, 2, OptimizerKind::Adam);
    // The last batch of an epoch has fewer rows than there are groups.
    let windows = kind(Cell::Gru, Predict::Last, 1, OptimizerKind::RmsProp);
    let few = move |config: &mut RunConfig| {
        windows(config);
        config.train.epochs = 2;
        config.train.max_steps = 0;
        config.eval.every_steps = 50;
        config.sample.every_steps = 50;
        config.checkpoint.every = "30 steps".parse().unwrap();
    };
    let records = kind(Cell::Rnn, Predict::All, 1, OptimizerKind::Sgd);
    vec![
        ("streams".to_owned(), Box::new(move |name| plan_in(root, name, streams))),
        ("windows".to_owned(), Box::new(move |name| plan_in(root, name, few))),
        (
            "records".to_owned(),
            Box::new(move |name| {
                let text = root.join("lines.txt");
                std::fs::write(&text, "the cat sat\non the mat\nthe dog\n".repeat(20)).unwrap();
                read(plan_of_records(root, name, records).config, &text)
            }),
        ),
    ]
}

#[test]
fn ranks_train_the_same_bits_as_one_process() {
    let root = tempfile::tempdir().unwrap();
    for (kind, plan) in kinds(root.path(), 8) {
        let alone = plan(&format!("{kind}-alone"));
        begin(&alone, Disk::quick(), &|| false).unwrap();
        for ranks in [2, 4, 8] {
            let shared = plan(&format!("{kind}-{ranks}"));
            let outcome = train_with(ranks, &shared, false, &|| false).unwrap();
            assert_eq!(outcome, Outcome::Completed);
            assert_same(&format!("{kind} with {ranks} ranks"), &shared, &alone);
        }
    }
}

#[test]
fn a_run_is_resumed_with_another_number_of_ranks() {
    let root = tempfile::tempdir().unwrap();
    for (kind, plan) in kinds(root.path(), 4) {
        let alone = plan(&format!("{kind}-alone"));
        begin(&alone, Disk::quick(), &|| false).unwrap();
        let shared = plan(&format!("{kind}-shared"));
        assert_eq!(train_with(4, &shared, false, &after(9)).unwrap(), Outcome::Stopped);
        assert_eq!(train_with(2, &shared, true, &after(9)).unwrap(), Outcome::Stopped);
        assert!(newest_whole(&shared) < alone.steps);
        assert_eq!(go_on(&shared, &|| false), Outcome::Completed);
        assert_same(&kind, &shared, &alone);
    }
}

#[test]
fn ranks_go_back_together() {
    let root = tempfile::tempdir().unwrap();
    let hot = |name: &str| {
        plan_in(root.path(), name, |config| {
            config.train.batch_size = 4;
            config.train.gradient_groups = 2;
            config.train.optimizer = OptimizerKind::Sgd;
            config.train.weight_decay = 1.0;
            config.train.learning_rate = 10.0;
            config.train.lr_schedule = charnn_train::Schedule::Constant;
            config.train.warmup_steps = 0;
            config.train.on_nonfinite = OnNonfinite::Rollback;
            config.train.max_steps = 60;
            config.eval.every_steps = 1000;
        })
    };
    let (alone, shared) = (hot("alone"), hot("shared"));
    begin(&alone, Disk::quick(), &|| false).unwrap();
    train_with(2, &shared, false, &|| false).unwrap();
    assert_same_at("after a rollback", &shared, &alone, 60);
    let (_, saved) = Run::resume(folder(&shared), Disk::quick(), &mut |_| ()).unwrap();
    assert!(saved.progress.rollbacks > 0, "nothing was tested");
}

#[test]
fn a_rank_with_another_text_ends_all() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan_in(root.path(), "run", |config| config.train.gradient_groups = 2);
    std::fs::write(root.path().join("text.txt"), "another text ".repeat(99)).unwrap();
    let mut all = Rank::all(2).into_iter();
    let (first, second) = (all.next().unwrap(), all.next().unwrap());
    let other = std::thread::spawn(move || follow(&second, &Device::flex()));
    let leader = Leader::new(&first);
    let error = leader.start(&plan, &start(&plan, &Device::flex())).unwrap_err();
    assert!(matches!(error, RanksError::Rank { rank: 1 }), "{error}");
    drop(leader);
    let error = other.join().unwrap().unwrap_err();
    assert!(matches!(error, RanksError::OtherText { .. }), "{error}");
}

#[test]
fn groups_that_ranks_cannot_share_are_refused() {
    let train = |groups| {
        let mut config = RunConfig::default();
        config.train.gradient_groups = groups;
        config.train
    };
    for (ranks, groups, fits) in
        [(1, 7, true), (2, 4, true), (3, 3, true), (3, 6, true), (2, 6, false), (4, 2, false)]
    {
        let all = Rank::all(ranks);
        let leader = Leader::new(&all[0]);
        assert_eq!(leader.check(&train(groups)).is_ok(), fits, "{groups} for {ranks}");
        std::mem::forget(leader); // no other rank waits for it
    }
}

#[test]
fn numbers_are_added_in_pairs() {
    // Added one after the other, the last one would remain.
    let numbers = [1e8_f32, 1.0, -1e8, 1.0];
    let expected = (numbers[0] + numbers[1]) + (numbers[2] + numbers[3]);
    let threads = Rank::all(4).into_iter().map(|rank| {
        std::thread::spawn(move || {
            let mut own = vec![numbers[rank.rank]; 5]; // no multiple of the ranks
            sum(&rank, &mut own);
            own
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        assert_eq!(thread.join().unwrap(), [expected; 5]);
    }
}
