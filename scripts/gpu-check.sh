#!/usr/bin/env bash
# Checks a GPU on a machine without compilers and network.
#
#   scripts/gpu-check.sh pack [FOLDER]    here: builds, and collects what must travel (at most 60 MiB)
#   FOLDER/gpu-check.sh run [gpu|software] [SECONDS]
#                                         there: prints a report, and saves it beside itself as JSON
#
# `run` takes at most SECONDS (450), and exits with 1 when a check fails. `software` is the rehearsal on a
# software Vulkan adapter.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

pack() {
    cd "$here/.."
    local folder=${1:-gpu-check} target=${CARGO_TARGET_DIR:-target}
    cargo build --release --workspace --example gpu_check
    mkdir -p "$folder"
    cp scripts/gpu-check.sh "$folder/"
    cp "$target/release/examples/gpu_check" "$folder/"
    strip "$folder/gpu_check"
    # The loader finds the driver of the machine; a container may have the driver alone.
    local loader
    loader=$(ldconfig -p | sed -n 's/.*libvulkan\.so\.1 .*x86-64.* => //p' | head -n 1)
    if [ -n "$loader" ]; then cp -L "$loader" "$folder/libvulkan.so.1"; fi
    local size
    size=$(du -sm "$folder" | cut -f 1)
    echo "packed $size MiB in $folder"
    [ "$size" -le 60 ] || { echo "more than 60 MiB"; exit 1; }
}

run() {
    local device=${1:-gpu} seconds=${2:-450}
    local report="$here/report-$device.json"
    # The loader that was packed is for machines that have none.
    if ! ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1'; then
        export LD_LIBRARY_PATH="$here${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    fi
    # Containers mount NVIDIA's libraries without the file that announces them.
    if [ -z "${VK_ICD_FILENAMES:-}" ] && [ "$device" = gpu ] &&
        ! ls /usr/share/vulkan/icd.d/nvidia* /etc/vulkan/icd.d/nvidia* >/dev/null 2>&1 &&
        ldconfig -p 2>/dev/null | grep -q 'libGLX_nvidia\.so\.0'; then
        printf '{"file_format_version":"1.0.0","ICD":{"library_path":"libGLX_nvidia.so.0","api_version":"1.3.0"}}\n' \
            >"$here/nvidia_icd.json"
        export VK_ICD_FILENAMES="$here/nvidia_icd.json"
    fi
    export NODEVICE_SELECT=1
    command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version --format=csv,noheader || true
    timeout $((seconds + 120)) "$here/gpu_check" "$device" "$seconds" "$report"
}

case "${1:-}" in
pack) shift && pack "$@" ;;
run) shift && run "$@" ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
