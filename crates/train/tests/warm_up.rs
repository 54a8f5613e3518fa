//! Compiling kernels before the first step computes nothing. A program of its own: no launch of the process is
//! run meanwhile.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

#[allow(dead_code, reason = "this test uses a part")]
#[path = "training/small_run.rs"]
mod small_run;

use charnn_kernels::update::is_fused;
use charnn_model::visit_parameters;
use charnn_testkit::{numbers, on_every_device};
use charnn_train::{Disk, Plan, Run, TrainState, start, warm_up};
use small_run::{begin_on, folder, plan};

fn bits(state: &TrainState) -> Vec<u32> {
    let mut all = Vec::new();
    visit_parameters(&state.model, |parameter| all.extend(numbers(parameter.value)));
    all.into_iter().map(f32::to_bits).collect()
}

/// The weights of the newest checkpoint of a run.
fn saved(plan: &Plan) -> Vec<u8> {
    let (_, saved) = Run::resume(folder(plan), Disk::quick(), &mut |_| ()).unwrap();
    std::fs::read(saved.path.join("model.safetensors")).unwrap()
}

#[test]
fn compiling_ahead_computes_nothing_and_counts_its_kernels() {
    on_every_device(|device| {
        let root = tempfile::tempdir().unwrap();
        let plan = plan(root.path(), "warm", |_| {});
        let state = start(&plan, device).state;
        let before = bits(&state);
        let mut seen = Vec::new();
        warm_up(&plan, device, &state, &mut |done, all| seen.push((done, all)));
        assert!(bits(&state) == before);
        assert_eq!(seen.is_empty(), !is_fused(device), "{device:?}");
        if let Some(&(_, all)) = seen.last() {
            assert!(all >= 8, "{all} kernels");
            assert_eq!(seen, (1..=all).map(|done| (done, all)).collect::<Vec<_>>());
        }
        // A run is the same with it and without.
        begin_on(device, &plan, Disk::quick(), &|| false).unwrap();
        let cold = small_run::plan(root.path(), "cold", |_| {});
        begin_on(device, &cold, Disk::quick(), &|| false).unwrap();
        assert!(saved(&plan) == saved(&cold));
    });
}
