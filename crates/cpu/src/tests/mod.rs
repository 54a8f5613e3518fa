//! The arithmetic on every kind of vector this processor has, and on any number of threads.

mod network;

use crate::Cell;
use crate::adam::{Factors, Parameter};
use crate::head::{Gradients, Head};
use crate::machine::Machine;
use crate::recurrence::backward::{Backward, backward};
use crate::recurrence::forward::{Forward, States, forward};
use crate::recurrence::resets::states_before;
use crate::recurrence::sizes::Sizes;
use crate::recurrence::step::Pre;
use crate::sums::{column_sums, kernel_gradient, row_sums};

fn wave(count: usize, scale: f32, phase: f32) -> Vec<f32> {
    (0..count).map(|at| scale * (at as f32).mul_add(2.399_963, phase).sin()).collect()
}

/// States, and gradients of everything, one after the other.
fn pass(sizes: Sizes, machine: Machine) -> [Vec<f32>; 6] {
    pass_with(sizes, &[], machine)
}

/// The same with resets, `[T, B]` or empty.
fn pass_with(sizes: Sizes, resets: &[bool], machine: Machine) -> [Vec<f32>; 6] {
    let Sizes { cell, steps, batch_size, units } = sizes;
    let (positions, width) = (sizes.positions(), sizes.width());
    let cell_state = if cell.has_cell_state() { batch_size * units } else { 0 };
    let kernel = wave(sizes.depth() * width, 1.5 / (units as f32).sqrt(), 0.2);
    let bias = wave(width, 0.4, 0.4);
    let States { hidden, cell_state: states, mut gates } = forward(
        &Forward {
            sizes,
            pre: Pre::Dense(&wave(positions * width, 0.8, 0.1)),
            kernel: &kernel,
            bias: cell.has_recurrent_bias().then_some(&bias),
            hidden: &wave(batch_size * units, 0.7, 0.3),
            cell_state: &wave(cell_state, 0.7, 0.5),
            resets,
            keep: true,
        },
        machine,
    );
    let mut d_state = wave(batch_size * units, 1.0, 1.1);
    let mut d_cell_state = wave(cell_state, 1.0, 1.3);
    let d_pre = backward(
        Backward {
            sizes,
            kernel: &kernel,
            hidden: &hidden,
            cell_state: &states,
            d_hidden: &wave(positions * units, 1.0, 0.9),
            resets,
            gates: &mut gates,
            d_state: &mut d_state,
            d_cell_state: &mut d_cell_state,
        },
        machine,
    );
    assert_eq!(hidden.len(), (steps + 1) * batch_size * units, "every state");
    [hidden, states, gates, d_pre, d_state, d_cell_state]
}

fn is_x86_with_avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// More batch rows than any block holds, fewer, one; units that fill no vector, some, many.
fn sizes() -> impl Iterator<Item = Sizes> {
    let sizes = [[5, 3, 7], [2, 29, 33], [1, 4, 16], [3, 1, 40], [4, 13, 300]];
    Cell::ALL.into_iter().flat_map(move |cell| {
        sizes.map(|[steps, batch_size, units]| Sizes { cell, steps, batch_size, units })
    })
}

#[test]
fn wide_vectors_give_what_single_numbers_give() {
    let wide = cfg!(target_arch = "aarch64") || is_x86_with_avx2();
    assert_eq!(Machine::here().vector() > 1, wide, "the best vectors of this processor");
    for sizes in sizes() {
        let [plain, others @ ..] = &Machine::all()[..] else { unreachable!() };
        let resets = some_resets(sizes);
        for (machine, resets) in others.iter().flat_map(|it| [(it, &[][..]), (it, &resets[..])]) {
            let expected = pass_with(sizes, resets, *plain);
            for (actual, expected) in pass_with(sizes, resets, *machine).iter().zip(&expected) {
                for (a, e) in actual.iter().zip(expected) {
                    let error = (a - e).abs() / e.abs().max(1.0);
                    assert!(error < 2e-5, "{sizes:?} on {machine:?}: {a}, not {e}");
                }
            }
        }
    }
}

#[test]
fn results_are_the_same_to_the_last_bit_on_any_number_of_threads() {
    for sizes in sizes() {
        let on = |threads| pass(sizes, Machine { threads, ..Machine::here() });
        let one = on(1);
        for threads in [2, 3, 64] {
            assert!(on(threads) == one, "{sizes:?} on {threads} threads");
        }
    }
}

/// Resets of every third position or so, in each step of some rows and in no step of others.
fn some_resets(sizes: Sizes) -> Vec<bool> {
    let reset = |at: usize| (at / sizes.batch_size + at % sizes.batch_size * 7) % 5 < 2;
    let resets: Vec<bool> = (0..sizes.positions()).map(reset).collect();
    assert!(resets.contains(&true), "{sizes:?}");
    resets
}

#[test]
fn resets_that_mark_no_row_change_no_bit() {
    for sizes in sizes() {
        let unmarked = vec![false; sizes.positions()];
        let machine = Machine::here();
        assert!(pass_with(sizes, &unmarked, machine) == pass(sizes, machine), "{sizes:?}");
    }
}

#[test]
fn resets_are_the_same_to_the_last_bit_on_any_number_of_threads() {
    for sizes in sizes() {
        let resets = some_resets(sizes);
        let on = |threads| pass_with(sizes, &resets, Machine { threads, ..Machine::here() });
        let one = on(1);
        for threads in [2, 3, 64] {
            assert!(on(threads) == one, "{sizes:?} on {threads} threads");
        }
        assert!(one != pass(sizes, Machine::here()), "{sizes:?}: resets matter");
    }
}

#[test]
fn a_row_that_is_reset_does_not_depend_on_what_was_before() {
    for sizes in sizes().filter(|sizes| sizes.steps > 1) {
        let Sizes { steps, batch_size, units, .. } = sizes;
        // Row 0 is reset before the last step: its last state is that of the step alone.
        let mut resets = vec![false; sizes.positions()];
        resets[(steps - 1) * batch_size] = true;
        let [hidden, states, ..] = pass_with(sizes, &resets, Machine::here());
        let everywhere = vec![true; sizes.positions()];
        let [alone, alone_states, ..] = pass_with(sizes, &everywhere, Machine::here());
        let last = steps * batch_size * units..(steps * batch_size + 1) * units;
        assert!(hidden[last.clone()] == alone[last.clone()], "{sizes:?}");
        if sizes.cell.has_cell_state() {
            assert!(states[last.clone()] == alone_states[last], "{sizes:?}");
        }
    }
}

#[test]
fn a_gradient_does_not_pass_a_reset() {
    for sizes in sizes() {
        let Sizes { batch_size, units, .. } = sizes;
        // Before the first step, of every row but the last.
        let resets: Vec<bool> = (0..sizes.positions()).map(|at| at + 1 < batch_size).collect();
        let [.., d_state, d_cell_state] = pass_with(sizes, &resets, Machine::here());
        let reset = (batch_size - 1) * units;
        for gradient in [&d_state, &d_cell_state].into_iter().filter(|it| !it.is_empty()) {
            let (zero, passed) = gradient.split_at(reset);
            assert!(zero.iter().all(|number| *number == 0.0), "{sizes:?}");
            assert!(passed.iter().all(|number| *number != 0.0), "{sizes:?}");
        }
    }
}

#[test]
fn the_states_that_steps_start_from_are_zero_where_rows_are_reset() {
    let states = wave(12, 1.0, 0.5); // [2, 2, 3]
    let before = states_before(&states, &[false, true, true, false], 3);
    assert_eq!((&before[..3], &before[9..]), (&states[..3], &states[9..]));
    assert_eq!(before[3..9], [0.0; 6]);
}

#[test]
fn sums_over_places_do_not_depend_on_the_thread_pool() {
    let (positions, size, width, stride) = (1300, 37, 41, 45);
    let inputs = wave(positions * size, 1.0, 0.0);
    let gradients = wave(positions * stride, 1.0, 0.5);
    let ids: Vec<usize> = (0..positions).map(|position| position * position % 11).collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(|| {
            let kernel = kernel_gradient(&inputs, &gradients, size, width, stride);
            let table = row_sums(&gradients, &ids, 11, stride);
            (kernel, column_sums(&gradients, width, stride), table)
        })
    };
    let one = on(1);
    for threads in [2, 5] {
        assert!(on(threads) == one, "{threads} threads");
    }
    let (kernel, columns, table) = one;
    let sum = |terms: &mut dyn Iterator<Item = f32>| terms.map(f64::from).sum::<f64>();
    let near = |a: f32, e: f64| assert!((f64::from(a) - e).abs() < 1e-3, "{a}, not {e}");
    let d = |position: usize, column: usize| gradients[position * stride + column];
    near(columns[7], sum(&mut (0..positions).map(|position| d(position, 7))));
    near(kernel[5 * width + 7], sum(&mut (0..positions).map(|p| inputs[p * size + 5] * d(p, 7))));
    let of_row = (0..positions).filter(|&position| ids[position] == 4);
    near(table[4 * stride + 9], sum(&mut of_row.map(|position| d(position, 9))));
}

#[test]
fn adam_follows_its_formula_on_any_vectors_and_threads() {
    let count = 40_003; // three shares, the last one ragged
    let factors = Factors {
        beta1: [0.9, 0.1],
        beta2: [0.99, 0.01],
        rate: 0.02,
        epsilon: 1e-3,
        l2: 0.3,
        decay: 0.7,
    };
    let gradient = wave(count, 1.0, 0.7);
    let exp_avg_sq: Vec<f32> = wave(count, 1.0, 0.9).iter().map(|root| root * root).collect();
    let updated = |machine| {
        let mut parameter = [wave(count, 1.0, 0.1), wave(count, 0.5, 0.3), exp_avg_sq.clone()];
        let [value, exp_avg, exp_avg_sq] = &mut parameter;
        Parameter { value, exp_avg, exp_avg_sq, gradient: &gradient }.update(
            Some(0.5),
            factors,
            machine,
        );
        parameter
    };
    let [value, exp_avg, root] = updated(Machine::here());
    for at in [0, 7, 16_383, 16_384, 40_002] {
        let before = f64::from(wave(count, 1.0, 0.1)[at]);
        let g = 0.5 * f64::from(gradient[at]) + 0.3 * before;
        let m = 0.9 * f64::from(wave(count, 0.5, 0.3)[at]) + 0.1 * g;
        let v = 0.99 * f64::from(exp_avg_sq[at]) + 0.01 * g * g;
        let expected = 0.7 * before - 0.02 * m / (v.sqrt() + 1e-3);
        for (actual, expected) in [(value[at], expected), (exp_avg[at], m), (root[at], v)] {
            assert!((f64::from(actual) - expected).abs() < 1e-5, "{at}: {actual}, not {expected}");
        }
    }
    for machine in Machine::all() {
        assert!(updated(machine) == [value.clone(), exp_avg.clone(), root.clone()], "{machine:?}");
    }
}

#[test]
fn the_head_gives_the_sum_of_its_places_whatever_the_pieces_and_threads() {
    // With 40,000 characters a piece is 64 places.
    for (positions, size, vocabulary) in [(1, 1, 2), (5, 3, 7), (130, 6, 40_000)] {
        let hidden = wave(positions * size, 1.0, 0.1);
        let kernel = wave(size * vocabulary, 0.5, 0.2);
        let bias = wave(vocabulary, 0.3, 0.3);
        let target = |position: usize| match position % 4 {
            2 => -1,
            _ => i32::try_from(position * 31 % vocabulary).unwrap_or(0),
        };
        let targets: Vec<i32> = (0..positions).map(target).collect();
        let head = Head { hidden: &hidden, kernel: &kernel, bias: &bias, targets: &targets };
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| {
                let (loss, Gradients { hidden, kernel, bias }) =
                    head.loss_and_gradients(Machine::here());
                assert_eq!(
                    loss.to_bits(),
                    head.loss(Machine::here()).to_bits(),
                    "{positions} positions"
                );
                [vec![loss], hidden, kernel, bias]
            })
        };
        let one = on(1);
        assert!(on(2) == one && on(5) == one, "{positions} positions");

        let mut expected = 0.0;
        let mut d_bias = vec![0.0; vocabulary];
        for (position, &target) in targets.iter().enumerate() {
            let Ok(target) = usize::try_from(target) else { continue };
            let logit = |v: usize| {
                let product = |h: usize| hidden[position * size + h] * kernel[h * vocabulary + v];
                f64::from((0..size).map(product).sum::<f32>() + bias[v])
            };
            let logits: Vec<f64> = (0..vocabulary).map(logit).collect();
            let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
            expected += sum.ln() - logits[target];
            for (d, logit) in d_bias.iter_mut().zip(&logits) {
                *d += logit.exp() / sum;
            }
            d_bias[target] -= 1.0;
        }
        let near = |a: f32, e: f64| {
            assert!((f64::from(a) - e).abs() < 1e-5 * (1.0 + e.abs()), "{a}, not {e}");
        };
        near(one[0][0], expected);
        one[3].iter().zip(&d_bias).for_each(|(a, e)| near(*a, *e));
        // The gradients of the weights with one input, and of the states, follow from the same row.
        let of_state: Vec<f32> = (0..size)
            .map(|h| (0..vocabulary).map(|v| kernel[h * vocabulary + v] * one[3][v]).sum())
            .collect();
        for (h, expected) in of_state.iter().enumerate() {
            near(
                (0..positions).map(|position| one[1][position * size + h]).sum(),
                f64::from(*expected),
            );
        }
    }
}
