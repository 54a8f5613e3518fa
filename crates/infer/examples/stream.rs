//! A text on the terminal while it is written: `cargo run -p charnn-infer --example stream`.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use charnn_infer::{Bundle, Engine, Prompt, Request, Sampling, Seed};
use std::io::Write;

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new(&Bundle::from_bytes(include_bytes!("tales.charnn.safetensors"))?);
    let prompt = Prompt::of(&engine, "The fox")?;
    let chain = Sampling { temperature: 0.7, top_k: 20, top_p: 0.95, ..Sampling::default() }
        .chain(engine.vocabulary());
    let request =
        Request { context: prompt.context, prompt: prompt.ids, window: 0, chain, seed: Seed(2) };
    print!("{}", prompt.text);
    for id in engine.stream(&request).take(300) {
        print!("{}", engine.vocabulary().symbol(id));
        std::io::stdout().flush()?;
    }
    println!();
    Ok(())
}
