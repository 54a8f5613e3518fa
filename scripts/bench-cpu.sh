#!/usr/bin/env bash
# Times training steps and generation on this CPU: charnn, burn's own nn::Rnn, Keras and PyTorch, one after
# the other. Prints a Markdown table and writes it to docs/benchmarks.md.
#
#   scripts/bench-cpu.sh [FOLDER WITH keras_step.py AND torch_step.py]
#
# PYTHON is an interpreter with keras, tensorflow-cpu and torch. Without it, or without the folder (default
# ../shared/baselines), those rows are omitted. WORKS, STEPS and OUT override the workloads, the number of
# steps and the output file. Commit first: the table names the commit it was measured at.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/bench-lib.sh
out="${OUT:-docs/benchmarks.md}"
works="${WORKS:-novel lstm gru gen-novel gen-lstm}"

build
have_peers=false
if [ -f "$peers/keras_step.py" ] && "$python" -c 'import keras, tensorflow, torch' 2>/dev/null; then
    have_peers=true
else
    echo "Keras and PyTorch are left out: no $peers/keras_step.py, or $python cannot import them" >&2
fi
for work in $works; do
    add "$charnn" bench "$work" --device cpu --steps "$steps" --json
    if [ "$work" = novel ]; then
        add cargo bench --quiet --workspace --bench novel_step
    fi
    if $have_peers; then
        threads=$(getconf _NPROCESSORS_ONLN)
        case "$work" in gen-*) threads=1 ;; esac
        add "$python" "$peers/torch_step.py" "$work" --steps "$steps" --threads "$threads"
        case "$work" in
        *novel) add "$python" "$peers/keras_step.py" "$work" --steps "$steps" ;;
        esac
    fi
done

{
    echo "# Benchmarks"
    echo
    echo "Written by \`scripts/bench-cpu.sh\` at commit $commit on $(date -u +%Y-%m-%d): $(machine)."
    echo
    echo "\`novel\`: a training step of \`configs/novel.toml\` (Embedding 256, SimpleRNN 256, batch 128," \
        "windows of 100, f32). \`lstm\`, \`gru\`: two layers of 512, batch 50, 50 time steps, every" \
        "position predicted. \`gen-\`: one text, character by character, on one core; Keras as in the" \
        "tutorial. 65 characters. Medians after warm-up. Burn's row leaves out the optimizer."
    echo
    echo "| work | program | ms a step (median) | ms (fastest) | characters a second | charnn takes, of its time |"
    echo "|---|---|---|---|---|---|"
    rows "$works" "median_ms min_ms chars_per_s"
} >"$out"
cat "$out"
