//! Tensors as the flat buffers that the kernels read and write.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{DType, TensorMetadata};
use burn::tensor::Slice;
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::BufferArg;

/// The same numbers, row after row without gaps.
pub(in crate::gpu) fn contiguous(tensor: &CubeTensor) -> CubeTensor {
    into_contiguous(tensor.clone())
}

/// A buffer beside `like`, its numbers not set.
pub(in crate::gpu) fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    empty_device_contiguous_dtype(client, device, shape.into(), DType::F32)
}

/// A buffer `[states, B, H]` whose first state is set.
pub(in crate::gpu) fn states_from(first: &CubeTensor, states: usize) -> CubeTensor {
    let [batch_size, units] = first.shape().dims::<2>();
    let all = empty(first, [states, batch_size, units]); // [states, B, H]
    let position = [0..1, 0..batch_size, 0..units].map(Slice::from);
    let first = CubeBackend::float_reshape(first.clone(), [1, batch_size, units].into()); // [1, B, H]
    CubeBackend::float_slice_assign(all, &position, first)
}

/// A separate buffer for a gradient `[B, H]`, to be overwritten; its numbers are not set for `None`.
pub(in crate::gpu) fn own_gradient(gradient: Option<CubeTensor>, like: &CubeTensor) -> CubeTensor {
    let shape = like.shape();
    match gradient {
        Some(gradient) if gradient.can_mut() && gradient.is_contiguous() => gradient,
        Some(gradient) => CubeBackend::float_reshape(states_from(&gradient, 1), shape),
        None => empty(like, shape.dims::<2>()),
    }
}

/// Asserts that a kernel that relies on this shape stays within the buffer.
///
/// # Panics
/// When the shape differs, the buffer has gaps, or its numbers do not have 32 bits.
pub(in crate::gpu) fn assert_shape<const D: usize>(tensor: &CubeTensor, shape: [usize; D]) {
    assert_eq!(tensor.shape(), shape.into(), "{tensor:?}");
    assert!(tensor.is_contiguous(), "a buffer with gaps: {tensor:?}");
    assert!(matches!(tensor.dtype, DType::F32 | DType::I32), "{tensor:?}");
}

/// A kernel's argument.
pub(in crate::gpu) fn buffer(tensor: &CubeTensor) -> BufferArg {
    tensor.clone().into_buffer_arg()
}

/// `count` numbers of a buffer from `start` on, as a tensor `[count]` that shares its memory. The adapter must
/// be able to bind `start`.
pub(in crate::gpu) fn view(buffer: &CubeTensor, start: usize, count: usize) -> CubeTensor {
    let total = buffer.shape().num_elements();
    assert!(buffer.is_contiguous(), "numbers in order");
    assert!(start + count <= total, "{count} numbers from {start} on of {total}");
    let bytes = |numbers: usize| (numbers * size_of::<f32>()) as u64;
    let handle = buffer.handle.clone();
    let handle = handle.offset_start(bytes(start)).offset_end(bytes(total - start - count));
    let (client, device) = (buffer.client.clone(), buffer.device.clone());
    CubeTensor::new_contiguous(client, device, [count].into(), handle, DType::F32)
}
