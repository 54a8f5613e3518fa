//! Layer normalization of some rows, on one thread (Ba et al. 2016).

/// The weights of a layer norm, `[H]` each.
#[derive(Debug, Clone)]
pub struct Norm {
    /// γ: multiplies the normalized numbers.
    pub gain: Vec<f32>,
    /// β: added afterwards.
    pub bias: Vec<f32>,
}

/// Added to the variance before its square root, as in PyTorch's `LayerNorm`.
pub const LAYER_NORM_EPSILON: f32 = 1e-5;

impl Norm {
    /// Normalizes every row of `x` `[B, H]` into `y` `[B, H]`.
    #[inline(always)]
    pub(crate) fn apply(&self, x: &[f32], y: &mut [f32]) {
        let size = self.gain.len();
        for (x, y) in x.chunks_exact(size).zip(y.chunks_exact_mut(size)) {
            let mean = mean(x, |value| value);
            let variance = mean_of_squares(x, mean);
            let scale = 1.0 / (variance + LAYER_NORM_EPSILON).sqrt();
            let weights = self.gain.iter().zip(&self.bias);
            for ((y, x), (gain, bias)) in y.iter_mut().zip(x).zip(weights) {
                *y = (x - mean) * scale * gain + bias;
            }
        }
    }
}

#[inline(always)]
fn mean_of_squares(row: &[f32], middle: f32) -> f32 {
    mean(row, |value| (value - middle) * (value - middle))
}

/// The mean of `of` every number, in eight partial sums that fit vector registers.
#[inline(always)]
fn mean(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (eights, rest) = row.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        for lane in 0..8 {
            sums[lane] += of(eight[lane]);
        }
    }
    let rest: f32 = rest.iter().map(|&value| of(value)).sum();
    (sums.iter().sum::<f32>() + rest) / row.len() as f32
}
