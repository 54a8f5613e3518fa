//! Gradient clipping by global norm (Pascanu et al. 2013), as TensorFlow's `clip_by_global_norm`.

use burn::tensor::Tensor;

/// The Euclidean norm of all gradients together, `[1]`, on their device. It is not finite if one of
/// them is not.
pub fn global_norm(gradients: &[Tensor<1>]) -> Tensor<1> {
    let squares = gradients.iter().map(|g| sum(g.clone() * g.clone())).collect();
    Tensor::cat(squares, 0).sum().sqrt() // [1]
}

/// Burn's CPU backend sums four million numbers and more on all threads, in an order that depends on
/// how many there are and which was first. Rows of this many are summed in one order.
const ROW: usize = 1 << 21;

/// The sum of `numbers`, `[1]`: the same to the last bit on any number of threads.
fn sum(numbers: Tensor<1>) -> Tensor<1> {
    let [count] = numbers.dims();
    if count <= ROW {
        return numbers.sum();
    }
    let rows = count / ROW; // R
    let whole = numbers.clone().narrow(0, 0, rows * ROW).reshape([rows, ROW]); // [R, ROW]
    let mut sums = vec![whole.sum_dim(1).reshape([rows])]; // [R]
    if rows * ROW < count {
        sums.push(numbers.narrow(0, rows * ROW, count - rows * ROW).sum()); // [1]
    }
    Tensor::cat(sums, 0).sum() // [1]
}

/// The factor of all gradients, `[1]`: `limit / norm` where their norm `[1]` exceeds `limit`,
/// else 1.
///
/// It stays on the device, so the host does not wait. [`crate::Optimizer::update`] multiplies as it
/// reads the gradients.
pub fn clip_scale(norm: Tensor<1>, limit: f64) -> Tensor<1> {
    norm.clamp_min(limit).recip() * limit // [1], at most 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn clip(gradients: &[&[f32]], limit: f64) -> Vec<Vec<f32>> {
        let tensor = |g: &&[f32]| Tensor::<1>::from_floats(*g, &Device::flex());
        let tensors: Vec<_> = gradients.iter().map(tensor).collect();
        let scale = clip_scale(global_norm(&tensors), limit);
        let clipped = tensors.into_iter().map(|g| g * scale.clone());
        clipped.map(|g| g.into_data().try_into_vec().unwrap()).collect()
    }

    #[test]
    fn three_four_twelve_has_norm_thirteen() {
        let clipped = clip(&[&[3.0, 4.0], &[12.0]], 6.5);
        assert_eq!(clipped, [vec![1.5, 2.0], vec![6.0]]);
    }

    #[test]
    fn many_numbers_have_the_same_sum_to_the_last_bit_on_any_number_of_threads() {
        const TRIES: usize = 16;
        // Of very different sizes, so that the order of a sum shows.
        let odd =
            |at: u32| at.wrapping_mul(2_654_435_761).rotate_left(13).wrapping_mul(747_796_405);
        let numbers: Vec<f32> =
            (0..).map(|at| (odd(at) as f32 / 2e9).powi(9)).take(3 * ROW + TRIES).collect();
        let all = Tensor::<1>::from_floats(&numbers[..], &Device::flex());
        let sums = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let sum = |first| super::sum(all.clone().narrow(0, first, 3 * ROW + first % 2));
            pool.install(|| (0..TRIES).map(|it| sum(it).into_scalar::<f32>()).collect::<Vec<_>>())
        };
        let expected = sums(1);
        let exact: f64 = numbers[..3 * ROW].iter().copied().map(f64::from).sum();
        assert!((f64::from(expected[0]) / exact - 1.0).abs() < 1e-4, "{expected:?}, {exact}");
        for threads in [2, 3, 5] {
            assert_eq!(sums(threads), expected, "{threads} threads");
        }
    }

    #[test]
    fn small_gradients_are_left_alone() {
        assert_eq!(clip(&[&[0.3], &[0.4, 0.0]], 1.0), [vec![0.3], vec![0.4, 0.0]]);
    }
}
