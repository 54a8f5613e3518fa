//! Tensors as the flat buffers that the kernels read and write.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{DType, TensorMetadata};
use burn::tensor::{FloatDType, Slice};
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::BufferArg;

/// The same numbers, row after row without gaps.
pub(super) fn contiguous(tensor: &CubeTensor) -> CubeTensor {
    into_contiguous(tensor.clone())
}

/// A buffer beside `like`, its numbers not set.
pub(super) fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    empty_device_contiguous_dtype(client, device, shape.into(), DType::F32)
}

/// A buffer `[states, B, H]` whose first state is set.
pub(super) fn states_from(first: &CubeTensor, states: usize) -> CubeTensor {
    let [batch_size, units] = first.shape().dims::<2>();
    let all = empty(first, [states, batch_size, units]); // [states, B, H]
    let position = [0..1, 0..batch_size, 0..units].map(Slice::from);
    let first = CubeBackend::float_reshape(first.clone(), [1, batch_size, units].into()); // [1, B, H]
    CubeBackend::float_slice_assign(all, &position, first)
}

/// A separate buffer for a gradient `[B, H]`, to be overwritten; zeros for `None`.
pub(super) fn own_gradient(gradient: Option<CubeTensor>, like: &CubeTensor) -> CubeTensor {
    let shape = like.shape();
    match gradient {
        Some(gradient) => CubeBackend::float_reshape(states_from(&gradient, 1), shape),
        None => contiguous(&CubeBackend::float_zeros(shape, &like.device, FloatDType::F32)),
    }
}

/// Asserts that a kernel that relies on this shape stays within the buffer.
///
/// # Panics
/// When the shape differs, the buffer has gaps, or its numbers do not have 32 bits.
pub(super) fn assert_shape<const D: usize>(tensor: &CubeTensor, shape: [usize; D]) {
    assert_eq!(tensor.shape(), shape.into(), "{tensor:?}");
    assert!(tensor.is_contiguous(), "a buffer with gaps: {tensor:?}");
    assert!(matches!(tensor.dtype, DType::F32 | DType::I32), "{tensor:?}");
}

/// A kernel's argument.
pub(super) fn buffer(tensor: &CubeTensor) -> BufferArg {
    tensor.clone().into_buffer_arg()
}
