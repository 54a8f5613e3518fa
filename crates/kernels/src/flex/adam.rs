//! An update by Adam on burn-flex, in place where no other tensor shares the storage.

use crate::adam::{Adam, Buffers, Rates};
use crate::fused::Maybe;
use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use charnn_cpu::adam::Parameter;
use charnn_cpu::machine::Machine;

impl Adam for Flex {
    fn adam(
        before: Buffers<Self>,
        gradient: FlexTensor,
        scale: Maybe<Self>,
        rates: Rates,
    ) -> Buffers<Self> {
        let Buffers { value, exp_avg, exp_avg_sq } = before;
        let [mut value, mut exp_avg, mut exp_avg_sq, gradient] =
            [value, exp_avg, exp_avg_sq, gradient].map(dense);
        let scale = scale.into_option().map(|scale| values(&dense(scale))[0]);
        let parameter = Parameter {
            value: values_mut(&mut value),
            exp_avg: values_mut(&mut exp_avg),
            exp_avg_sq: values_mut(&mut exp_avg_sq),
            gradient: values(&gradient),
        };
        parameter.update(scale, rates.into(), Machine::here());
        Buffers { value, exp_avg, exp_avg_sq }
    }
}

/// The tensor, or a contiguous copy. A tensor with unshared storage keeps it.
fn dense(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor } else { tensor.to_contiguous() }
}

fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("f32 in a row")
}

/// The numbers, to be changed; those of a shared tensor are copied first.
fn values_mut(tensor: &mut FlexTensor) -> &mut [f32] {
    let (start, end) = tensor.layout().contiguous_offsets().expect("in a row");
    &mut tensor.storage_mut()[start..end]
}
