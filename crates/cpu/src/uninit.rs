//! Large buffers that a pass fills, without clearing them as a whole first.
//!
//! Clearing a whole buffer on one thread would send zeros to memory and back. Here the thread that
//! fills some rows clears them just before, in its own cache.

use std::mem::MaybeUninit;

/// Numbers that may be uninitialized.
pub(crate) type Uninit = [MaybeUninit<f32>];

/// Memory for a known count of numbers.
pub(crate) struct Buffer {
    values: Vec<f32>,
    length: usize,
}

impl Buffer {
    pub(crate) fn new(length: usize) -> Self {
        let mut buffer = Self { values: Vec::with_capacity(length), length };
        if cfg!(test) {
            // Numbers that are never set show in every result.
            buffer.uninit().fill(MaybeUninit::new(f32::NAN));
        }
        buffer
    }

    /// All of it, to be set.
    pub(crate) fn uninit(&mut self) -> &mut Uninit {
        &mut self.values.spare_capacity_mut()[..self.length]
    }

    /// The numbers.
    ///
    /// # Safety
    /// All of them have been set.
    #[expect(unsafe_code, reason = "the compiler cannot follow rows through threads")]
    pub(crate) unsafe fn filled(mut self) -> Vec<f32> {
        // SAFETY: the memory is there since `new`, and the caller answers for what is in it.
        unsafe { self.values.set_len(self.length) };
        self.values
    }
}

/// Sets all of `rows` to zero.
#[inline(always)]
pub(crate) fn cleared(rows: &mut Uninit) -> &mut [f32] {
    for value in &mut *rows {
        value.write(0.0);
    }
    #[expect(unsafe_code, reason = "the library's own way is not stable yet")]
    // SAFETY: the loop has set every number.
    unsafe {
        rows.assume_init_mut()
    }
}
