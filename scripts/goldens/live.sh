#!/usr/bin/env bash
# Compares the tutorial at full size with Keras: ten steps of batch 128, windows of 100, Embedding 256 and
# SimpleRNN 256 from the same weights, loss by loss and weight by weight.
#
#   PYTHON=venv/bin/python scripts/goldens/live.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" scripts/goldens/make.py --full --out "$folder"
# CPU only: a software GPU would take many minutes at this size.
VK_DRIVER_FILES=/dev/null CHARNN_GOLDENS=$folder cargo test --release --workspace \
    --test network --test training -- --nocapture logits_are greedy_text ten_steps
