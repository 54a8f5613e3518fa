//! How likely a network finds each character of some lines: `cargo run -p charnn-infer --example score`.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use charnn_infer::{Bundle, Engine, OnUnknown};

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new(&Bundle::from_bytes(include_bytes!("tales.charnn.safetensors"))?);
    for line in ["Once upon a time there was a", "Ecno nopu a emit ereht saw a"] {
        let ids = engine.vocabulary().encode_with(line, OnUnknown::Skip)?;
        let losses = engine.score(&ids);
        let mean = losses.iter().sum::<f32>() / losses.len() as f32;
        println!("{mean:.2} nats per character: {line}");
        for (&id, loss) in ids[1..].iter().zip(&losses) {
            println!("  {:?} {:.1} %", engine.vocabulary().symbol(id), 100.0 * (-loss).exp());
        }
    }
    Ok(())
}
