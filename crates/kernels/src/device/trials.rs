//! What tests, measurements and warm-ups change about launches. Nothing else calls these.

/// Runs `work` so that GPUs compile its kernels and run none of them. Numbers that it reads are arbitrary.
///
/// Launches of other threads are not run either, meanwhile.
pub fn compile_only<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(feature = "gpu")]
    let _dry_run = cubecl::dry_run::DryRun::new();
    work()
}

/// From now on, kernels of this process that have not been compiled yet count their units and workgroups
/// backwards. Results do not change: see `gpu/order.rs`.
pub fn mirror_positions() {
    #[cfg(feature = "gpu")]
    crate::gpu::mirror();
}

/// From now on, layers of this process are cut as on a GPU with `bytes` of shared memory. One that has less
/// does not run them.
pub fn assume_shared_memory(bytes: usize) {
    #[cfg(feature = "gpu")]
    crate::gpu::assume_shared_memory(bytes);
    #[cfg(not(feature = "gpu"))]
    let _ = bytes;
}

/// From now on, parameters are updated one by one on a GPU if all of them together, with their moments, take more
/// than `bytes`: as on an adapter that binds no larger buffer.
pub fn assume_largest_buffer(bytes: usize) {
    #[cfg(feature = "gpu")]
    crate::gpu::assume_largest_buffer(bytes);
    #[cfg(not(feature = "gpu"))]
    let _ = bytes;
}

/// From now on, kernels of this process bind at most `count` buffers, one of them for their scalars: as on an
/// adapter with that limit.
pub fn assume_buffers(count: usize) {
    #[cfg(feature = "gpu")]
    crate::gpu::assume_buffers(count);
    #[cfg(not(feature = "gpu"))]
    let _ = count;
}

/// From now on, a launch of this process may take so many seconds by an estimate for a weak GPU. Results do not
/// change: work is cut between time steps and workgroups.
pub fn assume_longest_launch(seconds: f64) {
    #[cfg(feature = "gpu")]
    crate::gpu::assume_longest_launch(seconds);
    #[cfg(not(feature = "gpu"))]
    let _ = seconds;
}
