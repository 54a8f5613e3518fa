#!/usr/bin/env bash
# Compiles the crate `web` to WebAssembly and puts it into the program, which is rebuilt after that. Needs the target
# wasm32-unknown-unknown (`rustup target add wasm32-unknown-unknown`).
#     scripts/build-web.sh
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
RUSTFLAGS="-C target-feature=+simd128 --remap-path-prefix=$PWD=charnn --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo" \
    cargo build --locked --profile web --target wasm32-unknown-unknown -p charnn-web
gzip -9nc "$target/wasm32-unknown-unknown/web/charnn_web.wasm" > crates/report/src/web/charnn.wasm.gz
wc -c "$target/wasm32-unknown-unknown/web/charnn_web.wasm" crates/report/src/web/charnn.wasm.gz
