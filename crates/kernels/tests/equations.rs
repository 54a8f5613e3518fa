//! The recurrence against the equations written out number by number, in f64, and against itself
//! cut in pieces.

#![allow(clippy::cast_possible_truncation, reason = "f64 sums are compared as f32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use burn::tensor::{Device, Int, Tensor, TensorData};
use charnn_kernels::{Algorithm, Cell, CellState, Input, Recurrent, Resets};
use charnn_kernels::{sequence, sequence_by};
use charnn_testkit::{assert_close, numbers, on_every_device, wave};

/// Sizes of a case: time steps, rows, hidden units.
const SIZES: [[usize; 3]; 4] = [[5, 3, 7], [1, 2, 33], [9, 17, 1], [2, 1, 6]];

/// All numbers that a layer reads.
struct Case {
    cell: Cell,
    sizes: [usize; 3],
    pre: Vec<f32>,
    kernel: Vec<f32>,
    bias: Vec<f32>,
    hidden: Vec<f32>,
    carried: Vec<f32>,
}

impl Case {
    fn new(cell: Cell, sizes: [usize; 3]) -> Self {
        let [t, b, h] = sizes;
        let width = cell.gates() * h;
        Self {
            cell,
            sizes,
            pre: wave(t * b * width, 1.5, 0.1),
            kernel: wave(h * width, 0.6, 0.2),
            bias: wave(width, 0.5, 0.3),
            hidden: wave(b * h, 0.9, 0.4),
            carried: wave(b * h, 1.2, 0.5),
        }
    }

    fn pre(&self, device: &Device) -> Tensor<3> {
        let [t, b, h] = self.sizes;
        let shape = [t, b, self.cell.gates() * h];
        Tensor::from_data(TensorData::new(self.pre.clone(), shape), device)
    }

    fn weights(&self, device: &Device) -> Recurrent {
        let [_, _, h] = self.sizes;
        let kernel = TensorData::new(self.kernel.clone(), [h, self.cell.gates() * h]);
        Recurrent {
            kernel: (self.cell.has_recurrent_kernel()).then(|| Tensor::from_data(kernel, device)),
            bias: self
                .cell
                .has_recurrent_bias()
                .then(|| Tensor::from_floats(&self.bias[..], device)),
        }
    }

    fn state(&self, device: &Device) -> CellState {
        let [_, b, h] = self.sizes;
        let matrix = |v: &Vec<f32>| Tensor::from_data(TensorData::new(v.clone(), [b, h]), device);
        let cell = self.cell.has_cell_state().then(|| matrix(&self.carried));
        CellState { hidden: matrix(&self.hidden), cell }
    }

    /// Hidden states `[T, B, H]` and the last cell state `[B, H]`, each number on its own. The state of a row is
    /// zero before each of `resets`, (time step, batch row).
    fn by_hand(&self, resets: &[(usize, usize)]) -> (Vec<f32>, Vec<f32>) {
        let [steps, rows, units] = self.sizes;
        let gates = self.cell.gates();
        let width = gates * units;
        let mut h: Vec<f64> = self.hidden.iter().copied().map(f64::from).collect();
        let mut c: Vec<f64> = self.carried.iter().copied().map(f64::from).collect();
        let mut all = Vec::new();
        for step in 0..steps {
            for &(_, row) in resets.iter().filter(|(reset, _)| *reset == step) {
                h[row * units..][..units].fill(0.0);
                c[row * units..][..units].fill(0.0);
            }
            let before = h.clone();
            for row in 0..rows {
                for unit in 0..units {
                    let at = row * units + unit;
                    let x = |gate: usize| {
                        f64::from(self.pre[(step * rows + row) * width + gate * units + unit])
                    };
                    let u = |gate: usize| -> f64 {
                        let column = gate * units + unit;
                        (0..units)
                            .map(|k| {
                                before[row * units + k] * f64::from(self.kernel[k * width + column])
                            })
                            .sum()
                    };
                    let b = |gate: usize| f64::from(self.bias[gate * units + unit]);
                    match self.cell {
                        Cell::Rnn => h[at] = (x(0) + u(0)).tanh(),
                        Cell::Gru => {
                            let z = sigmoid(x(0) + u(0) + b(0));
                            let r = sigmoid(x(1) + u(1) + b(1));
                            let n = (x(2) + r * (u(2) + b(2))).tanh();
                            h[at] = z * before[at] + (1.0 - z) * n;
                        }
                        Cell::Lstm => {
                            let (i, f) = (sigmoid(x(0) + u(0)), sigmoid(x(1) + u(1)));
                            let (g, o) = ((x(2) + u(2)).tanh(), sigmoid(x(3) + u(3)));
                            c[at] = f * c[at] + i * g;
                            h[at] = o * c[at].tanh();
                        }
                        Cell::MinGru => {
                            let z = sigmoid(x(0));
                            h[at] = (1.0 - z) * before[at] + z * x(1);
                        }
                    }
                }
            }
            all.extend(h.iter().map(|&value| value as f32));
        }
        (all, c.into_iter().map(|value| value as f32).collect())
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn every_cell_follows_its_equations() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            for sizes in SIZES {
                let case = Case::new(cell, sizes);
                let input = Input::Dense(case.pre(device));
                let (hidden, state) =
                    sequence(cell, input, &case.weights(device), case.state(device), None);
                assert_eq!(hidden.dims(), sizes);
                let (expected, carried) = case.by_hand(&[]);
                let what = format!("{cell} {sizes:?}");
                assert_close(&what, &numbers(hidden), &expected, 2e-6);
                let last = expected.len() - sizes[1] * sizes[2];
                assert_close(&what, &numbers(state.hidden), &expected[last..], 2e-6);
                if let Some(c) = state.cell {
                    assert_close(&what, &numbers(c), &carried, 4e-6);
                }
            }
        }
    });
}

#[test]
fn resets_follow_the_equations_from_a_zero_state() {
    // In the first step and the last, in steps side by side, of one row and of several.
    let places = [(0, 2), (1, 0), (2, 0), (2, 1), (2, 2), (5, 1), (6, 0)];
    on_every_device(|device| {
        let chosen = |cell| Algorithm::choose(device, cell, 5, 3);
        for cell in Cell::ALL {
            for algorithm in [Algorithm::Reference, chosen(cell)] {
                let case = Case::new(cell, [7, 3, 5]);
                let weights = case.weights(device);
                let run = |range: std::ops::Range<usize>, state| {
                    let inside = |place: &&(usize, usize)| range.contains(&place.0);
                    let inside = places.iter().filter(inside);
                    let inside: Vec<_> =
                        inside.map(|&(step, row)| (step - range.start, row)).collect();
                    let resets = Resets::new(&inside, range.len(), 3, device);
                    let input = Input::Dense(case.pre(device).slice([range]));
                    sequence_by(algorithm, cell, input, &weights, state, resets.as_ref())
                };
                let (expected, carried) = case.by_hand(&places);
                let (whole, last) = run(0..7, case.state(device));
                let what = format!("{cell} by {algorithm}");
                assert_close(&what, &numbers(whole), &expected, 2e-6);
                if let Some(c) = last.cell {
                    assert_close(&what, &numbers(c), &carried, 4e-6);
                }
                // Cut in two, the second part begins with resets in every row.
                let (first, state) = run(0..2, case.state(device));
                let (second, _) = run(2..7, state);
                let pieces = Tensor::cat(vec![first, second], 0);
                assert_close(&what, &numbers(pieces), &expected, 2e-6);
            }
        }
    });
}

#[test]
fn a_reset_replaces_a_state_that_is_not_a_number() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            for algorithm in [Algorithm::Reference, Algorithm::choose(device, cell, 5, 3)] {
                let case = Case::new(cell, [2, 3, 5]);
                let lost = |tensor: Tensor<2>| tensor.mul_scalar(f32::NAN);
                let state = case.state(device).map(lost);
                let resets = Resets::new(&[(0, 0), (0, 1), (0, 2)], 2, 3, device);
                let input = Input::Dense(case.pre(device));
                let weights = case.weights(device);
                let (hidden, _) =
                    sequence_by(algorithm, cell, input, &weights, state, resets.as_ref());
                let finite = numbers(hidden).into_iter().all(f32::is_finite);
                assert!(finite, "{cell} by {algorithm}");
            }
        }
    });
}

#[test]
fn an_lstm_without_input_forgets_half_of_its_cell_state() {
    // All gates 0: i = f = o = 1/2 and g = 0, so c' = c/2 and h' = tanh(c')/2.
    let device = Device::flex();
    let weights = Recurrent { kernel: Some(Tensor::zeros([1, 4], &device)), bias: None };
    let one = |value: f32| Tensor::<2>::from_floats([[value]], &device);
    let state = CellState { hidden: one(0.3), cell: Some(one(1.2)) };
    let input = Input::Dense(Tensor::zeros([1, 1, 4], &device));
    let (hidden, state) = sequence(Cell::Lstm, input, &weights, state, None);
    assert_close("c", &numbers(state.cell.unwrap()), &[0.6], 1e-6);
    assert_close("h", &numbers(hidden), &[0.268_524_8], 1e-6); // tanh(0.6) / 2
}

#[test]
fn a_long_forward_pass_equals_the_same_cut_in_two() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let case = Case::new(cell, [7, 3, 5]);
            let weights = case.weights(device);
            let run = |range: std::ops::Range<usize>, state| {
                let cut = case.pre(device).slice([range]);
                sequence(cell, Input::Dense(cut), &weights, state, None)
            };
            let (whole, _) = run(0..7, case.state(device));
            let (first, state) = run(0..3, case.state(device));
            let (second, _) = run(3..7, state);
            let pieces = Tensor::cat(vec![first, second], 0);
            assert_close(&cell.to_string(), &numbers(pieces), &numbers(whole), 1e-6);
        }
    });
}

#[test]
fn a_table_with_ids_is_the_same_as_its_rows() {
    on_every_device(|device| {
        for cell in Cell::ALL {
            let case = Case::new(cell, [4, 3, 5]);
            let width = cell.gates() * 5;
            let rows = wave(2 * width, 1.0, 0.7);
            let table = Tensor::from_data(TensorData::new(rows.clone(), [2, width]), device);
            let ids = [0_i32, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1];
            let input = Input::Table {
                table,
                ids: Tensor::<2, Int>::from_data(TensorData::new(ids.to_vec(), [4, 3]), device),
            };
            let row = |id: i32| &rows[usize::try_from(id).unwrap() * width..][..width];
            let dense: Vec<f32> = ids.iter().flat_map(|&id| row(id).to_vec()).collect();
            let dense = Tensor::from_data(TensorData::new(dense, [4, 3, width]), device);
            let weights = case.weights(device);
            let run = |input| sequence(cell, input, &weights, case.state(device), None).0;
            let (by_table, by_rows) = (run(input), run(Input::Dense(dense)));
            assert_close(&cell.to_string(), &numbers(by_table), &numbers(by_rows), 1e-6);
        }
    });
}
