//! Gradient clipping by global norm (Pascanu et al. 2013), as TensorFlow's `clip_by_global_norm`.

use burn::tensor::Tensor;

/// The common Euclidean norm of all gradients, `[1]`, on their device. It is not finite where one
/// of them is not.
pub fn global_norm(gradients: &[Tensor<1>]) -> Tensor<1> {
    let squares = gradients.iter().map(|g| (g.clone() * g.clone()).sum()).collect();
    Tensor::cat(squares, 0).sum().sqrt() // [1]
}

/// What to multiply all gradients by, `[1]`: `limit / norm` when their norm `[1]` is above
/// `limit`, else 1.
///
/// It stays on the device: nothing waits for it. The update multiplies as it reads the gradients
/// ([`crate::Optimizer::update`]).
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
    fn small_gradients_are_left_alone() {
        assert_eq!(clip(&[&[0.3], &[0.4, 0.0]], 1.0), [vec![0.3], vec![0.4, 0.0]]);
    }
}
