//! A run that was interrupted is the run that was not; whatever the disk does, a checkpoint is
//! left that is whole.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small_run;

use burn::tensor::Device;
use charnn_model::CellKind;
use charnn_train::{
    Choice, Disk, Event, Objective, OptimizerKind, Outcome, Plan, Run, RunDir, SaveError,
    TrainError, start, train,
};
use small_run::{Warnings, begin, plan};
use std::cell::Cell;
use std::io::ErrorKind;
use std::path::Path;

/// Goes on with the run of `plan` until `stop`, from what is on the disk.
fn go_on(plan: &Plan, stop: &dyn Fn() -> bool) -> Outcome {
    let device = Device::flex();
    let folder = RunDir::find(&plan.config.run.name, Path::new(&plan.config.run.root)).unwrap();
    let (mut run, saved) = Run::resume(folder, Disk::quick(), &mut |_| ()).unwrap();
    assert_eq!(saved.progress.text, plan.fingerprint);
    let from = saved.restore(&device).unwrap();
    train(plan, &device, &mut run, from, &mut [&mut Warnings::default()], stop).unwrap()
}

/// Says stop when it has been asked `times` times.
fn after(times: u32) -> impl Fn() -> bool {
    let asked = Cell::new(0);
    move || {
        asked.set(asked.get() + 1);
        asked.get() > times
    }
}

/// The bytes of all that a run leaves, times of day aside.
fn remains(plan: &Plan) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(&plan.config.run.root).join(&plan.config.run.name);
    let mut all = Vec::new();
    for name in ["metrics.jsonl", "samples.jsonl"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let without_time = text.lines().map(|line| {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["seconds"] = 0.into();
            format!("{line}\n")
        });
        all.push((name.into(), without_time.collect::<String>().into_bytes()));
    }
    let last = folder.join("checkpoints").join(format!("step-{:08}", plan.steps));
    for name in ["model.safetensors", "optimizer.safetensors", "carried.safetensors"] {
        all.push((name.into(), std::fs::read(last.join(name)).unwrap_or_default()));
    }
    assert!(all[2].1.len() > 1000 && all[3].1.len() > 2000, "weights and moments are there");
    all
}

#[track_caller]
fn assert_same(what: &str, actual: &Plan, expected: &Plan) {
    for ((name, actual), (_, expected)) in remains(actual).into_iter().zip(remains(expected)) {
        let text = String::from_utf8_lossy;
        assert!(actual == expected, "{what}: {name}:\n{}\n{}", text(&actual), text(&expected));
    }
}

#[test]
fn a_run_stopped_anywhere_ends_as_if_it_had_not_been() {
    let root = tempfile::tempdir().unwrap();
    let optimizers = [
        [OptimizerKind::Adam, OptimizerKind::Sgd],
        [OptimizerKind::AdamW, OptimizerKind::RmsProp],
        [OptimizerKind::KerasAdam, OptimizerKind::Adam],
    ];
    for (cell, optimizers) in
        [CellKind::Rnn, CellKind::Gru, CellKind::Lstm].into_iter().zip(optimizers)
    {
        let objectives = [(Objective::Every, 2), (Objective::Last, 1)];
        for ((objective, accumulate), optimizer) in objectives.into_iter().zip(optimizers) {
            let named = |name: String| {
                plan(root.path(), &name, |config| {
                    config.model.cell = cell;
                    config.train.objective = objective;
                    config.train.optimizer = optimizer;
                    config.train.grad_clip = 0.5;
                    config.train.plateau_factor = 0.5;
                    config.train.plateau_patience = 0;
                    config.train.momentum = 0.9;
                    config.train.accumulate = accumulate;
                    config.model.dropout = 0.2;
                    config.model.recurrent_dropout = 0.1;
                    config.model.layer_norm = accumulate == 2;
                    config.model.num_layers = 2;
                })
            };
            let whole = named(format!("{cell:?}-{objective:?}"));
            begin(&whole, Disk::quick(), &|| false).unwrap();
            for times in [0, 1, 2, 9, 11, 23] {
                let what = format!("{cell:?}-{objective:?}-{times}");
                let broken = named(what.clone());
                assert_eq!(
                    begin(&broken, Disk::quick(), &after(times)).unwrap(),
                    Outcome::Stopped,
                    "{what}"
                );
                while go_on(&broken, &after(40)) == Outcome::Stopped {}
                assert_same(&what, &broken, &whole);
            }
        }
    }
}

#[test]
fn a_process_that_dies_leaves_what_a_resumed_run_cuts_off() {
    let root = tempfile::tempdir().unwrap();
    let whole = plan(root.path(), "whole", |_| ());
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let broken = plan(root.path(), "broken", |_| ());
    begin(&broken, Disk::quick(), &after(13)).unwrap();
    // As if it had gone on, written half a line and half a checkpoint, and lost power.
    let folder = root.path().join("broken");
    for name in ["metrics.jsonl", "samples.jsonl"] {
        let mut text = std::fs::read(folder.join(name)).unwrap();
        text.extend(b"{\"step\":99}\n{\"ste");
        std::fs::write(folder.join(name), text).unwrap();
    }
    let half = folder.join("checkpoints/.tmp-step-00000099");
    std::fs::create_dir(&half).unwrap();
    std::fs::write(half.join("model.safetensors"), "half").unwrap();
    let empty = folder.join("checkpoints/step-00000098");
    std::fs::create_dir(empty).unwrap();
    assert_eq!(go_on(&broken, &|| false), Outcome::Completed);
    assert_same("broken", &broken, &whole);
    assert!(!half.exists(), "what was half done is swept");
}

#[test]
fn whatever_operation_fails_a_checkpoint_stays_whole() {
    let root = tempfile::tempdir().unwrap();
    let short = |name: &str| {
        plan(root.path(), name, |config| {
            config.train.max_steps = 5;
            config.checkpoint.every = "2 steps".into();
        })
    };
    let whole = short("whole");
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let mut faults = 0;
    for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
        for forever in [false, true] {
            for at in 0.. {
                let name = format!("{kind:?}-{forever}-{at}");
                let broken = short(&name);
                let disk = Disk::failing(at, kind, forever);
                let outcome = begin(&broken, disk.clone(), &|| false);
                if !disk.has_failed() {
                    break;
                }
                faults += 1;
                if RunDir::find(&name, root.path()).is_err() {
                    // The run never came to be, and that was said.
                    assert!(
                        matches!(outcome, Err(TrainError::Unsaved { .. })),
                        "{name}: {outcome:?}"
                    );
                    continue;
                }
                match outcome {
                    Ok(outcome) => assert_eq!(outcome, Outcome::Completed, "{name}"),
                    Err(TrainError::Unsaved { source: SaveError::Run(_), elsewhere: kept }) => {
                        // The failure was at the end; or while the folder was given its name.
                        if let Some(folder) = kept {
                            let run = RunDir::find(&folder.display().to_string(), root.path());
                            let (_, saved) =
                                Run::resume(run.unwrap(), Disk::quick(), &mut |_| ()).unwrap();
                            assert_eq!(saved.progress.step, 5, "{name}");
                            std::fs::remove_dir_all(folder).unwrap();
                        }
                    }
                    Err(error) => panic!("{name}: {error}"),
                }
                assert_eq!(go_on(&broken, &|| false), Outcome::Completed, "{name}");
                assert_same(&name, &broken, &whole);
            }
        }
    }
    assert!(faults > 300, "{faults} faults");
}

#[test]
fn every_changed_bit_and_every_missing_byte_is_found() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |config| config.train.max_steps = 1);
    begin(&plan, Disk::quick(), &|| false).unwrap();
    let run = RunDir::find("run", root.path()).unwrap();
    let checkpoint = run.path().join("checkpoints/step-00000001");
    let files: Vec<_> = std::fs::read_dir(&checkpoint)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    assert_eq!(files.len(), 7);
    let is_found = || run.load(Choice::Step(1), &Device::flex(), &mut |_| ()).is_err();
    assert!(!is_found());
    let mut number = 1_u64; // numbers that look random (Knuth's MMIX)
    let mut next = |below: usize| {
        number =
            number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(number >> 33).unwrap() % below
    };
    for round in 0..10_000 {
        let (path, bytes) = &files[round % files.len()];
        let mut changed = bytes.clone();
        let at = next(bytes.len());
        let what = if round % 5 == 4 {
            changed.truncate(at);
            format!("{} cut at {at}", path.display())
        } else {
            let bit = next(8);
            changed[at] ^= 1 << bit;
            format!("{}: bit {bit} of byte {at}", path.display())
        };
        std::fs::write(path, changed).unwrap();
        assert!(is_found(), "{what}");
        std::fs::write(path, bytes).unwrap();
    }
    assert!(!is_found());
}

#[test]
fn a_damaged_checkpoint_is_passed_over_with_a_warning() {
    let root = tempfile::tempdir().unwrap();
    let whole = plan(root.path(), "whole", |_| ());
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let broken = plan(root.path(), "broken", |_| ());
    begin(&broken, Disk::quick(), &after(15)).unwrap();
    let run = RunDir::find("broken", root.path()).unwrap();
    let mut steps: Vec<_> =
        std::fs::read_dir(run.checkpoints()).unwrap().map(|it| it.unwrap().path()).collect();
    steps.sort();
    let newest = steps.pop().unwrap();
    std::fs::write(newest.join("optimizer.safetensors"), "nothing").unwrap();
    let mut warnings = Vec::new();
    let tell = &mut |event: Event<'_>| warnings.push(format!("{event:?}"));
    let loaded = run.load(Choice::Last, &Device::flex(), tell).unwrap();
    assert!(!newest.ends_with(format!("step-{:08}", loaded.step)));
    let named = warnings[0].contains("optimizer.safetensors") && warnings[0].contains("BLAKE3");
    assert!(warnings.len() == 1 && named, "{warnings:?}");
    assert_eq!(go_on(&broken, &|| false), Outcome::Completed);
    assert_same("broken", &broken, &whole);
}

#[test]
fn the_best_and_the_newest_are_kept() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |config| {
        config.train.learning_rate = 1.0; // soon worse than at the start
        config.train.lr_schedule = charnn_train::Schedule::Constant;
        config.train.warmup_steps = 15;
        config.train.grad_clip = 0.0;
        config.eval.every_steps = 1;
        config.train.max_steps = 30;
    });
    begin(&plan, Disk::quick(), &|| false).unwrap();
    let run = RunDir::find("run", root.path()).unwrap();
    let mut kept: Vec<String> = std::fs::read_dir(run.checkpoints())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    let load = |choice| run.load(choice, &Device::flex(), &mut |_| ()).unwrap().step;
    let best = load(Choice::Best);
    assert_eq!(load(Choice::Last), 30);
    assert!(best < 28, "{best}");
    let step = |step| format!("step-{step:08}");
    assert_eq!(kept, [step(best), step(27), step(30)]);
    let error = run.load(Choice::Step(5), &Device::flex(), &mut |_| ()).unwrap_err().to_string();
    assert!(error.contains("step 5; it has those of") && error.contains(" 27, 30"), "{error}");
}

#[test]
fn one_process_writes_to_a_run() {
    let root = tempfile::tempdir().unwrap();
    let plan = plan(root.path(), "run", |_| ());
    let first = Run::create(&plan, "test", &start(&plan, &Device::flex()), Disk::quick()).unwrap();
    let resume = || Run::resume(first.folder().clone(), Disk::quick(), &mut |_| ());
    let error = resume().unwrap_err().to_string();
    let process = format!("process {} since ", std::process::id());
    assert!(error.contains(&process), "{error}");
    let folder = first.folder().clone();
    drop(first);
    assert!(Run::resume(folder, Disk::quick(), &mut |_| ()).is_ok());
}
