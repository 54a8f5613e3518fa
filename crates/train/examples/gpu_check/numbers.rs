//! Numbers that compilers like to treat as they please: NaN, infinities and denormals.

use crate::parity::difference;
use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_kernels::device::{DeviceChoice, open};
use charnn_kernels::head::cross_entropy;
use charnn_kernels::update::{Criteria, gather};
use charnn_kernels::{Algorithm, Cell, CellState, Input, Recurrent, sequence_by};
use charnn_testkit::numbers;
use serde_json::{Value, json};

const SPECIAL: [f32; 16] = [
    0.0,
    -0.0,
    1e-40,
    -1e-40,
    1e-38,
    1e-7,
    0.5,
    -0.5,
    7.9,
    7.91,
    100.0,
    -100.0,
    1e30,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::NAN,
];

pub(crate) fn check(device: &Device) -> Result<Value, String> {
    let cpu = open(DeviceChoice::Cpu).map_err(|error| error.to_string())?.device;
    let mut found = serde_json::Map::new();
    for cell in [Cell::Rnn, Cell::Lstm] {
        let [actual, expected] = [device, &cpu].map(|it| activations(cell, it));
        let difference = difference(&actual, &expected);
        if difference > 1e-6 {
            return Err(format!("{cell} of {SPECIAL:?} gives {actual:?}, not {expected:?}"));
        }
        found.insert(format!("activations_{cell}"), json!(difference));
    }
    for special in SPECIAL {
        let [actual, expected] = [device, &cpu].map(|it| loss(special, it));
        if expected.is_finite() != actual.is_finite()
            || (expected.is_finite() && (actual - expected).abs() > 1e-5 * expected.abs().max(1.0))
        {
            return Err(format!("the loss of a logit of {special} is {actual}, not {expected}"));
        }
    }
    found.insert("losses".to_owned(), json!(SPECIAL.len()));
    let mut skipped = 0;
    for special in SPECIAL {
        let norm = norm(special, device)?;
        let expected = f64::from(special).abs();
        // The square of a large number is infinite in f32, that of a small one 0.
        let finite = expected < 1e19;
        if norm.is_finite() != finite {
            return Err(format!("the norm of {special} is {norm}"));
        }
        skipped += usize::from(!finite);
    }
    found.insert("norms_not_finite".to_owned(), json!(skipped));
    let kept: Vec<f32> = numbers(Tensor::<1>::from_floats(SPECIAL, device) * 1.0);
    found.insert("denormals_kept".to_owned(), json!(kept[2] != 0.0));
    Ok(Value::Object(found))
}

/// The first hidden states of a cell whose pre-activations are special.
fn activations(cell: Cell, device: &Device) -> Vec<f32> {
    let units = SPECIAL.len();
    let gates = cell.gates();
    let input: Vec<f32> = SPECIAL.iter().copied().cycle().take(gates * units).collect();
    let input = Tensor::<1>::from_floats(&input[..], device).reshape([1, 1, gates * units]);
    let weights = Recurrent {
        kernel: Some(Tensor::zeros([units, gates * units], device)),
        bias: cell.has_recurrent_bias().then(|| Tensor::zeros([gates * units], device)),
    };
    let state = CellState::zeros(cell, 1, units, device);
    let input = Input::Dense(input);
    let (all, _) = sequence_by(Algorithm::TimeLoop, cell, input, &weights, state, None);
    numbers(all)
}

/// The loss of three logits, of which one is special.
fn loss(special: f32, device: &Device) -> f32 {
    let hidden = Tensor::<2>::ones([1, 1], device);
    let kernel = Tensor::<1>::from_floats([0.5, special, -0.25], device).reshape([1, 3]);
    let targets = Tensor::<1, Int>::from_data(TensorData::new(vec![0_i32], [1]), device);
    numbers(cross_entropy(hidden, kernel, Tensor::zeros([3], device), targets))[0]
}

/// The norm of a gradient that is 0 but for one number.
fn norm(special: f32, device: &Device) -> Result<f64, String> {
    let gradient = Tensor::<1>::from_floats([0.0, special, 0.0], device);
    let losses = vec![Tensor::zeros([1], device)];
    let criteria = Criteria { losses, limit: Some(1.0), previous: None };
    let (verdict, _) = gather(vec![gradient], 1.0).judge(criteria);
    verdict.read().map(|it| it.norm).map_err(|fault| fault.to_string())
}
