#!/usr/bin/env bash
# Exports a network with `charnn export --to web`, runs the package in Node and the page in headless Chromium, and
# compares both with the program. What is missing (Chromium, Node 18) is skipped with a message.
#     scripts/check-web.sh [CHARNN] [FOLDER]    FOLDER keeps the screenshots; without it they are removed
set -euo pipefail
cd "$(dirname "$0")/.."
charnn=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/charnn}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shots=${2:-$work/shots}
mkdir -p "$shots"
unset "${!CHARNN_@}" # charnn takes them for settings
export LC_ALL=C.UTF-8
source scripts/browser.sh
if [ -z "$node" ]; then
    echo "no Node 18: networks in web pages are not checked"
    exit 0
fi
network=crates/infer/examples/tales.charnn.safetensors
"$charnn" export "$network" --to web -o "$work/tales-web" >/dev/null 2>&1
"$charnn" generate "$network" --prompt "Once upon" --length 200 --temperature 0.5 --seed 7 2>/dev/null > "$work/text"
text=$(cat "$work/text")
text=${text#Once upon}
printf '%s' "Once upon$text" | "$charnn" score "$network" - --by char --json 2>/dev/null > "$work/scores"
"$node" scripts/check-web-module.mjs "$work/tales-web" "$text" "$work/scores"
if [ -z "$chromium" ]; then
    echo "no Chromium: the page of a network is not checked"
    exit 0
fi
"$node" scripts/check-web.mjs "$chromium" "file://$work/tales-web/index.html" "$text" "$(realpath "$shots")" "$axe"
