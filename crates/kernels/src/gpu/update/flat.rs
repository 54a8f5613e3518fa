//! Many tensors side by side in one buffer.

use super::gather;
use crate::gpu::adapter::largest_buffer;
use crate::gpu::buffers::empty;
use burn::backend::{DType, TensorMetadata};
use burn_cubecl::tensor::CubeTensor;
use cubecl::client::Client;

/// Where each tensor begins, and how many numbers it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    parts: Vec<(usize, usize)>,
    /// Numbers of the buffer, gaps included.
    pub(super) total: usize,
}

impl Layout {
    /// The layout of tensors `[N]`, each at an offset that the adapter can bind.
    pub(super) fn of(tensors: &[CubeTensor]) -> Self {
        let bytes = tensors[0].client.properties().memory.alignment;
        let alignment = usize::try_from(bytes).expect("a small number") / size_of::<f32>();
        Self::aligned(tensors.iter().map(|tensor| tensor.shape().num_elements()), alignment)
    }

    /// Whether the adapter can bind three such buffers as one.
    pub(super) fn fits(&self, client: &Client) -> bool {
        (3 * self.total * size_of::<f32>()) as u64 <= largest_buffer(client)
    }

    fn aligned(counts: impl Iterator<Item = usize>, alignment: usize) -> Self {
        let alignment = alignment.max(64);
        let mut total = 0;
        let parts = counts.map(|count| {
            let start = total;
            total = (start + count).next_multiple_of(alignment);
            (start, count)
        });
        let parts = parts.collect();
        Self { parts, total }
    }

    /// Where each tensor begins, and how many numbers it has.
    pub(super) fn parts(&self) -> impl Iterator<Item = (usize, usize)> {
        self.parts.iter().copied()
    }
}

/// The three tensors of every parameter in one buffer: all of the first kind, then all of the second,
/// then all of the third. They are already there after an update; else they are copied.
pub(super) fn side_by_side(states: &[[CubeTensor; 3]], layout: &Layout) -> CubeTensor {
    for ([value, ..], (_, count)) in states.iter().zip(layout.parts()) {
        assert_eq!(value.shape().num_elements(), count, "a parameter and its gradient");
    }
    assert_eq!(states.len(), layout.parts.len(), "parameters and gradients");
    if let Some(buffer) = common_buffer(states, layout) {
        return buffer;
    }
    let all = empty(&states[0][0], [3 * layout.total]);
    for kind in 0..3 {
        let tensors: Vec<CubeTensor> = states.iter().map(|state| state[kind].clone()).collect();
        gather::run(&tensors, layout, kind * layout.total, Some(&all), None, 1.0);
    }
    all
}

/// The buffer of which all tensors are views as [`side_by_side`] lays them out, if there is one.
fn common_buffer(states: &[[CubeTensor; 3]], layout: &Layout) -> Option<CubeTensor> {
    let first = &states[0][0].handle;
    let id = first.memory.clone().binding().id();
    let bytes = |numbers: usize| (numbers * size_of::<f32>()) as u64;
    for (state, (start, count)) in states.iter().zip(layout.parts()) {
        for (kind, tensor) in state.iter().enumerate() {
            let handle = &tensor.handle;
            let start = kind * layout.total + start;
            let ends = bytes(3 * layout.total - start - count);
            let same = handle.memory.clone().binding().id() == id
                && handle.offset_start.unwrap_or(0) == bytes(start)
                && handle.offset_end.unwrap_or(0) == ends
                && handle.size_in_used() == bytes(count);
            if !same {
                return None;
            }
        }
    }
    let mut handle = first.clone();
    (handle.offset_start, handle.offset_end) = (None, None);
    let like = &states[0][0];
    let (client, device) = (like.client.clone(), like.device.clone());
    let shape = [3 * layout.total].into();
    Some(CubeTensor::new_contiguous(client, device, shape, handle, DType::F32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tensor_begins_where_an_adapter_can_bind_it() {
        let layout = Layout::aligned([1, 64, 65, 200].into_iter(), 16);
        assert_eq!(layout.parts, [(0, 1), (64, 64), (128, 65), (256, 200)]);
        assert_eq!(layout.total, 512);
        let layout = Layout::aligned([1, 65].into_iter(), 128);
        assert_eq!((layout.parts, layout.total), (vec![(0, 1), (128, 65)], 256));
    }
}
