//! A network as a web page that needs no other file, and as a package for other pages.
//!
//! The network runs in the page: `charnn.wasm.gz` is the crate `web`, compiled by `scripts/build-web.sh`.

mod base64;
mod page;
mod program;
mod words;

use charnn_bundle::{Bundle, BundleError, ExportedFile};
use charnn_message::Language;
use flate2::read::GzDecoder;
use program::{MODULE, WASM};
use serde_json::json;
use std::io::Read as _;

/// What the network's file is called in the package.
const NETWORK: &str = "network.charnn.safetensors";

/// The network as a folder: `index.html`, a page that works without a server and without the other files, and a
/// package for npm and other pages: `charnn.js`, `charnn.wasm`, the network and `package.json`.
///
/// # Errors
/// When the weights cannot be encoded.
pub fn web_package(
    bundle: &Bundle,
    name: &str,
    language: Language,
) -> Result<Vec<ExportedFile>, BundleError> {
    let network = bundle.to_bytes()?;
    let mut wasm = Vec::new();
    GzDecoder::new(WASM).read_to_end(&mut wasm).expect("the program's own file");
    let page = page::page(&network, bundle.provenance(), name, language);
    Ok(vec![
        ExportedFile { name: "index.html", bytes: page.into_bytes() },
        ExportedFile { name: "charnn.js", bytes: MODULE.into() },
        ExportedFile { name: "charnn.wasm", bytes: wasm },
        ExportedFile { name: NETWORK, bytes: network },
        ExportedFile { name: "package.json", bytes: package(name) },
    ])
}

/// The description of the package for npm.
fn package(name: &str) -> Vec<u8> {
    let plain = |character: char| match character {
        'a'..='z' | '0'..='9' => character,
        'A'..='Z' => character.to_ascii_lowercase(),
        _ => '-',
    };
    let name: String = name.chars().map(plain).take(100).collect();
    let name = name.trim_matches('-');
    let package = json!({
        "name": if name.is_empty() { "network" } else { name },
        "version": "1.0.0",
        "description": "A character-level recurrent network, trained with charnn",
        "type": "module",
        "exports": { ".": "./charnn.js", "./charnn.wasm": "./charnn.wasm", "./network": format!("./{NETWORK}") },
        "files": ["charnn.js", "charnn.wasm", NETWORK, "index.html"],
    });
    format!("{package:#}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_one_that_npm_accepts() {
        for (name, expected) in [("Tales 2", "tales-2"), ("红楼梦", "network"), ("../a", "a")] {
            let package: serde_json::Value = serde_json::from_slice(&package(name)).expect("JSON");
            assert_eq!(package["name"], expected);
        }
    }
}
