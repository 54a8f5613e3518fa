#!/usr/bin/env bash
# Times training on records of 20 characters beside prose, at the same sizes: a GRU of 256 (batch 16, 64 time
# steps, every position predicted) and the network of configs/novel.toml (RNN of 256, batch 128, windows of 100).
# Prints characters per second and the ratio, which should be at least 80 %; and the same GRU in PyTorch, with
# padded and with packed records, where PyTorch is installed.
#
#   scripts/bench-records.sh
#
# PYTHON is an interpreter with torch. STEPS, ROUNDS and DEVICE override the steps of a round, the number of
# rounds and the device.
set -euo pipefail
cd "$(dirname "$0")/.."
OUT=${OUT:--} # nothing is written, so the tree may have changes
STEPS=${STEPS:-40}
source scripts/bench-lib.sh
rounds=${ROUNDS:-5}
device=${DEVICE:-cpu}

build

# fastest WORK: the lowest median of all rounds in milliseconds.
fastest() {
    local line
    grep "\"work\":\"$1\"" <<<"$lines" | while IFS= read -r line; do value median_ms "$line"; done | sort -g | head -n 1
}

for round in $(seq "$rounds"); do # side by side: other programs disturb all alike
    add "$charnn" bench prose records novel novel-records --device "$device" --steps "$steps" --json
done

echo "$(machine), commit $commit, device $device"
echo
echo "| network | prose, characters/s | records, characters/s | ratio |"
echo "|---|---|---|---|"
# compare NAME CHARACTERS PROSE RECORDS
compare() {
    awk -v name="$1" -v characters="$2" -v prose="$(fastest "$3")" -v records="$(fastest "$4")" 'BEGIN {
        printf "| %s | %.0f | %.0f | %.1f %% |\n", name, 1e3 * characters / prose, 1e3 * characters / records,
            100 * prose / records }'
}
compare "GRU 256, 16 × 64" 1024 prose records
compare "RNN 256, 128 × 100, last position" 12800 novel novel-records

if [ "$device" != cpu ] || ! "$python" -c 'import torch' 2>/dev/null; then
    echo
    echo "PyTorch is left out: it is compared on the CPU, where $python can import torch" >&2
    exit 0
fi
lines=""
for work in prose packed padded; do
    add "$python" scripts/torch-records.py "$work" --steps "$steps" --threads "$(getconf _NPROCESSORS_ONLN)"
done
echo
echo "| PyTorch, GRU 256 | characters/s |"
echo "|---|---|"
while IFS= read -r line; do
    [ -z "$line" ] || echo "| $(value work "$line") | $(value chars_per_s "$line") |"
done <<<"$lines"
