//! Long texts need no more memory than short ones. The only test of its process, so that nothing else takes memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{Cell, Seed};
use charnn_infer::{Engine, Piece, Request, Sampling, write_texts};
use shared::bundle;
use std::ops::ControlFlow;

/// The most memory that this process has had, in KiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_million_characters_are_written_in_constant_memory() {
    let engine = Engine::new(&bundle(Cell::Gru, false, true));
    let sampling =
        Sampling { top_k: 9, top_p: 0.95, repetition_penalty: 1.1, ..Sampling::default() };
    let chain = sampling.chain(engine.vocabulary());
    let request = Request { context: vec![3], prompt: vec![4, 2], window: 0, chain, seed: Seed(3) };
    let write = |length: usize| {
        let mut written = 0;
        let _ = write_texts(&engine, &request, 0..1, &length.into(), &mut |piece| {
            if let Piece::Symbols(symbols) = piece {
                written += symbols.chars().count();
            }
            ControlFlow::Continue(())
        });
        assert_eq!(written, length);
    };
    write(20_000);
    let Some(before) = peak() else {
        println!("this system does not tell how much memory a process has had: skipped");
        return;
    };
    write(1_000_000);
    let more = peak().unwrap() - before;
    assert!(more < 512, "{more} KiB more for 1,000,000 characters than for 20,000");
}
