//! Documents that begin inside a batch: where the state of a batch row is set to zero.

use burn::tensor::{Device, Int, Tensor, TensorData};
use std::sync::Arc;

/// Time steps before which the state of some batch rows is zero, whatever the step before has left. No
/// gradient passes such a place.
///
/// Every layer of a network reads the same resets, so they are copied to the device once per batch.
#[derive(Debug, Clone)]
pub struct Resets {
    /// 1 where the state is zero, else 0, `[T, B]`.
    flags: Tensor<2, Int>,
    /// The time steps with a reset, in order.
    steps: Arc<[usize]>,
}

impl Resets {
    /// Resets of a batch of `steps` time steps and `batch_size` rows before each of `places`, pairs (time
    /// step, batch row). `None` without places: the kernels for it do not look for resets.
    ///
    /// # Panics
    /// When a place is outside of the batch.
    pub fn new(
        places: &[(usize, usize)],
        steps: usize,
        batch_size: usize,
        device: &Device,
    ) -> Option<Self> {
        if places.is_empty() {
            return None;
        }
        let mut flags = vec![0_i32; steps * batch_size];
        let mut with_reset = vec![false; steps];
        for &(step, row) in places {
            assert!(step < steps && row < batch_size, "({step}, {row}) in [{steps}, {batch_size}]");
            flags[step * batch_size + row] = 1;
            with_reset[step] = true;
        }
        let data = TensorData::new(flags, [steps, batch_size]);
        Some(Self {
            flags: Tensor::from_data(data, device), // [T, B]
            steps: (0..steps).filter(|&step| with_reset[step]).collect(),
        })
    }

    /// `T` and `B`.
    pub(crate) fn dims(&self) -> [usize; 2] {
        self.flags.dims()
    }

    /// 1 where the state is zero, `[T, B]`.
    pub(crate) fn flags(&self) -> Tensor<2, Int> {
        self.flags.clone()
    }

    /// The time steps with a reset, in order.
    pub(crate) fn steps(&self) -> &[usize] {
        &self.steps
    }
}
