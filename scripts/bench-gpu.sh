#!/usr/bin/env bash
# Times training steps on a GPU: charnn through Vulkan, Metal or DirectX 12 and PyTorch with cuDNN, TF32 off
# and on, one after the other; then charnn's recurrence alone beside its performance model. Prints Markdown
# tables and writes them to docs/benchmarks-gpu.md.
#
#   scripts/bench-gpu.sh [FOLDER WITH torch_step.py]
#
# PYTHON is an interpreter with a torch that sees the GPU. Without it, or without the folder (default
# ../shared/baselines), those rows are omitted. Without a GPU nothing is written. WORKS, STEPS and OUT override
# the workloads, the number of steps and the output file; DEVICE=software uses software Vulkan, slowly.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/bench-lib.sh
out="${OUT:-docs/benchmarks-gpu.md}"
works="${WORKS:-novel lstm gru}"
device="${DEVICE:-gpu}"

build
devices=$("$charnn" devices 2>/dev/null)
if ! grep -q "^$device " <<<"$devices"; then
    echo "This machine has no $device device, so there is nothing to time; $out is left as it is." >&2
    echo "$devices" >&2
    exit 1
fi
card=""
if [ -f "$peers/torch_step.py" ]; then
    card=$("$python" -c 'import torch; print(torch.cuda.get_device_name())' 2>/dev/null || true)
fi
if [ -z "$card" ]; then
    echo "PyTorch is left out: no $peers/torch_step.py, or the torch of $python sees no GPU" >&2
fi
for work in $works; do
    add "$charnn" bench "$work" --device "$device" --steps "$steps" --json
    if [ -n "$card" ]; then
        add "$python" "$peers/torch_step.py" "$work" --steps "$steps" --device cuda
        add "$python" "$peers/torch_step.py" "$work" --steps "$steps" --device cuda --tf32
    fi
done
steps_lines=$lines
lines=""
# shellcheck disable=SC2086 # one word per workload
add cargo bench --quiet --workspace --bench recurrence -- $works --device "$device" --steps "$steps"
recurrence_lines=$lines
lines=$steps_lines

name=$(value device "$lines" | head -n 1) # adapter and, in brackets, API
driver=$(grep -F "${name% (*}" <<<"$devices" | sed -nE '1s/.*; driver (.*)\)$/\1/p')
{
    echo "# Benchmarks on a GPU"
    echo
    echo "Written by \`scripts/bench-gpu.sh\` at commit $commit on $(date -u +%Y-%m-%d): $name, driver" \
        "${driver:-unknown}${card:+; PyTorch on $card}; $(machine)."
    echo
    echo "\`novel\`: a training step of \`configs/novel.toml\` (Embedding 256, SimpleRNN 256, batch 128," \
        "windows of 100, f32). \`lstm\`, \`gru\`: two layers of 512, batch 50, 50 time steps, every" \
        "position predicted. 65 characters. Medians after warm-up."
    echo
    echo "| work | program | ms a step (median) | ms (fastest) | charnn takes, of its time |"
    echo "|---|---|---|---|---|"
    rows "$works" "median_ms min_ms"
    echo
    echo "The recurrence of one layer alone, forward and with its gradients. The model is the time the" \
        "design predicted for an H200 before anything was measured, with 2 µs per launch; through Vulkan it" \
        "predicted 10 to 15 µs per launch, which one kernel per time step pays at every step."
    echo
    echo "| layer | pass | way | µs a time step (median) | µs (fastest) | the model's µs |"
    echo "|---|---|---|---|---|---|"
    while IFS= read -r line; do
        row="|"
        for key in layer pass path us_per_time_step min_us_per_time_step model_us_per_time_step; do
            row+=" $(value "$key" "$line") |"
        done
        if [ -n "$line" ]; then echo "$row"; fi
    done <<<"$recurrence_lines"
} >"$out"
cat "$out"
