//! Any files in a run's folder. A small run asks for no large piece of memory, whatever they say.
#![no_main]

#[path = "../../crates/train/tests/properties/checkpoint.rs"]
mod checkpoint;

use checkpoint::Example;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::LazyLock;

/// The most bytes that may be asked for at once.
const MOST: usize = 64 << 20;

/// The system's allocator, which ends the process where too much is asked of it. The fuzzer's own
/// limit sees what was used, not what was asked for.
struct Limited;

impl Limited {
    fn check(size: usize) {
        if size > MOST {
            eprintln!("panicked: {size} bytes at once");
            std::process::abort();
        }
    }
}

// SAFETY: all work is the system's.
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
