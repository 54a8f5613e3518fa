#!/usr/bin/env bash
# Measures how well networks learn in how much time: trains on Tiny Shakespeare and a Chinese novel with each
# committed configuration for them, and with the PyTorch baselines of ../shared/baselines where both exist, one
# after the other. Prints one line each: seconds of training, and nats per character on the last tenth.
#
#   scripts/bench-quality.sh [FOLDER]
#
# FOLDER contains tinyshakespeare.txt (scripts/fetch-data.sh downloads it to data/) and hongloumeng_utf8.txt;
# missing files are skipped. PYTHON is a Python with PyTorch (default: python3). ONLY is a regular expression
# that selects rows, such as '5s|gpt'.
set -euo pipefail
cd "$(dirname "$0")/.."
texts=$(realpath "${1:-$([ -f data/tinyshakespeare.txt ] && echo data || echo ../shared/data)}")
python="${PYTHON:-python3}"
cargo build --release --workspace
charnn="$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/charnn"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wanted() { grep -qE -- "${ONLY:-}" <<<"$*"; }

# ours CONFIG TEXT
ours() {
    local run seconds nats
    wanted "$1" || return 0
    [ -f "$texts/$2" ] || { echo "skipped: $1 needs $texts/$2"; return; }
    run=$("$charnn" train "configs/$1.toml" --set data.path="$texts/$2" --set run.root="$work" --device cpu 2>/dev/null)
    seconds=$(grep train_loss "$run/metrics.jsonl" | tail -1 | sed 's/.*"seconds":\([0-9.]*\).*/\1/')
    nats=$(grep -o '"val_loss":[0-9.]*' "$run/metrics.jsonl" | tail -1 | cut -d: -f2)
    echo "$1: $seconds s of training, $nats nats per character"
}
for config in shakespeare-5s shakespeare-30s shakespeare-6m shakespeare-10m; do
    ours $config tinyshakespeare.txt
done
baseline() {
    wanted "$*" || return 0
    echo "$*: $("$python" ../shared/baselines/"$1" "$texts/tinyshakespeare.txt" "${@:2}" --threads "$(nproc)" | tail -1)"
}
if [ -f ../shared/baselines/small_gpt.py ] && [ -f "$texts/tinyshakespeare.txt" ] && "$python" -c 'import torch' 2>/dev/null; then
    baseline small_gpt.py
    baseline torch_char_rnn.py --cell GRU --hidden 192 --lr 8e-3 --chars 4.5e5
    baseline torch_char_rnn.py --cell LSTM --lr 5e-3
    baseline torch_char_rnn.py --cell GRU --lr 4e-3
    baseline torch_char_rnn.py --cell GRU --hidden 384 --layers 2 --dropout 0.35 --batch 32 --seq 96 --lr 3e-3 --chars 7e6
else
    echo "skipped: the baselines need ../shared/baselines and a Python with PyTorch (PYTHON=...)"
fi
ours honglou hongloumeng_utf8.txt

# The same text compressed: bits per character, of the whole text and of its last tenth after the rest.
novel="$texts/hongloumeng_utf8.txt"
if wanted xz && [ -f "$novel" ] && command -v xz >/dev/null; then
    "$charnn" data convert "$novel" "$work/all.txt" --quiet
    count=$(($(iconv -f utf-8 -t utf-32le "$work/all.txt" | wc -c) / 4))
    held=$((count / 10))
    packed() { iconv -f utf-8 -t utf-32le "$work/all.txt" | head -c $((4 * $1)) | iconv -f utf-32le -t utf-8 | xz -9e | wc -c; }
    all=$(packed "$count")
    bits() { awk "BEGIN { printf \"%.3f\", 8 * $1 / $2 }"; }
    echo "xz -9e: $(bits "$all" "$count") bits a character, $(bits $((all - $(packed $((count - held))))) "$held") in the last tenth"
fi
