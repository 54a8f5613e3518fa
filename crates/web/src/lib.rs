//! A trained network in a web page: the functions that JavaScript calls in WebAssembly.
//!
//! Owns the boundary. Numbers cross it as arguments and results, everything else as bytes in two buffers: the caller
//! asks for the [`input`] buffer, fills it, and calls a function; the function leaves its answer in the
//! [`output`] buffer. One instance holds one network and one text that it writes.
//!
//! | module | idea |
//! |---|---|
//! | `session` | what a page does with a network, in safe Rust, tested like any other code |
//! | this file | the same as functions of the C ABI |
//!
//! Only WebAssembly gets their plain names: the C library of other systems has a `write` of its own.
//!
//! `scripts/build-web.sh` compiles this crate; `charnn export --to web` puts the result, which is part of the
//! program, into a page (`crates/report/src/web`).

#![allow(
    unsafe_code,
    reason = "`no_mangle` is an unsafe attribute; nothing here dereferences a pointer"
)]

mod session;

pub use session::{Problem, Session, Settings, Symbol};

use serde::Serialize;
use std::cell::RefCell;

#[derive(Default)]
struct Instance {
    session: Option<Session>,
    input: Vec<u8>,
    output: Vec<u8>,
}

thread_local! {
    static INSTANCE: RefCell<Instance> = RefCell::default();
}

/// Makes the input buffer `length` bytes long and returns its place.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn input(length: usize) -> *mut u8 {
    INSTANCE.with_borrow_mut(|instance| {
        instance.input = vec![0; length];
        instance.input.as_mut_ptr()
    })
}

/// The place of the output buffer.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn output() -> *const u8 {
    INSTANCE.with_borrow(|instance| instance.output.as_ptr())
}

/// The length of the output buffer in bytes.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn output_length() -> usize {
    INSTANCE.with_borrow(|instance| instance.output.len())
}

/// Loads the bundle in the input. Output: a description of the network as JSON. 0 if the bytes are no bundle.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn load() -> u32 {
    INSTANCE.with_borrow_mut(|instance| {
        let bytes = std::mem::take(&mut instance.input);
        let loaded = Session::load(&bytes).map(|session| {
            let description = session.describe();
            instance.session = Some(session);
            description
        });
        instance.answer(&loaded)
    })
}

/// Begins a text with the [`Settings`] in the input, as JSON. Output: the beginning of the text, as JSON. 0 if the
/// network cannot read the prompt or a setting is wrong.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn begin() -> u32 {
    with_session(|session, input| {
        let settings = serde_json::from_slice(input).map_err(|error| Problem::settings(&error))?;
        session.begin(&settings)
    })
}

/// Writes `count` symbols of the text. Output: the text, in UTF-8. 0 without a text.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn write(count: usize) -> u32 {
    raw(|session, _| Ok(session.write(count)?.into_bytes()))
}

/// The same, with the network's judgement. Output: the [`Symbol`]s as JSON, each with its `alternatives` likeliest
/// alternatives.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn write_judged(count: usize, alternatives: usize) -> u32 {
    with_session(|session, _| session.write_judged(count, alternatives))
}

/// Forgets what was fed.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn reset() -> u32 {
    with_session(|session, _| {
        session.reset();
        Ok(())
    })
}

/// Feeds the text in the input. Output: the number of characters that the network does not know.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn feed() -> u32 {
    with_session(|session, input| Ok(session.feed(&String::from_utf8_lossy(input))))
}

/// The logits of what follows what was fed. Output: `[V]` numbers of four bytes.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn logits() -> u32 {
    raw(|session, _| Ok(numbers(session.logits())))
}

/// The hidden state of a layer along the text in the input. Output: `[T, H]` numbers of four bytes. 0 if there is no
/// such layer.
#[cfg_attr(target_family = "wasm", unsafe(no_mangle))]
pub extern "C" fn hidden_states(layer: usize) -> u32 {
    raw(|session, input| {
        let states = session.hidden_states(&String::from_utf8_lossy(input), layer)?;
        Ok(numbers(&states))
    })
}

fn numbers(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Calls `act` with the session and the input; its result becomes the output as JSON.
fn with_session<T: Serialize>(act: impl FnOnce(&mut Session, &[u8]) -> Result<T, Problem>) -> u32 {
    INSTANCE.with_borrow_mut(|instance| {
        let Instance { session, input, .. } = instance;
        let result = session.as_mut().ok_or_else(Problem::no_network);
        let result = result.and_then(|session| act(session, input));
        instance.answer(&result)
    })
}

/// The same with bytes.
fn raw(act: impl FnOnce(&mut Session, &[u8]) -> Result<Vec<u8>, Problem>) -> u32 {
    INSTANCE.with_borrow_mut(|instance| {
        let Instance { session, input, .. } = instance;
        let result = session.as_mut().ok_or_else(Problem::no_network);
        match result.and_then(|session| act(session, input)) {
            Ok(bytes) => {
                instance.output = bytes;
                1
            }
            Err(problem) => instance.answer::<()>(&Err(problem)),
        }
    })
}

impl Instance {
    /// 1 and the result, or 0 and the problem.
    fn answer<T: Serialize>(&mut self, result: &Result<T, Problem>) -> u32 {
        let (output, code) = match result {
            Ok(value) => (serde_json::to_vec(value), 1),
            Err(problem) => (serde_json::to_vec(problem), 0),
        };
        self.output = output.unwrap_or_default();
        code
    }
}
