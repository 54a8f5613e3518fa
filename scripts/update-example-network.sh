#!/usr/bin/env bash
# Trains the network of the examples of crates/infer again. Takes a few minutes. Afterwards the texts and
# numbers that the documentation and the tests of crates/infer quote have to be updated.
#     scripts/update-example-network.sh [STEPS [FILE]]
set -euo pipefail
cd "$(dirname "$0")/.."
steps=${1:-14000}
file=${2:-crates/infer/examples/tales.charnn.safetensors}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo run --release --workspace --bin charnn -- train builtin:tales --name tiny --device cpu --quiet \
    --set run.root="$folder" --set model.embedding_dim=16 --set model.hidden_size=48 \
    --set train.epochs=1000 --set train.max_steps="$steps"
cargo run --release -p charnn-runs --example bundle "$folder/tiny" "$file"
ls -l "$file"
