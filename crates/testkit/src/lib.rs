//! Shared test code: the devices of this machine, tolerances, and vectors from other frameworks.
//!
//! A dev-dependency only, so it may print. Its own tests check the rules of the workspace
//! (`tests/tidy.rs`, `tests/dependencies.rs`).

#![expect(clippy::print_stdout, reason = "tests print the devices they ran on")]

mod golden;
mod gradients;

use burn::tensor::{Device, Tensor};
use charnn_kernels::device::{DeviceChoice, open};
use std::path::{Path, PathBuf};

pub use golden::{Golden, goldens};
pub use gradients::check_gradients;

/// The root of the checkout that the tests run in.
///
/// Read at run time, because a test program may have been built for another checkout that shares the
/// target folder.
///
/// # Panics
/// When a test is run without cargo.
pub fn workspace_root() -> PathBuf {
    let crate_folder = std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo");
    Path::new(&crate_folder).join("../..")
}

/// Runs a test on every available device: always on burn-flex, on a software Vulkan adapter if one is
/// installed, on burn-ndarray with the feature `ndarray`.
///
/// Skips missing devices with a message. With `CHARNN_REQUIRE_SOFTWARE`, which CI sets, a missing
/// software adapter is a failure.
///
/// # Panics
/// When the test panics, or a required device is missing.
pub fn on_every_device(test: impl Fn(&Device)) {
    for choice in [DeviceChoice::Cpu, DeviceChoice::Software, DeviceChoice::NdArray] {
        match open(choice) {
            Ok(opened) => {
                println!("on {choice}: {}", opened.name);
                test(&opened.device);
            }
            Err(error) => {
                let required = choice == DeviceChoice::Software
                    && std::env::var_os("CHARNN_REQUIRE_SOFTWARE").is_some();
                assert!(!required, "CHARNN_REQUIRE_SOFTWARE is set, but {error}");
                println!("skipped on {choice}: {error}");
            }
        }
    }
}

/// The numbers of a tensor, row by row.
///
/// # Panics
/// When the tensor is not f32.
pub fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("f32")
}

/// Asserts that `actual` and `expected` differ by at most `tolerance`: absolutely, or relatively for
/// numbers larger than 1.
///
/// # Panics
/// When they differ more, naming the worst index.
#[track_caller]
pub fn assert_close(what: &str, actual: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(actual.len(), expected.len(), "{what}: lengths");
    let errors = actual.iter().zip(expected).map(|(a, e)| (a - e).abs() / e.abs().max(1.0));
    let worst = errors.enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
    if let Some((at, error)) = worst {
        let (a, e) = (actual[at], expected[at]);
        assert!(error <= tolerance, "{what}[{at}] is {a}, expected {e} (off by {error:.1e})");
    }
}

/// `count` numbers within ±`scale` that look random and are the same on every machine. `phase` selects
/// the sequence.
pub fn wave(count: usize, scale: f32, phase: f32) -> Vec<f32> {
    (0..count).map(|at| scale * (at as f32).mul_add(2.399_963, phase).sin()).collect()
}
