#!/usr/bin/env bash
# Training steps and the writing of text on this CPU: charnn, burn's own nn::Rnn, Keras and PyTorch,
# one after the other. Prints a Markdown table and writes it into docs/benchmarks.md.
#
#   scripts/bench-cpu.sh [FOLDER WITH keras_step.py AND torch_step.py]
#
# PYTHON names an interpreter with keras, tensorflow-cpu and torch; without it, or without the
# folder (default ../shared/baselines), those rows are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
peers="${1:-../shared/baselines}"
python="${PYTHON:-python3}"
out=docs/benchmarks.md
works="novel lstm gru gen-novel gen-lstm"

# The whole workspace, as for tests: a part of it has other features, and burn would be built again.
cargo build --quiet --release --workspace
charnn="${CARGO_TARGET_DIR:-target}/release/charnn"
lines=""
add() { lines+=$(grep '^{' || true)$'\n'; }
have_peers=false
if [ -f "$peers/keras_step.py" ] && "$python" -c 'import keras, tensorflow, torch' 2>/dev/null; then
    have_peers=true
else
    echo "Keras and PyTorch are left out: no $peers/keras_step.py, or $python cannot import them" >&2
fi
for work in $works; do
    add < <("$charnn" bench "$work" --device cpu --json 2>/dev/null)
    if [ "$work" = novel ]; then
        add < <(cargo bench --quiet --workspace --bench novel_step 2>/dev/null)
    fi
    if $have_peers; then
        threads=$(getconf _NPROCESSORS_ONLN)
        case "$work" in gen-*) threads=1 ;; esac
        add < <("$python" "$peers/torch_step.py" "$work" --steps 20 --threads "$threads" 2>/dev/null)
        case "$work" in
        *novel) add < <("$python" "$peers/keras_step.py" "$work" --steps 20 2>/dev/null) ;;
        esac
    fi
done

commit=$(git describe --always --dirty) # before this script changes a file
value() { sed -nE "s/.*\"$1\": \"?([^\",}]*)\"?.*/\1/p" <<<"$2"; }
{
    echo "# Benchmarks"
    echo
    echo "\`scripts/bench-cpu.sh\` at commit $commit on $(date -u +%Y-%m-%d):" \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)," \
        "$(getconf _NPROCESSORS_ONLN) cores, $(uname -sm), $(rustc --version | cut -d' ' -f1-2)."
    echo
    echo "\`novel\`: a training step of \`configs/novel.toml\` (Embedding 256, SimpleRNN 256, batch 128," \
        "windows of 100, f32). \`lstm\`, \`gru\`: two layers of 512, batch 50, 50 time steps, every" \
        "position predicted. \`gen-\`: one text, character by character, on one core; Keras in the" \
        "tutorial's way. 65 characters. Medians after warm-up. Burn's row leaves out the optimiser."
    echo
    echo "| work | program | ms a step (median) | ms (fastest) | characters a second | charnn takes, of its time |"
    echo "|---|---|---|---|---|---|"
    for work in $works; do
        ours=""
        while IFS= read -r line; do
            if [ "$(value work "$line")" != "$work" ]; then continue; fi
            median=$(value median_ms "$line")
            rate=$(value chars_per_s "$line")
            ours=${ours:-$(awk "BEGIN { print ${median:-1 / ${rate:-1}} }")}
            share=$(awk "BEGIN { printf \"%.3f\", $ours / (${median:-1 / ${rate:-1}}) }")
            echo "| $work | $(value peer "$line") | $median | $(value min_ms "$line") | $rate | $share× |"
        done <<<"$lines"
    done
} >"$out"
cat "$out"
