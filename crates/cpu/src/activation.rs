//! tanh and the logistic function on vectors.
//!
//! The GPU kernels (`charnn-kernels`, `gpu/activation.rs`) compute the same formulas from the
//! constants defined here.

use pulp::Simd;

/// Inputs with a magnitude of at least this saturate: `tanh` is exactly ±1, and 1 − tanh² is 0.
pub const TANH_LIMIT: f32 = 7.905_3;

/// Coefficients of P in tanh(x) ≈ x·P(x²) / Q(x²), highest power first.
pub const TANH_NUMERATOR: [f32; 7] = [
    -2.760_768_5e-16,
    2.000_188e-13,
    -8.604_672e-11,
    5.122_297e-8,
    1.485_722_4e-5,
    6.372_619e-4,
    4.893_524_6e-3,
];

/// Coefficients of Q in tanh(x) ≈ x·P(x²) / Q(x²), highest power first.
pub const TANH_DENOMINATOR: [f32; 4] =
    [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];

/// tanh(x) within 5e-7, which is 8 units in the last place.
///
/// Exactly ±1 from [`TANH_LIMIT`] on, never beyond ±1. NaN stays NaN.
///
/// # Source
/// The rational function of degree 13 over 6 that Eigen and XLA use.
#[inline(always)]
pub(crate) fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let constant = |value| simd.splat_f32s(value);
    let square = simd.mul_f32s(x, x);
    let polynomial = |coefficients: &[f32]| {
        let (first, rest) = coefficients.split_first().expect("a polynomial has coefficients");
        rest.iter()
            .fold(constant(*first), |sum, &next| simd.mul_add_e_f32s(sum, square, constant(next)))
    };
    let numerator = simd.mul_f32s(x, polynomial(&TANH_NUMERATOR));
    let ratio = simd.div_f32s(numerator, polynomial(&TANH_DENOMINATOR));
    // The square of NaN compares false, so NaN keeps its ratio, which is NaN.
    let saturated = simd.greater_than_or_equal_f32s(square, constant(TANH_LIMIT * TANH_LIMIT));
    let sign = simd.and_f32s(x, constant(-0.0));
    simd.select_f32s(saturated, simd.or_f32s(sign, constant(1.0)), ratio)
}

/// 1 / (1 + e⁻ˣ) within 3e-7, computed as (1 + tanh(x/2)) / 2.
///
/// Exactly 0 or 1 from twice [`TANH_LIMIT`] on. NaN stays NaN.
#[inline(always)]
pub(crate) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let half = simd.splat_f32s(0.5);
    simd.mul_add_e_f32s(half, tanh(simd, simd.mul_f32s(half, x)), half)
}

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

    /// Checks `check(machine, x, tanh, sigmoid)` at every one of `inputs` on every vector width.
    fn on_all_vectors(inputs: &[f32], check: impl Fn(Machine, f32, f32, f32)) {
        for machine in Machine::all() {
            for (&x, [t, s]) in inputs.iter().zip(machine.arch.dispatch(Apply(inputs))) {
                check(machine, x, t, s);
            }
        }
    }

    /// How far apart numbers next to `value` lie.
    #[expect(clippy::cast_possible_truncation, reason = "the nearest number will do")]
    fn unit_in_the_last_place(value: f64) -> f64 {
        let value = value.abs() as f32;
        f64::from(f32::from_bits(value.to_bits() + 1)) - f64::from(value)
    }

    /// From −12 to 12 in steps of 1e-4, and around zero from 2⁻⁴⁰ to 1.
    fn sweep() -> Vec<f32> {
        let wide = (-120_000..=120_000).map(|step| step as f32 * 1e-4);
        let small = (-40 * 64..0).map(|step| (step as f32 / 64.0).exp2());
        wide.chain(small.clone()).chain(small.map(|x| -x)).collect()
    }

    #[test]
    fn activations_are_within_their_bounds_on_all_vectors() {
        on_all_vectors(&sweep(), |machine, x, t, s| {
            let exact = f64::from(x).tanh();
            let error = (f64::from(t) - exact).abs();
            assert!(error < 5e-7, "{machine:?}: tanh({x}) is {t}");
            let ulps = error / unit_in_the_last_place(exact);
            assert!(ulps < 8.0, "{machine:?}: tanh({x}) is {t}, off by {ulps:.1} units");
            assert!(t.abs() <= 1.0, "{machine:?}: tanh({x}) is {t}");
            let exact = 1.0 / (1.0 + f64::from(-x).exp());
            assert!((f64::from(s) - exact).abs() < 3e-7, "{machine:?}: sigmoid({x}) is {s}");
        });
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the sign changes nothing else")]
    fn tanh_rises_up_to_rounding_and_is_odd() {
        let inputs: Vec<f32> = (0..=1_000_000).map(|step| step as f32 * 1e-5).collect();
        let opposite: Vec<f32> = inputs.iter().map(|x| -x).collect();
        for machine in Machine::all() {
            let (mut highest, both) = (0.0_f32, [&inputs, &opposite]);
            let [values, mirrored] = both.map(|inputs| machine.arch.dispatch(Apply(inputs)));
            for (x, ([t, _], [mirrored, _])) in inputs.iter().zip(values.iter().zip(mirrored)) {
                let drop = highest - t;
                assert!(drop < 7e-7, "{machine:?}: tanh({x}) is {t}, after {highest}");
                assert!(mirrored == -t, "{machine:?}: tanh(-{x}) is {mirrored}, not -{t}");
                highest = highest.max(*t);
            }
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "saturation is exact")]
    fn saturation_is_exact() {
        let mut inputs =
            vec![TANH_LIMIT, 8.0, 9.01, 20.0, 1e4, 1e19, 1e30, f32::MAX, f32::INFINITY];
        inputs.extend((79_054..200_000).map(|step| step as f32 * 1e-4));
        inputs.extend(inputs.clone().into_iter().map(|x| -x));
        on_all_vectors(&inputs, |machine, x, t, s| {
            assert!(t == x.signum(), "{machine:?}: tanh({x}) is {t:e}");
            assert!(t.mul_add(-t, 1.0) == 0.0, "{machine:?}: the slope at {x}");
            let far = x.abs() >= 2.0 * TANH_LIMIT;
            let expected = if x > 0.0 { 1.0 } else { 0.0 };
            assert!(!far || s == expected, "{machine:?}: sigmoid({x}) is {s:e}");
            assert!(!far || s * (1.0 - s) == 0.0, "{machine:?}: the slope of sigmoid at {x}");
        });
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the value at zero is exact")]
    fn nan_stays_nan_and_zero_keeps_its_sign() {
        on_all_vectors(&[f32::NAN, -f32::NAN], |machine, _, t, s| {
            assert!(t.is_nan() && s.is_nan(), "{machine:?}: {t}, {s}");
        });
        on_all_vectors(&[0.0, -0.0], |machine, x, t, s| {
            assert!(t.to_bits() == x.to_bits() && s == 0.5, "{machine:?}: {t}, {s}");
        });
    }
}
