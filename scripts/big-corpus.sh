#!/usr/bin/env bash
# Creates a text of 2 GB (or of the given size), inspects it, trains on it for a few steps and resumes, and
# fails if any of this takes more than 1 GB of memory.
#
# Prints the peak of each command's own memory (RssAnon, sampled five times a second) and of all its memory
# (VmHWM), which includes pages of mapped files that the system reclaims when it needs them.
#
#   scripts/big-corpus.sh [BYTES]
set -euo pipefail
cd "$(dirname "$0")/.."
bytes="${1:-2000000000}"
most_kb=1000000

cargo build --release --workspace
program="${CARGO_TARGET_DIR:-$PWD/target}/release/charnn"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# Whole lines in random order; both texts have well under 2 KB a line.
lines="$(cat data/*.txt | wc -l)"
size="$(cat data/*.txt | wc -c)"
cat data/*.txt | shuf --repeat --head-count $((bytes / size * lines)) > "$folder/big.txt"
echo "text: $(stat --format=%s "$folder/big.txt") bytes"
cd "$folder"

failed=0
measured() {
    local name="$1" anon=0 high=0 now begun=$SECONDS
    shift
    "$@" > "$name.out" 2> "$name.err" &
    local process=$!
    while now="$(grep -E '^(RssAnon|VmHWM)' "/proc/$process/status" 2> /dev/null)"; do
        read -r _ h _ _ a _ <<< "$(tr '\n' ' ' <<< "$now")"
        [ "$h" -le "$high" ] || high=$h
        [ "$a" -le "$anon" ] || anon=$a
        sleep 0.2
    done
    if ! wait "$process"; then
        echo "$name failed:" && cat "$name.err" && exit 1
    fi
    echo "$name: $((SECONDS - begun)) s, own memory $((anon / 1000)) MB, with mapped files $((high / 1000)) MB"
    [ "$anon" -le "$most_kb" ] || { echo "$name took more than $((most_kb / 1000)) MB"; failed=1; }
}

measured inspect "$program" data inspect big.txt
measured train "$program" train big.txt --device cpu --name run --set train.max_steps=20 \
    --set train.batch_size=32 --set train.seq_length=64 --set data.val_fraction=0.00001 \
    --set sample.length=50
measured resume "$program" resume runs/run --set train.max_steps=30
measured windows "$program" train big.txt --device cpu --name windows --set train.max_steps=20 \
    --set train.predict=last --set data.val_fraction=0.00001 --set sample.length=50
ls -s --block-size=MB runs/.cache
grep text train.err
exit $failed
