//! Gradient clipping by global norm (Pascanu et al. 2013), as TensorFlow's `clip_by_global_norm`.

use burn::tensor::Tensor;

/// Scales all gradients by `limit / norm` when their common Euclidean norm is above `limit`.
///
/// The norm stays on the device: nothing waits for it.
#[must_use]
pub fn clip_global_norm(gradients: Vec<Tensor<1>>, limit: f64) -> Vec<Tensor<1>> {
    let squares = gradients.iter().map(|g| (g.clone() * g.clone()).sum()).collect();
    let norm = Tensor::cat(squares, 0).sum().sqrt(); // [1]
    let scale = norm.clamp_min(limit).recip() * limit; // [1], at most 1
    gradients.into_iter().map(|g| g * scale.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn clip(gradients: &[&[f32]], limit: f64) -> Vec<Vec<f32>> {
        let tensors = gradients.iter().map(|g| Tensor::from_floats(*g, &Device::flex())).collect();
        let clipped = clip_global_norm(tensors, limit).into_iter();
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
