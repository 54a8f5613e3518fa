//! Texts: what they depend on, and what they do not.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod shared;

use charnn_bundle::{Cell, Seed};
use charnn_infer::{
    Candidates, Chain, Engine, Generator, Past, Piece, Request, Sampler, Sampling, write_texts,
};
use shared::{V, bundle, ids};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

fn request(engine: &Engine, prompt: &[u16], window: usize) -> Request {
    let chain = Sampling::default().chain(engine.vocabulary());
    Request { context: Vec::new(), prompt: prompt.to_vec(), window, chain, seed: Seed(3) }
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn a_text_depends_on_its_number_alone() {
    for cell in Cell::ALL {
        let engine = Engine::new(&bundle(cell, false, true));
        for window in [0, 4] {
            let request = request(&engine, &[4, 2, 9], window);
            let alone = |text| Generator::new(&engine, &request, [text]).write(9).concat();
            let alone: Vec<Vec<u16>> = (0..7).map(alone).collect();
            assert_ne!(alone[0], alone[1]);
            for (threads, count) in [(1, 7), (3, 7), (1, 200), (5, 200)] {
                let many = on_threads(threads, || {
                    let mut generator = Generator::new(&engine, &request, 0..count);
                    let (first, second) = (generator.write(2), generator.write(7));
                    first
                        .into_iter()
                        .zip(second)
                        .map(|it| [it.0, it.1].concat())
                        .collect::<Vec<_>>()
                });
                assert_eq!(many.len() as u64, count);
                assert_eq!(many[..7], alone[..], "{cell}, {window}, {count} on {threads} threads");
            }
        }
    }
}

#[test]
fn a_window_as_long_as_the_text_is_a_carried_state() {
    for cell in Cell::ALL {
        let engine = Engine::new(&bundle(cell, true, false));
        let write = |window| engine.write(&request(&engine, &[4, 2, 9], window), 12);
        assert_eq!(write(0), write(1000), "{cell}");
        assert_ne!(write(0), write(1), "{cell}: one symbol remembers nothing");
    }
}

#[test]
fn a_fork_continues_as_the_text_would_have() {
    let engine = Engine::new(&bundle(Cell::Lstm, false, true));
    let text = ids(30);
    let whole = request(&engine, &text, 0);
    let mut state = engine.start();
    state.read(&text);
    let rest = Request { prompt: Vec::new(), ..whole.clone() };
    let expected = Generator::new(&engine, &whole, 0..5).write(20);
    for _ in 0..2 {
        assert_eq!(Generator::resume(&state, &rest, 0..5).write(20), expected);
    }
    assert_eq!(state.length(), 30);
}

#[test]
fn a_context_is_read_before_the_prompt_and_does_not_show() {
    let engine = Engine::new(&bundle(Cell::Gru, false, false));
    for window in [0, 6] {
        let whole = request(&engine, &[4, 2, 9, 7, 1], window);
        let text = engine.write(&whole, 20);
        for cut in 1..=5 {
            let (context, prompt) = whole.prompt.split_at(cut);
            let (context, prompt) = (context.to_vec(), prompt.to_vec());
            let parted = Request { context, prompt, ..whole.clone() };
            assert_eq!(engine.write(&parted, 20), text, "cut at {cut}");
        }
    }
}

#[test]
fn a_stream_and_pieces_give_the_same_text() {
    let engine = Engine::new(&bundle(Cell::Gru, false, false));
    let request = request(&engine, &[1], 0);
    let text = engine.write(&request, 50);
    let streamed: Vec<u16> = engine.stream(&request).take(50).collect();
    assert_eq!(engine.vocabulary().decode(&streamed), text);
    let mut texts: Vec<String> = Vec::new();
    let mut pieces = 0;
    let _ = write_texts(&engine, &request, 0..300, &50.into(), &mut |piece| {
        match piece {
            Piece::Begin(index) => {
                assert_eq!(index, texts.len() as u64);
                texts.push(String::new());
            }
            Piece::Symbols(symbols) => texts.last_mut().unwrap().push_str(symbols),
            Piece::End => {}
        }
        pieces += 1;
        ControlFlow::Continue(())
    });
    assert_eq!(texts.len(), 300);
    assert_eq!(texts[0], text);
    for (index, text) in texts.iter().enumerate() {
        let expected = Generator::new(&engine, &request, [index as u64]).write(50).concat();
        assert_eq!(*text, engine.vocabulary().decode(&expected), "text {index}");
    }
    let mut left = pieces / 2;
    let stopped = write_texts(&engine, &request, 0..300, &50.into(), &mut |_| {
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(stopped.is_break() && left == 0);
}

/// The symbols and the count that a sampler saw at each step.
type Seen = Vec<(Vec<u16>, u64)>;

/// A sampler that notes what it sees and forbids what came just before.
#[derive(Debug)]
struct NoRepeat(Arc<Mutex<Seen>>);

impl Sampler for NoRepeat {
    fn apply(&self, candidates: &mut Candidates, past: &Past<'_>) {
        self.0.lock().unwrap().push((past.symbols.to_vec(), past.written));
        candidates.retain(|id| !past.symbols.ends_with(&[id]));
    }

    fn reach(&self) -> usize {
        3
    }
}

#[test]
fn samplers_see_the_past_as_far_as_they_reach() {
    let engine = Engine::new(&bundle(Cell::Gru, false, false));
    let seen = Arc::default();
    let chain = Chain::new().then(NoRepeat(Arc::clone(&seen)));
    let request = Request {
        context: vec![0; 9],
        prompt: vec![4, 2, 9, 7, 1],
        window: 0,
        chain,
        seed: Seed(3),
    };
    let written = Generator::new(&engine, &request, [0]).write(100).concat();
    let whole = [&request.prompt[..], &written].concat();
    assert!(whole.windows(2).all(|pair| pair[0] != pair[1]), "{whole:?}");
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 100);
    for (at, (past, count)) in seen.iter().enumerate() {
        assert_eq!(*count, at as u64);
        assert!((3..=6).contains(&past.len()), "no more is kept than is needed: {}", past.len());
        assert!(whole[..5 + at].ends_with(past), "after {at}");
    }
    assert!(whole.iter().all(|&id| id < V));
}
