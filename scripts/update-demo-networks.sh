#!/usr/bin/env bash
# Trains the networks of `charnn demo` again, with the shipped configurations, and writes them to data/networks.
#     scripts/update-demo-networks.sh
set -euo pipefail
cd "$(dirname "$0")/.."
charnn=${CHARNN:-${CARGO_TARGET_DIR:-target}/release/charnn}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p data/networks
train() {
    "$charnn" train "configs/$1.toml" --name "$2" --device cpu --quiet --set run.root="$folder" >/dev/null
    "$charnn" export "$folder/$2" --to bundle -o "$folder/$2.charnn.safetensors" >/dev/null
    mv "$folder/$2.charnn.safetensors" data/networks/
}
train quickstart tales
train quickstart-zh tales-zh
ls -l data/networks
