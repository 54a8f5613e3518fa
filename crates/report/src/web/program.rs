//! What runs a network in a page.

/// The crate `web` for WebAssembly, compressed: what `scripts/build-web.sh` writes.
pub(super) const WASM: &[u8] = include_bytes!("charnn.wasm.gz");
/// Its interface for JavaScript.
pub(super) const MODULE: &str = include_str!("charnn.js");
