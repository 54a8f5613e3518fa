#!/usr/bin/env bash
# Times the commands that write pages, whole processes, the median of three: `report` of 20 runs of 10,000 steps whose
# samples are compared with a text of 5 MB, and `neurons` of a GRU with 512 units on 5,000 characters, alone and with
# seven other checkpoints of its run.
#     scripts/bench-pages.sh [CHARNN]
# CHARNN_TRAINER names the program that trains, if CHARNN was built without training.
set -euo pipefail
cd "$(dirname "$0")/.."
charnn=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/charnn}")
trainer=$(realpath "${CHARNN_TRAINER:-$charnn}")
unset "${!CHARNN_@}" # charnn takes them for settings
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C.UTF-8

awk 'BEGIN { srand(1); for (i = 0; i < 900000; i++) printf "%s%s", substr("thequickbrownfoxjumpsoverlazydogs", 1 + int(rand() * 28), 1 + int(rand() * 5)), i % 12 == 11 ? "\n" : " " }' > text.txt
"$trainer" train text.txt --name run --device cpu --quiet --set model.hidden_size=8 --set train.max_steps=20 >/dev/null
awk 'BEGIN { srand(2); for (i = 1; i <= 10000; i++) {
    printf "{\"schema\":2,\"step\":%d,\"epoch\":0,\"train_loss\":%f,\"gradient_norm\":%f,\"learning_rate\":%f,\"seconds\":%.3f}\n", i, 1.4 + 2.8 / (1 + i / 300) + rand() / 5, 0.2 + rand(), 0.002 * (1 - i / 20000), i * 0.013
    if (i % 100 == 0) printf "{\"schema\":2,\"step\":%d,\"val_loss\":%f,\"seconds\":%.3f}\n", i, 1.5 + 2.8 / (1 + i / 300), i * 0.013
} }' > runs/run/metrics.jsonl
for step in $(seq 500 500 10000); do
    "$charnn" generate run --seed "$step" --length 500 --json --quiet | sed "s/.*\"text\": /{\"schema\":2,\"step\":$step,\"prompt\":\"\",\"text\":/"
done > samples.jsonl
cp samples.jsonl runs/run/samples.jsonl
names=()
for index in $(seq 20); do
    cp -r runs/run "runs/run-$index"
    names+=("run-$index")
done
"$trainer" train builtin:tales --name gru --device cpu --quiet --set model.cell=gru --set model.num_layers=1 \
    --set model.hidden_size=512 --set train.max_steps=8 --set "checkpoint.every=1 steps" --set checkpoint.keep_last=8 >/dev/null

timed() { # NAME LIMIT COMMAND...
    local name=$1 limit=$2 start all=()
    shift 2
    for _ in 1 2 3; do
        start=$(date +%s%N)
        "$@" >/dev/null
        all+=($((($(date +%s%N) - start) / 1000000)))
    done
    echo "$name: $(printf '%s\n' "${all[@]}" | sort -n | sed -n 2p) ms ($limit)"
}
timed "report of 20 runs of 10,000 steps" "goal 2,000 ms" "$charnn" report "${names[@]}" --quiet -o report.html
echo "its size: $(stat -c %s report.html) bytes (goal 1,500,000)"
timed "neurons of GRU 512 on 5,000 characters, and 7 checkpoints" "goal 3,000 ms" \
    "$charnn" neurons gru --length 5000 --quiet -o neurons.html
"$charnn" export gru --quiet -o gru.charnn.safetensors >/dev/null
timed "neurons of GRU 512 on 5,000 characters" "goal 3,000 ms" \
    "$charnn" neurons gru.charnn.safetensors --length 5000 --quiet -o alone.html
echo "its size: $(stat -c %s alone.html) bytes"
