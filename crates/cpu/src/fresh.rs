//! Large buffers that a pass fills, without zeros from front to back first.
//!
//! Zeros for a whole buffer would travel to memory and back before they are overwritten, on one
//! thread. Here the thread that fills some rows clears them just before, in its own cache.

use std::mem::MaybeUninit;

/// Numbers that need not be set yet.
pub(crate) type Fresh = [MaybeUninit<f32>];

/// Memory for a known count of numbers.
pub(crate) struct Buffer {
    values: Vec<f32>,
    length: usize,
}

impl Buffer {
    pub(crate) fn new(length: usize) -> Self {
        let mut buffer = Self { values: Vec::with_capacity(length), length };
        if cfg!(test) {
            // What nobody sets shows in every result.
            buffer.fresh().fill(MaybeUninit::new(f32::NAN));
        }
        buffer
    }

    /// All of it, to be set.
    pub(crate) fn fresh(&mut self) -> &mut Fresh {
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
pub(crate) fn cleared(rows: &mut Fresh) -> &mut [f32] {
    for value in &mut *rows {
        value.write(0.0);
    }
    #[expect(unsafe_code, reason = "the library's own way is not stable yet")]
    // SAFETY: the loop has set every number.
    unsafe {
        rows.assume_init_mut()
    }
}
