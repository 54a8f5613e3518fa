#!/usr/bin/env bash
# Drives the page of `charnn serve` in headless Chromium during a training: a live curve, a text, a branch by keyboard,
# two networks, hostile text; at three widths, light and dark. Then the API with the official `openai` package. What is
# missing (Chromium, Node 18, the package) is skipped with a message.
#     scripts/check-serve.sh [CHARNN] [FOLDER]    FOLDER keeps the screenshots; without it they are removed
# CHARNN_PYTHON is a Python with the package. CHARNN_TRAINER names the program that trains, if CHARNN was built without training.
set -euo pipefail
cd "$(dirname "$0")/.."
charnn=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/charnn}")
trainer=$(realpath "${CHARNN_TRAINER:-$charnn}")
python=${CHARNN_PYTHON:-python3}
unset "${!CHARNN_@}" # charnn takes them for settings
work=$(mktemp -d)
shots=${2:-$work/shots}
mkdir -p "$shots" "$work/runs"
shots=$(realpath "$shots")
root=$PWD scripts=$PWD/scripts
export LC_ALL=C.UTF-8
ulimit -n 4096 2>/dev/null || true # a thousand requests at once
processes=()
finish() {
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap finish EXIT

cp -r crates/runs/tests/fixtures/7459234/run "$work/runs/old"
cd "$work"
hostile=$'<b><script>document.title="broken"</script><img src=x onerror="document.title=1"> \u202egnp \u001b[31m\n'
for _ in $(seq 400); do printf '%s' "$hostile"; done > hostile.txt
"$trainer" train hostile.txt --name hostile --device cpu --quiet --set model.hidden_size=64 --set train.max_steps=150 \
    --set train.seq_length=64 >/dev/null
"$trainer" train builtin:tales --name live --device cpu --quiet --set train.epochs=200 --set checkpoint.every=3s >/dev/null 2>&1 &
processes+=($!)
"$charnn" serve --json > serve.json 2> serve.log &
server=$!
processes+=($server)
for _ in $(seq 100); do [ -s serve.json ] && break; sleep 0.1; done
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" serve.json; }
address=$(field address) token=$(field token) url=$(field url)
for _ in $(seq 300); do [ -d runs/live/checkpoints ] && [ -n "$(ls runs/live/checkpoints)" ] && break; sleep 0.2; done
failed=0

cd "$root"
source scripts/browser.sh
cd "$work"
if [ -z "$chromium" ] || [ -z "$node" ]; then
    echo "no Chromium or no Node 18: the page is not checked"
else
    "$node" "$scripts/check-serve.mjs" "$chromium" "$url" "http://$address/#token=wrong" "$shots" "$axe" || failed=1
fi

if "$python" -c 'import openai' 2>/dev/null; then
    "$python" "$scripts/check-serve-openai.py" "http://$address/v1" "$token" || failed=1
else
    echo "no Python package openai: the API is checked by plain HTTP only (cargo test)"
fi

kill -INT $server
wait $server || { echo "the server does not end well: $?"; cat serve.log; failed=1; }
exit $failed
