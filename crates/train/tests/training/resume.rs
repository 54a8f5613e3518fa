//! A run that was interrupted is the run that was not.

use crate::small_run::{
    Killer, after, assert_same, assert_same_at, begin, begin_on, folder, go_on, go_on_watched,
    go_on_with, newest_whole, plan, plan_of_records, plan_of_split, plan_of_unit, unless_killed,
};
use burn::tensor::Device;
use charnn_bundle::Unit;
use charnn_config::{Cell, DropoutKind, SplitKind};
use charnn_testkit::on_every_device;
use charnn_text::Records;
use charnn_train::{
    Disk, Event, MetricRow, OptimizerKind, Outcome, Plan, Predict, Run, RunDir, Schedule,
};

#[test]
fn a_run_stopped_anywhere_ends_as_if_it_had_not_been() {
    let root = tempfile::tempdir().unwrap();
    let optimizers = [
        [OptimizerKind::Adam, OptimizerKind::Sgd],
        [OptimizerKind::AdamW, OptimizerKind::RmsProp],
        [OptimizerKind::KerasAdam, OptimizerKind::Adam],
    ];
    for (cell, optimizers) in [Cell::Rnn, Cell::Gru, Cell::Lstm].into_iter().zip(optimizers) {
        let objectives = [(Predict::All, 2), (Predict::Last, 1)];
        for ((objective, accumulate), optimizer) in objectives.into_iter().zip(optimizers) {
            let named = |name: String| {
                plan(root.path(), &name, |config| {
                    config.model.cell = cell;
                    config.train.predict = objective;
                    config.train.optimizer = optimizer;
                    config.train.grad_clip = 0.5;
                    config.train.plateau_factor = 0.5;
                    config.train.plateau_patience = 0;
                    config.train.momentum = 0.9;
                    config.train.gradient_accumulation = accumulate;
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
fn a_run_of_records_stopped_anywhere_ends_as_if_it_had_not_been() {
    let root = tempfile::tempdir().unwrap();
    for cell in [Cell::Gru, Cell::Lstm] {
        let named = |name: String| {
            plan_of_records(root.path(), &name, |config| {
                config.model.cell = cell;
                config.model.dropout = 0.2;
                config.train.grad_clip = 0.5;
                config.sample.length = 30;
            })
        };
        let whole = named(format!("{cell:?}"));
        assert!(whole.records.is_some_and(|facts| facts.count == 24), "{:?}", whole.records);
        assert_eq!((whole.vocabulary.record(), &*whole.primer), (Some(0), ""));
        begin(&whole, Disk::quick(), &|| false).unwrap();
        for times in [0, 1, 2, 9, 23] {
            let what = format!("{cell:?}-{times}");
            let broken = named(what.clone());
            let outcome = begin(&broken, Disk::quick(), &after(times)).unwrap();
            assert_eq!(outcome, Outcome::Stopped, "{what}");
            while go_on(&broken, &after(40)) == Outcome::Stopped {}
            assert_same(&what, &broken, &whole);
        }
        let samples = root.path().join(format!("{cell:?}")).join("samples.jsonl");
        let samples = std::fs::read_to_string(samples).unwrap();
        assert!(samples.lines().count() > 3 && samples.contains("\\n"), "{samples}");
        assert!(!samples.contains("\\u001e"), "{samples}");
    }
}

#[test]
fn a_run_with_any_split_stopped_anywhere_ends_as_if_it_had_not_been() {
    let root = tempfile::tempdir().unwrap();
    let splits =
        [(SplitKind::Lines, false), (SplitKind::Documents, false), (SplitKind::Tail, true)];
    for (split, has_valid) in splits {
        let named = |name: String| plan_of_split(root.path(), &name, split, has_valid);
        let whole = named(format!("{split:?}"));
        let (train, valid) = (whole.split().train, whole.split().valid);
        match &whole.valid {
            Some(valid) => assert_eq!((valid.known.unknown, train.len()), (5, 368)),
            None => assert_eq!(train.len() + valid.len(), 368),
        }
        assert!(valid.len() > 10, "{}", valid.len());
        begin(&whole, Disk::quick(), &|| false).unwrap();
        for times in [0, 2, 9, 23] {
            let what = format!("{split:?}-{times}");
            let broken = named(what.clone());
            let outcome = begin(&broken, Disk::quick(), &after(times)).unwrap();
            assert_eq!(outcome, Outcome::Stopped, "{what}");
            while go_on(&broken, &after(40)) == Outcome::Stopped {}
            assert_same(&what, &broken, &whole);
        }
        let saved = Run::resume(folder(&whole), Disk::quick(), &mut |_| ()).unwrap().1;
        let recorded = whole.valid.as_ref().map(|valid| valid.fingerprint.clone());
        assert_eq!(saved.progress.valid_text, recorded);
    }
}

#[test]
fn a_run_of_any_unit_stopped_anywhere_ends_as_if_it_had_not_been() {
    let root = tempfile::tempdir().unwrap();
    let units = [Unit::Byte, Unit::Grapheme, Unit::Regex("th|[a-z]at".into())];
    for (unit, records) in
        units.iter().flat_map(|unit| [(unit, Records::None), (unit, Records::Line)])
    {
        let at = format!("{unit}-{records}").replace(|it: char| !it.is_alphanumeric(), "");
        let named = |name: String| plan_of_unit(root.path(), &name, unit, &records);
        let whole = named(at.clone());
        let expected = match unit {
            Unit::Byte => 256,
            Unit::Grapheme => 16,
            _ => 15,
        };
        assert_eq!(whole.distinct, expected - usize::from(records.are_on()), "{at}");
        begin(&whole, Disk::quick(), &|| false).unwrap();
        for times in [1, 9, 23] {
            let what = format!("{at}-{times}");
            let broken = named(what.clone());
            let outcome = begin(&broken, Disk::quick(), &after(times)).unwrap();
            assert_eq!(outcome, Outcome::Stopped, "{what}");
            while go_on(&broken, &after(40)) == Outcome::Stopped {}
            assert_same(&what, &broken, &whole);
        }
        // Losses are per symbol; bits are of the text.
        let metrics = root.path().join(&at).join("metrics.jsonl");
        let metrics = std::fs::read_to_string(metrics).unwrap();
        let mut rows = metrics.lines().map(|it| serde_json::from_str::<MetricRow>(it).unwrap());
        let row = rows.rfind(|row| row.val_loss.is_some()).unwrap();
        let lengths = whole.valid_lengths().unwrap();
        let (of_character, of_byte) =
            (row.val_bits_per_character.unwrap(), row.val_bits_per_byte.unwrap());
        let ratio = lengths.bytes as f64 / lengths.characters as f64;
        assert!((of_character / of_byte - ratio).abs() < 1e-9 && ratio > 1.1, "{at}: {ratio}");
        if *unit == Unit::Byte {
            let of_symbol = row.val_loss.unwrap() / std::f64::consts::LN_2;
            assert!((of_symbol - of_byte).abs() < 1e-9, "{at}");
        }
    }
}

/// The other half of what can be asked for: all of it at once, and an end that is not planned.
#[test]
fn a_run_of_everything_at_once_that_ends_early_ends_as_if_it_had_not_been_stopped() {
    let root = tempfile::tempdir().unwrap();
    for schedule in [Schedule::Exponential, Schedule::Step] {
        let named = |name: String| {
            plan(root.path(), &name, |config| {
                config.model.dropout_kind = DropoutKind::Locked;
                config.model.dropout = 0.3;
                config.model.embedding_dropout = 0.2;
                config.model.tie_weights = true;
                config.model.embedding_dim = config.model.hidden_size;
                config.train.optimizer = OptimizerKind::Sgd;
                config.train.momentum = 0.9;
                config.train.nesterov = true;
                config.train.learning_rate = 0.3;
                config.train.lr_schedule = schedule;
                config.train.lr_decay_steps = 4;
                config.train.epochs = 1000;
                config.train.max_steps = 400;
                config.train.early_stop_patience = 2;
                config.eval.every_steps = 4;
            })
        };
        let whole = named(format!("{schedule:?}"));
        assert_eq!(begin(&whole, Disk::quick(), &|| false).unwrap(), Outcome::EarlyStopped);
        let end = newest_whole(&whole);
        for times in [1, 7, 10, 22, 23] {
            let what = format!("{schedule:?}-{times}");
            let broken = named(what.clone());
            assert_eq!(begin(&broken, Disk::quick(), &after(times)).unwrap(), Outcome::Stopped);
            let mut outcome = Outcome::Stopped;
            while outcome == Outcome::Stopped {
                outcome = go_on(&broken, &after(31));
            }
            assert_eq!((outcome, newest_whole(&broken)), (Outcome::EarlyStopped, end), "{what}");
            assert_same_at(&what, &broken, &whole, end);
        }
    }
}

/// On every device, and from one to the other.
#[test]
fn a_run_goes_on_as_it_was_on_every_device_and_on_another() {
    let root = tempfile::tempdir().unwrap();
    let named = |name: &str| {
        plan(root.path(), name, |config| {
            config.model.cell = Cell::Lstm;
            config.model.dropout = 0.2;
            config.train.max_steps = 7;
            config.train.grad_clip = 0.5;
        })
    };
    on_every_device(|device| {
        let name = |what: &str| format!("{what}-{device:?}").replace(['/', ' ', ':'], "-");
        let whole = named(&name("whole"));
        begin_on(device, &whole, Disk::quick(), &|| false).unwrap();
        let broken = named(&name("broken"));
        begin_on(device, &broken, Disk::quick(), &after(5)).unwrap();
        assert_eq!(go_on_with(device, &broken, &|| false), Outcome::Completed);
        assert_same("broken", &broken, &whole);

        // Elsewhere it is the same run to within rounding.
        let moved = named(&name("moved"));
        begin_on(device, &moved, Disk::quick(), &after(5)).unwrap();
        assert_eq!(go_on(&moved, &|| false), Outcome::Completed);
        let last = |plan: &Plan| {
            let name = &plan.config.run.name;
            let metrics = std::fs::read_to_string(root.path().join(name).join("metrics.jsonl"));
            let last: serde_json::Value =
                serde_json::from_str(metrics.unwrap().lines().last().unwrap()).unwrap();
            last["val_loss"].as_f64().unwrap()
        };
        assert!((last(&moved) - last(&whole)).abs() < 1e-5, "{} {}", last(&moved), last(&whole));
    });
}

#[test]
fn a_process_that_dies_leaves_what_a_resumed_run_cuts_off() {
    let root = tempfile::tempdir().unwrap();
    let whole = plan(root.path(), "whole", |_| ());
    begin(&whole, Disk::quick(), &|| false).unwrap();
    let broken = plan(root.path(), "broken", |_| ());
    begin(&broken, Disk::quick(), &after(13)).unwrap();
    // As if it had continued, written half a line and half a checkpoint, and lost power.
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

/// Dies with its first step.
fn dies_at_once(plan: &Plan) {
    let mut killer = Killer(|event: &Event<'_>| matches!(event, Event::StepDone { .. }));
    let device = Device::flex();
    let died =
        unless_killed(|| go_on_watched(&device, plan, Disk::quick(), &mut killer, &|| false));
    assert!(died.is_none());
}

#[test]
fn what_a_run_is_given_to_do_is_not_forgotten_by_a_process_that_dies() {
    let root = tempfile::tempdir().unwrap();
    let short = plan(root.path(), "run", |config| config.train.max_steps = 6);
    begin(&short, Disk::quick(), &|| false).unwrap();
    let long =
        plan(root.path(), "run", |config| config.checkpoint.every = "1000 steps".parse().unwrap());
    dies_at_once(&long);
    let (run, saved) = Run::resume(folder(&long), Disk::quick(), &mut |_| ()).unwrap();
    assert_eq!(saved.config.train.max_steps, 19);
    drop(run);
    let config = std::fs::read_to_string(folder(&long).path().join("config.toml")).unwrap();
    assert!(config.contains("max_steps = 19\n"), "{config}");
    // Where nothing is new, nothing is written.
    let newest = folder(&long).checkpoints().join("step-00000006");
    std::fs::write(newest.join("mine"), "").unwrap();
    dies_at_once(&long);
    assert!(newest.join("mine").exists());
    assert_eq!(go_on(&long, &|| false), Outcome::Completed);
}

#[test]
fn the_latest_run_is_the_one_that_was_trained_last() {
    let root = tempfile::tempdir().unwrap();
    let named =
        |name: &str, steps| plan(root.path(), name, |config| config.train.max_steps = steps);
    let latest = || RunDir::find("latest", root.path()).unwrap().name();
    let pause = || std::thread::sleep(std::time::Duration::from_millis(20));
    for name in ["a", "b"] {
        begin(&named(name, 3), Disk::quick(), &|| false).unwrap();
        assert_eq!(latest(), name);
        pause();
    }
    go_on(&named("a", 4), &|| false);
    assert_eq!(latest(), "a");
}
