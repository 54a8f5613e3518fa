#!/usr/bin/env bash
# One training step of configs/novel.toml: charnn, burn's own nn::Rnn, Keras and PyTorch, one after
# the other on the same CPU. Prints a Markdown table and writes it into docs/benchmarks.md.
#
#   scripts/bench-step.sh [FOLDER WITH keras_step.py AND torch_step.py]
#
# PYTHON names an interpreter with keras, tensorflow-cpu and torch; without it, or without the
# folder (default ../shared/baselines), those rows are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
peers="${1:-../shared/baselines}"
python="${PYTHON:-python3}"
out=docs/benchmarks.md

# The whole workspace, as for tests: a part of it has other features, and burn would be built again.
lines=$(cargo bench --quiet --workspace --bench novel_step | grep '^{')
if [ -f "$peers/keras_step.py" ] && "$python" -c 'import keras, tensorflow, torch' 2>/dev/null; then
    lines+=$'\n'$("$python" "$peers/keras_step.py" novel --steps 20 2>/dev/null | grep '^{')
    lines+=$'\n'$("$python" "$peers/torch_step.py" novel --steps 20 2>/dev/null | grep '^{')
else
    echo "Keras and PyTorch are left out: no $peers/keras_step.py, or $python cannot import them" >&2
fi

commit=$(git describe --always --dirty) # before this script changes a file
value() { sed -E "s/.*\"$1\": \"?([^\",}]*)\"?.*/\1/"; }
ours=$(head -n 1 <<<"$lines" | value median_ms)
{
    echo "# Benchmarks"
    echo
    echo "\`scripts/bench-step.sh\` at commit $commit on $(date -u +%Y-%m-%d):" \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)," \
        "$(getconf _NPROCESSORS_ONLN) cores, $(uname -sm), $(rustc --version | cut -d' ' -f1-2)."
    echo
    echo "One training step of \`configs/novel.toml\` (Embedding 256, SimpleRNN 256, batch 128, windows of" \
        "100, 65 characters, f32), medians after warm-up. Burn's row leaves out the optimiser."
    echo
    echo "| program | ms a step (median) | ms (fastest) | against charnn |"
    echo "|---|---|---|---|"
    while IFS= read -r line; do
        median=$(value median_ms <<<"$line")
        ratio=$(awk "BEGIN { printf \"%.2f\", $median / $ours }")
        echo "| $(value peer <<<"$line") | $median | $(value min_ms <<<"$line") | $ratio× |"
    done <<<"$lines"
} >"$out"
cat "$out"
