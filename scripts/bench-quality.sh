#!/usr/bin/env bash
# How well networks learn in how much time, on this machine: trains tinyshakespeare by each committed
# configuration that is meant for it, and by the yardsticks of ../shared/baselines with PyTorch where
# both are there, one after the other. Prints a line for each: seconds of training, and nats per
# character on the last tenth of the text.
#
#   scripts/bench-quality.sh [TEXT]
#
# PYTHON names the Python with PyTorch (default: python3).
set -euo pipefail
cd "$(dirname "$0")/.."
text="${1:-$([ -f data/tinyshakespeare.txt ] && echo data || echo ../shared/data)/tinyshakespeare.txt}"
[ -f "$text" ] || { echo "no $text: run scripts/fetch-data.sh tinyshakespeare" >&2; exit 1; }
text=$(realpath "$text")
python="${PYTHON:-python3}"
cargo build --release --workspace
charnn="$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/charnn"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for config in shakespeare-5s shakespeare-30s shakespeare-10m; do
    run=$("$charnn" train "configs/$config.toml" --set data.path="$text" --set run.root="$work" --device cpu 2>/dev/null)
    seconds=$(grep train_nats "$run/metrics.jsonl" | tail -1 | sed 's/.*"seconds":\([0-9.]*\).*/\1/')
    nats=$(grep -o '"valid_nats":[0-9.]*' "$run/metrics.jsonl" | tail -1 | cut -d: -f2)
    echo "$config: $seconds s of training, $nats nats per character"
done
yardstick() { echo "$*: $("$python" ../shared/baselines/"$1" "$text" "${@:2}" --threads "$(nproc)" | tail -1)"; }
if [ -f ../shared/baselines/small_gpt.py ] && "$python" -c 'import torch' 2>/dev/null; then
    yardstick small_gpt.py
    yardstick torch_char_rnn.py --cell LSTM --lr 5e-3
    yardstick torch_char_rnn.py --cell GRU --lr 4e-3
else
    echo "skipped: the yardsticks want ../shared/baselines and a Python with PyTorch (PYTHON=...)"
fi
