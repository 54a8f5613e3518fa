//! The way to run the recurrence that was measured on a GPU: it is stored in the run, which resumes with it.

use crate::small_run::{after, begin_on, folder, go_on_with, plan};
use charnn_kernels::Algorithm;
use charnn_kernels::tiling::{Shape, Tiling, options};
use charnn_kernels::update::is_fused;
use charnn_testkit::on_every_device;
use charnn_train::{
    Disk, Hardware, Outcome, Plan, Run, seconds_per_step, start, train, tune, use_tiling,
};
use std::time::Duration;

fn shape(plan: &Plan) -> Shape {
    let model = &plan.config.model;
    let batch_size = plan.config.train.batch_size;
    Shape { cell: model.cell, hidden_size: model.hidden_size, batch_size }
}

/// The weights of the newest checkpoint of a run.
fn saved(plan: &Plan) -> Vec<u8> {
    let (_, saved) = Run::resume(folder(plan), Disk::quick(), &mut |_| ()).unwrap();
    std::fs::read(saved.path.join("model.safetensors")).unwrap()
}

#[test]
fn the_way_to_run_the_recurrence_is_one_that_the_device_offers() {
    on_every_device(|device| {
        let root = tempfile::tempdir().unwrap();
        let plan = plan(root.path(), "tuned", |config| {
            config.train.batch_size = 5; // a shape of its own: choices hold for the process
        });
        let (shape, ways) = (shape(&plan), options(device, shape(&plan)));
        assert!(seconds_per_step(&plan, device, Duration::ZERO).unwrap() > 0.0);
        let mut prepared = 0;
        let tuned = tune(&plan, device, &mut || prepared += 1).unwrap();
        assert_eq!(prepared, ways.len());
        assert_eq!(tuned.is_some(), is_fused(device), "{ways:?}");
        if let Some(tuned) = tuned {
            assert!(ways.contains(&tuned), "{tuned:?} of {ways:?}");
        }
        for way in ways {
            use_tiling(&plan, device, Some(way));
            let path = Algorithm::choose(device, shape.cell, shape.hidden_size, shape.batch_size);
            assert_eq!(path, way.algorithm);
        }
        use_tiling(&plan, device, None);
    });
}

#[test]
fn a_run_keeps_what_was_chosen_and_resumes_to_the_bit_with_it() {
    on_every_device(|device| {
        if !is_fused(device) {
            return;
        }
        let root = tempfile::tempdir().unwrap();
        let size = |config: &mut charnn_train::RunConfig| config.train.batch_size = 7;
        let [whole, parts] = ["whole", "parts"].map(|name| plan(root.path(), name, size));
        let way = options(device, shape(&whole)).pop().unwrap();
        use_tiling(&whole, device, Some(way));
        begin_on(device, &whole, Disk::quick(), &|| false).unwrap();

        let mut from = start(&parts, device);
        from.progress.hardware = Some(Hardware {
            device: "a card".to_owned(),
            algorithm: Some(way.algorithm.word().to_owned()),
            rows: Some(way.rows as u64),
        });
        let mut run = Run::create(&parts, "test", &from, Disk::quick()).unwrap();
        let stop = after(8);
        let outcome = train(&parts, device, &mut run, from, &mut [], &stop).unwrap();
        assert_eq!(outcome, Outcome::Stopped);
        drop(run);

        // As another process: without a choice until the run has been read.
        use_tiling(&parts, device, None);
        let (run, saved_state) = Run::resume(folder(&parts), Disk::quick(), &mut |_| ()).unwrap();
        drop(run);
        let hardware = saved_state.progress.hardware.unwrap();
        let algorithm = Algorithm::from_word(&hardware.algorithm.unwrap()).unwrap();
        let rows = usize::try_from(hardware.rows.unwrap()).unwrap();
        use_tiling(&parts, device, Some(Tiling { algorithm, rows }));
        go_on_with(device, &parts, &|| false);
        assert!(saved(&whole) == saved(&parts));
        use_tiling(&parts, device, None);
    });
}
