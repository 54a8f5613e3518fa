//! The vector instructions and threads that a pass runs on.

use pulp::{Arch, Simd, WithSimd};

/// Vector instructions and threads. Results differ between instructions by rounding; between
/// numbers of threads, not at all.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    pub(crate) arch: Arch,
    pub(crate) threads: usize,
}

impl Machine {
    /// The best instructions of this processor, and the threads of the current pool.
    pub fn here() -> Self {
        Self { arch: Arch::new(), threads: rayon::current_num_threads() }
    }

    /// How many numbers a vector holds.
    pub(crate) fn vector(self) -> usize {
        struct Width;
        impl WithSimd for Width {
            type Output = usize;
            fn with_simd<S: Simd>(self, _: S) -> usize {
                S::F32_LANES
            }
        }
        self.arch.dispatch(Width)
    }

    /// This machine, and what it would be with narrower vectors or none, for tests.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        let threads = 2;
        let archs = [Arch::Scalar, Arch::new()].into_iter();
        #[cfg(target_arch = "x86_64")]
        let archs = archs.chain(pulp::x86::V3::try_new().map(Arch::V3));
        archs.map(|arch| Self { arch, threads }).collect()
    }
}
