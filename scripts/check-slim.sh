#!/usr/bin/env bash
# Builds charnn without training, in a folder of its own, and compares it with the full program: what they
# link, what they generate, what they measure.
#     scripts/check-slim.sh [FULL]     FULL is a full charnn; without it, one is built
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
full=${1:-}
if [ -z "$full" ]; then
    cargo build --release --workspace --bin charnn
    full=$target/release/charnn
fi
full=$(realpath "$full")

linked=$(cargo tree -p charnn-cli --no-default-features -e normal,build --prefix none)
if grep -E '^(burn|cubecl|wgpu)' <<<"$linked"; then
    echo "a build without training links the crates above"
    exit 1
fi
echo "crates in a build without training: $(sort -u <<<"$linked" | wc -l)"

time cargo build --release -p charnn-cli --no-default-features --target-dir "$target/slim"
slim=$target/slim/release/charnn
ls -l "$slim"

fixture=$PWD/crates/runs/tests/fixtures/7459234
network=$PWD/crates/infer/examples/tales.charnn.safetensors
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$fixture/run" "$folder/run"
cp "$fixture/text.txt" "$folder/text.txt"
cd "$folder"
export LC_ALL=C

# The texts of the fixture that crates/cli/tests/commands/old_run.rs pins.
mkdir runs
cp -r "$fixture/run" runs/run
golden=$fixture/generated.txt
while read -r line; do
    echo "$line"
    # shellcheck disable=SC2086 # words
    "$slim" ${line#\$ charnn } 2>/dev/null </dev/null
done < <(grep '^\$ charnn ' "$golden") | diff - "$golden"

compared=0
# Both programs print the same for these arguments, and end with the same code.
same() {
    local expected found code=0 other=0
    expected=$("$full" "$@" 2>&1) || code=$?
    found=$("$slim" "$@" 2>&1) || other=$?
    if [ "$expected" != "$found" ] || [ $code != $other ]; then
        echo "different: charnn $*"
        diff <(echo "$expected") <(echo "$found") || true
        exit 1
    fi
    compared=$((compared + 1))
}

for run in ./run "$network"; do
    for seed in 1 2 3; do
        for prompt in "" "a" "the cat "; do
            same generate "$run" --seed $seed --length 300 --prompt "$prompt"
            same generate "$run" --seed $seed --length 100 --prompt "$prompt" --top-k 5 --temperature 0.7
            same generate "$run" --seed $seed --length 100 --prompt "$prompt" --top-p 0.8 --count 3 --json
            same generate "$run" --seed $seed --length 60 --prompt "$prompt" --window 20
        done
    done
    same generate "$run" --greedy --length 200 --prompt "the "
    same generate "$run" --seed 1 --length 200 --precision bf16 --prompt "the "
done
same generate ./run --seed 4 --checkpoint 10
same generate ./run --seed 4 --prompt "{" --on-unknown skip
same generate ./run --prompt "{"
same evaluate ./run --data text.txt --device cpu
same evaluate ./run --data text.txt --device cpu --json
same config show
same config explain train
echo "the two programs agree on $compared commands"

# Commands that train say what is missing.
for command in "train text.txt" "resume ./run" "bench" "init --data text.txt"; do
    code=0
    # shellcheck disable=SC2086 # words
    said=$("$slim" $command 2>&1) || code=$?
    [ $code = 2 ] && grep -q "built without training" <<<"$said" || { echo "$command: $code: $said"; exit 1; }
done
