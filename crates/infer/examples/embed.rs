//! A trained network in a program, in ten lines: `cargo run -p charnn-infer --example embed`.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use charnn_infer::{Bundle, Engine, Prompt, Request, Sampling, Seed};

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bundle = Bundle::from_bytes(include_bytes!("tales.charnn.safetensors"))?;
    let engine = Engine::new(&bundle);
    let prompt = Prompt::of(&engine, "Once upon a time")?;
    let chain = Sampling { temperature: 0.5, ..Sampling::default() }.chain(engine.vocabulary());
    let request =
        Request { context: prompt.context, prompt: prompt.ids, window: 0, chain, seed: Seed(1) };
    println!("{}{}", prompt.text, engine.write(&request, 200));
    Ok(())
}
