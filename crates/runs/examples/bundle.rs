//! Writes the best network of a run as one file: `cargo run -p charnn-runs --example bundle RUN FILE`.

#![allow(clippy::print_stderr, reason = "a program for the terminal")]

use charnn_runs::{CheckpointSelector, RunDir};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [run, file] = &words[..] else { return Err("give a run and a file".into()) };
    let run = RunDir::find(run, Path::new("runs"))?;
    let (_, bundle) = run.load(CheckpointSelector::Best, &mut |it| eprintln!("{it}"))?;
    std::fs::write(file, bundle.to_bytes()?)?;
    Ok(())
}
