//! One beginning, several continuations, without reading the beginning again:
//! `cargo run -p charnn-infer --example fork`.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use charnn_infer::{Bundle, Engine, Generator, Request, Sampling, Seed};

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new(&Bundle::from_bytes(include_bytes!("tales.charnn.safetensors"))?);
    let mut state = engine.start();
    state.read(&engine.vocabulary().encode("The old man said: ")?);
    let chain = Sampling { temperature: 0.6, ..Sampling::default() }.chain(engine.vocabulary());
    let request =
        Request { context: Vec::new(), prompt: Vec::new(), window: 0, chain, seed: Seed(4) };
    for text in Generator::resume(&state, &request, 0..3).write(60) {
        println!("{}", engine.vocabulary().decode(&text));
    }
    // A fork reads on; the state it came from stays as it is.
    let mut fork = state.clone();
    fork.read(&engine.vocabulary().encode("I am ")?);
    println!("{} symbols here, {} in the fork", state.length(), fork.length());
    Ok(())
}
