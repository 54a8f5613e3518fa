//! Makes networks and prints logits, for `scripts/exchange-live.py`.
//!
//! ```text
//! live make FILE CELL LAYERS TIED NORM     writes a network with random weights
//! live logits FILE SYMBOLS                 SYMBOLS is a JSON list; prints the logits after each of them
//! ```

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program for one script")]

#[path = "../tests/shared/mod.rs"]
mod shared;

use charnn_bundle::Bundle;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", file, cell, layers, tied, norm] => {
            let cell = shared::CELLS.into_iter().find(|known| known.name() == cell).unwrap();
            let [tied, norm] = [tied, norm].map(|word| word == "True");
            let network = shared::network(cell, layers.parse().unwrap(), tied, norm);
            std::fs::write(file, network.to_bytes().unwrap()).unwrap();
        }
        ["logits", file, symbols] => {
            let bundle = Bundle::from_bytes(&std::fs::read(file).unwrap()).unwrap();
            let symbols: Vec<String> = serde_json::from_str(symbols).unwrap();
            println!("{}", serde_json::json!(shared::logits(&bundle, &symbols)));
        }
        _ => panic!("see the beginning of live.rs"),
    }
}
