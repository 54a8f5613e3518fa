//! Loads run folders with arbitrary files. A small run never allocates a large block of memory.
#![no_main]

#[path = "../../crates/train/tests/training/properties/checkpoint.rs"]
mod checkpoint;

use checkpoint::Example;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::LazyLock;

/// The largest permitted allocation, in bytes.
const MOST: usize = 64 << 20;

/// The system allocator, which aborts on a request larger than [`MOST`]. The fuzzer's own limit counts
/// memory in use, not requests.
struct Limited;

impl Limited {
    fn check(size: usize) {
        if size > MOST {
            eprintln!("panicked: {size} bytes at once");
            std::process::abort();
        }
    }
}

// SAFETY: every call is passed to the system allocator.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::check(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::check(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::check(size);
        unsafe { System.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static LIMITED: Limited = Limited;

static EXAMPLE: LazyLock<Example> = LazyLock::new(Example::new);

libfuzzer_sys::fuzz_target!(|input: &[u8]| EXAMPLE.check(input));
