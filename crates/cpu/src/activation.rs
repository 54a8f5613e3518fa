//! tanh and the logistic function on vectors.

use pulp::Simd;

/// tanh(x), off by at most 5e-7 and never beyond ±1; NaN stays NaN.
///
/// # Source
/// The rational function of degree 13 over 6 of Eigen's and XLA's `tanh`, on ±7.9053, beyond which
/// it rounds to ±1 in f32.
#[inline(always)]
pub(crate) fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let constant = |value| simd.splat_f32s(value);
    let bounded = simd.min_f32s(simd.max_f32s(x, constant(-LIMIT)), constant(LIMIT));
    let square = simd.mul_f32s(bounded, bounded);
    let polynomial = |coefficients: &[f32]| {
        let (first, rest) = coefficients.split_first().expect("it has coefficients");
        rest.iter()
            .fold(constant(*first), |sum, &next| simd.mul_add_e_f32s(sum, square, constant(next)))
    };
    let numerator = simd.mul_f32s(bounded, polynomial(&NUMERATOR));
    let ratio = simd.div_f32s(numerator, polynomial(&DENOMINATOR));
    simd.select_f32s(simd.equal_f32s(x, x), ratio, x)
}

/// 1 / (1 + e⁻ˣ), off by at most 3e-7, as (1 + tanh(x/2)) / 2.
#[inline(always)]
pub(crate) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let half = simd.splat_f32s(0.5);
    simd.mul_add_e_f32s(half, tanh(simd, simd.mul_f32s(half, x)), half)
}

const LIMIT: f32 = 7.905_3;
/// Of x·P(x²), highest power first.
const NUMERATOR: [f32; 7] = [
    -2.760_768_5e-16,
    2.000_188e-13,
    -8.604_672e-11,
    5.122_297e-8,
    1.485_722_4e-5,
    6.372_619e-4,
    4.893_524_6e-3,
];
/// Of Q(x²), highest power first.
const DENOMINATOR: [f32; 4] = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;
    use pulp::WithSimd;

    /// tanh and the logistic function of each number, both with the machine's vectors.
    struct Apply<'a>(&'a [f32]);

    impl WithSimd for Apply<'_> {
        type Output = Vec<[f32; 2]>;

        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let first = |vector: S::f32s| pulp::bytemuck::cast_slice::<_, f32>(&[vector])[0];
            let both = |&x: &f32| {
                let x = simd.splat_f32s(x);
                [first(tanh(simd, x)), first(sigmoid(simd, x))]
            };
            self.0.iter().map(both).collect()
        }
    }

    #[test]
    fn activations_are_within_their_bounds_on_all_vectors() {
        let inputs: Vec<f32> = (-120_000..=120_000).map(|step| step as f32 * 1e-4).collect();
        for machine in Machine::all() {
            for (x, [t, s]) in inputs.iter().zip(machine.arch.dispatch(Apply(&inputs))) {
                let exact = f64::from(*x).tanh();
                assert!((f64::from(t) - exact).abs() < 5e-7, "{machine:?}: tanh({x}) is {t}");
                assert!(t.abs() <= 1.0, "{machine:?}: tanh({x}) is {t}");
                let exact = 1.0 / (1.0 + f64::from(-x).exp());
                assert!((f64::from(s) - exact).abs() < 3e-7, "{machine:?}: sigmoid({x}) is {s}");
            }
        }
    }

    #[test]
    fn what_is_not_a_number_stays_so_and_infinities_saturate() {
        for machine in Machine::all() {
            let values = machine.arch.dispatch(Apply(&[f32::NAN, f32::INFINITY, -f32::INFINITY]));
            assert!(values[0].iter().all(|value| value.is_nan()), "{machine:?}: {values:?}");
            for (values, expected) in values[1..].iter().zip([[1.0, 1.0], [-1.0, 0.0]]) {
                let near = |(a, e): (&f32, f32)| (a - e).abs() < 2e-7;
                assert!(values.iter().zip(expected).all(near), "{machine:?}: {values:?}");
            }
        }
    }
}
