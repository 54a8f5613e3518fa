#!/usr/bin/env bash
# Checks a GPU on a machine without compilers and network.
#
#   scripts/gpu-check.sh pack [FOLDER]    here: builds, and collects what must travel (at most 60 MiB)
#   FOLDER/gpu-check.sh run [gpu|software|NUMBER|NAME] [SECONDS]
#                                         there: prints a report, and saves it beside itself as JSON
#
# `run` takes at most SECONDS (450), and exits with 1 when a section fails. `software` is the rehearsal on a
# software Vulkan adapter, with GPU_CHECK_SMALL=1 of reduced size.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# Adds a program to the folder, without symbols and compressed.
add() {
    cp "$1" "$folder/$2"
    strip "$folder/$2"
    gzip -9 --force "$folder/$2"
}

pack() {
    cd "$here/.."
    folder=${1:-gpu-check}
    local target=${CARGO_TARGET_DIR:-target} tests loader size text
    rm -rf "$folder" && mkdir -p "$folder"
    cargo build --release --workspace --bin charnn --example gpu_check
    tests=$(cargo test --release --workspace --test gpu --no-run --message-format=json 2>/dev/null |
        sed -n 's/.*"kind":\["test"\].*"name":"gpu".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
    add "$target/release/charnn" charnn
    add "$target/release/examples/gpu_check" gpu_check
    if [ -n "$tests" ]; then add "$tests" kernel_tests; fi
    cp scripts/gpu-check.sh configs/shakespeare-30s.toml "$folder/"
    for text in data/tinyshakespeare.txt ../shared/data/tinyshakespeare.txt data/tales.txt; do
        if [ -f "$text" ]; then cp "$text" "$folder/text.txt" && break; fi
    done
    cp data/tales-zh.txt "$folder/"
    if [ -f ../shared/baselines/torch_step.py ]; then cp ../shared/baselines/torch_step.py "$folder/"; fi
    # The loader finds the driver of the machine; a container may have the driver alone.
    loader=$(ldconfig -p | sed -n 's/.*libvulkan\.so\.1 .*x86-64.* => //p' | head -n 1)
    if [ -n "$loader" ]; then cp -L "$loader" "$folder/libvulkan.so.1"; fi
    size=$(du -sm "$folder" | cut -f 1)
    echo "packed $size MiB in $folder"
    [ "$size" -le 60 ] || { echo "more than 60 MiB"; exit 1; }
}

run() {
    local device=${1:-gpu} seconds=${2:-450} program unpacked
    local report="$here/report-${device//[^a-zA-Z0-9]/-}.json"
    unpacked=$(mktemp -d)
    # shellcheck disable=SC2064 # now
    trap "rm -rf '$unpacked'" EXIT
    for program in "$here"/*.gz; do
        gzip -dc "$program" >"$unpacked/$(basename "$program" .gz)"
    done
    chmod +x "$unpacked"/*
    cp "$here"/*.txt "$here"/*.toml "$here"/*.py "$unpacked/" 2>/dev/null || true
    # The loader that was packed is for machines that have none.
    if ! ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1' && [ -f "$here/libvulkan.so.1" ]; then
        export LD_LIBRARY_PATH="$here${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    fi
    # Containers mount NVIDIA's libraries without the file that announces them.
    if [ -z "${VK_ICD_FILENAMES:-}${VK_DRIVER_FILES:-}" ] && [ "$device" = gpu ] &&
        ! ls /usr/share/vulkan/icd.d/nvidia* /etc/vulkan/icd.d/nvidia* >/dev/null 2>&1 &&
        ldconfig -p 2>/dev/null | grep -q 'libGLX_nvidia\.so\.0'; then
        printf '{"file_format_version":"1.0.0","ICD":{"library_path":"libGLX_nvidia.so.0","api_version":"1.3.0"}}\n' \
            >"$unpacked/nvidia_icd.json"
        export VK_ICD_FILENAMES="$unpacked/nvidia_icd.json"
    fi
    export NODEVICE_SELECT=1
    if command -v nvidia-smi >/dev/null; then
        nvidia-smi --query-gpu=name,driver_version --format=csv,noheader || true
    fi
    timeout $((seconds + 30)) "$unpacked/gpu_check" "$device" "$seconds" "$report"
}

case "${1:-}" in
pack) shift && pack "$@" ;;
run) shift && run "$@" ;;
*) sed -n '2,10s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
