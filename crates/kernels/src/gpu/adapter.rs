//! The adapter: its limits, and sizes as launches take them.

use cubecl::client::Client;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of shared memory to assume, or 0 for those of the adapter.
static ASSUMED: AtomicUsize = AtomicUsize::new(0);

/// See [`crate::device::assume_shared_memory`].
pub(crate) fn assume_shared_memory(bytes: usize) {
    ASSUMED.store(bytes, Ordering::Relaxed);
}

/// Buffers that a kernel can bind besides its scalars to assume, or 0 for those of the adapter.
static ASSUMED_BUFFERS: AtomicUsize = AtomicUsize::new(0);

/// See [`crate::device::assume_buffers`].
pub(crate) fn assume_buffers(count: usize) {
    ASSUMED_BUFFERS.store(count.saturating_sub(1), Ordering::Relaxed);
}

/// The limits of an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::gpu) struct Limits {
    /// Bytes of shared memory in a cube.
    pub(in crate::gpu) shared: usize,
    /// Units of a cube.
    pub(in crate::gpu) units: usize,
    /// Buffers that a kernel can bind besides the one with its scalars.
    pub(in crate::gpu) buffers: usize,
    /// Cubes that run at the same time at full speed, where the adapter says.
    pub(in crate::gpu) processors: Option<usize>,
}

/// Bytes of a buffer to assume, or 0 for those of the adapter.
static ASSUMED_BUFFER: AtomicUsize = AtomicUsize::new(0);

/// See [`crate::device::assume_largest_buffer`].
pub(crate) fn assume_largest_buffer(bytes: usize) {
    ASSUMED_BUFFER.store(bytes, Ordering::Relaxed);
}

/// Bytes of the largest buffer that the adapter can bind.
pub(in crate::gpu) fn largest_buffer(client: &Client) -> u64 {
    match ASSUMED_BUFFER.load(Ordering::Relaxed) {
        0 => client.properties().memory.max_page_size,
        assumed => assumed as u64,
    }
}

/// The limits of the adapter.
pub(in crate::gpu) fn limits(client: &Client) -> Limits {
    let hardware = &client.properties().hardware;
    Limits {
        shared: match ASSUMED.load(Ordering::Relaxed) {
            0 => hardware.max_shared_memory_size,
            assumed => assumed,
        },
        units: hardware.max_units_per_cube.min(hardware.max_cube_dim.0) as usize,
        // One less than the graphics API allows: cubecl keeps one, which is enough for the scalars.
        buffers: match ASSUMED_BUFFERS.load(Ordering::Relaxed) {
            0 => hardware.max_bindings as usize,
            assumed => assumed,
        },
        processors: hardware.num_streaming_multiprocessors.map(|count| count as usize),
    }
}

/// A size as kernels and launches take it.
pub(in crate::gpu) fn scalar(size: usize) -> u32 {
    u32::try_from(size).expect("sizes of a batch are far below 2^32")
}
