#!/usr/bin/env bash
# Measures the cost of a checkpoint: trains two LSTM layers of 512 (4.3 million parameters, 51 MB per
# checkpoint) without checkpoints and with one after every step, and prints the time of one and its share of
# training time at the default interval of two minutes.
#
#   scripts/bench-checkpoint.sh [STEPS]
set -euo pipefail
cd "$(dirname "$0")/.."
steps="${1:-40}"
cargo build --release --workspace
charnn="$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/charnn"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# milliseconds INTERVAL: training time up to the last step, with checkpoints at that interval.
milliseconds() {
    run=$("$charnn" train --device cpu --set run.root="$work" --set checkpoint.every="$1" \
        --set data.path=builtin:tales --set model.cell=lstm --set model.hidden_size=512 \
        --set model.embedding_dim=512 --set model.num_layers=2 --set train.batch_size=50 \
        --set train.seq_length=50 --set train.epochs=1000 --set train.max_steps="$steps" \
        --set eval.every_steps=1000000 --set sample.every_steps=1000000 --set sample.length=1 2>/dev/null)
    grep '"step":'"$steps"',.*"train_loss"' "$run/metrics.jsonl" |
        sed 's/.*"seconds":\([0-9.]*\).*/\1/' | awk '{ printf "%d\n", 1000 * $1 }'
}

for round in 1 2 3; do
    without=$(milliseconds "")
    with=$(milliseconds "1 steps")
    awk -v without="$without" -v with="$with" -v count="$((steps - 1))" -v round="$round" 'BEGIN {
        each = (with - without) / count
        printf "round %d: %.0f ms a step, %.0f ms a checkpoint: %.2f %% of training at one every 2 minutes\n",
            round, without / (count + 1), each, each / 1200
    }'
done
