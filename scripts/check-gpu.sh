#!/usr/bin/env bash
# Checks the GPU code without a GPU: on software Vulkan adapters, and by compiling kernels for GPUs that are not
# there. Takes about three minutes after a build. Parts whose tools are missing are skipped with a message;
# as root on Debian they are installed.
#
#   scripts/check-gpu.sh [GPU_CHECK]    the example gpu_check of charnn-train; built if not given
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$root/$target ;; esac
export NODEVICE_SELECT=1 # Mesa does not look for a desktop
check=${1:-}
if [ -z "$check" ]; then
    cargo build --release --workspace --example gpu_check
    check=$target/release/examples/gpu_check
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tools=${XDG_CACHE_HOME:-$HOME/.cache}/charnn/tools
may_install() { command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; }
# install PACKAGE: from Debian, as root.
install() {
    may_install || return 0
    { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" ||
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"; }
    } >/dev/null 2>&1 || echo "$1 cannot be installed"
}
icd() { ls /usr/share/vulkan/icd.d/"$1"*.json 2>/dev/null | head -n 1; }

# same WHAT FILE FILE: two lists of hashes are equal, and not empty.
same() {
    [ -s "$2" ] || { echo "$1: no results"; exit 1; }
    diff "$2" "$3" >"$work/diff" || { echo "$1: other results"; head -n 5 "$work/diff"; exit 1; }
    echo "$1: the same bits"
}

# bits ADAPTER NAME SETTINGS...: writes the hashes of all kernels to $work/NAME.
bits() {
    local driver=$1 name=$2
    shift 2
    mkdir -p "$work/$name.config"
    if [ "$name" = enforced ]; then
        printf '[compilation]\ncheck_mode = "enforce"\n' >"$work/$name.config/cubecl.toml"
    fi
    (cd "$work/$name.config" && VK_DRIVER_FILES=$driver "$check" --bits software "$@") >"$work/$name" ||
        { tail -n 3 "$work/$name"; exit 1; }
}

llvmpipe=$(icd lvp_icd)
if [ -z "$llvmpipe" ]; then
    echo "no llvmpipe: the kernels are not checked"
    exit 0
fi
sizes="1 37"

# Every cell agrees with the CPU. No access is out of bounds: checks change nothing. Nothing depends on the
# order of units and workgroups, nor on the number of threads.
bits "$llvmpipe" plain $sizes
bits "$llvmpipe" enforced $sizes
same "llvmpipe with bounds checks" "$work/plain" "$work/enforced"
bits "$llvmpipe" mirrored mirrored $sizes
same "llvmpipe with units and workgroups in the opposite order" "$work/plain" "$work/mirrored"
LP_NUM_THREADS=0 bits "$llvmpipe" single $sizes
same "llvmpipe on one thread" "$work/plain" "$work/single"

# As on an adapter that binds 8 buffers to a kernel, the fewest of WebGPU, and only small ones; and with work cut
# into launches of a microsecond.
bits "$llvmpipe" small-buffers buffer=4096 buffers=8 launch=1e-6 $sizes
same "llvmpipe with 8 small buffers and short launches" "$work/plain" "$work/small-buffers"

# Tiles of other adapters; they must agree with the CPU.
for shared in 16384 32768; do
    for rows in 4 8; do
        bits "$llvmpipe" "tiles-$shared-$rows" "shared=$shared" "rows=$rows" 64
        echo "$((shared / 1024)) KiB of shared memory, $rows rows: as on the CPU"
    done
done

# SwiftShader takes other ways than llvmpipe through wgpu and burn.
swiftshader=$tools/usr/lib/chromium/vk_swiftshader_icd.json
[ -f "$swiftshader" ] || swiftshader=/usr/lib/chromium/vk_swiftshader_icd.json
if [ ! -f "$swiftshader" ] && may_install; then
    mkdir -p "$tools"
    swiftshader=$tools/usr/lib/chromium/vk_swiftshader_icd.json
    (cd "$work" && apt-get download -qq chromium-common >/dev/null 2>&1 &&
        dpkg-deb --fsys-tarfile chromium-common_*.deb | tar -x -C "$tools" \
            ./usr/lib/chromium/libvk_swiftshader.so ./usr/lib/chromium/vk_swiftshader_icd.json) ||
        echo "SwiftShader cannot be installed"
fi
drivers=("$llvmpipe")
if [ -f "$swiftshader" ]; then
    drivers+=("$swiftshader")
    bits "$swiftshader" swift $sizes
    bits "$swiftshader" swift-mirrored mirrored $sizes
    same "SwiftShader in the opposite order" "$work/swift" "$work/swift-mirrored"
else
    echo "no SwiftShader (Debian: chromium-common): one software adapter is checked"
fi

# Training with clipping and a resume, in two processes each; and numbers that compilers treat as they please.
for driver in "${drivers[@]}"; do
    name=$(basename "$driver")
    for run in 1 2; do
        VK_DRIVER_FILES=$driver GPU_CHECK_SMALL=1 "$check" --section training software |
            sed -n 's/.*"hash":"\([^"]*\)".*/\1/p' >"$work/training$run"
    done
    same "training with $name" "$work/training1" "$work/training2"
    for section in numbers sums launches; do
        VK_DRIVER_FILES=$driver GPU_CHECK_SMALL=1 "$check" --section $section software >"$work/section"
        grep -q '"ok":true' "$work/section" || { cat "$work/section"; exit 1; }
        echo "$section with $name: ok"
    done
done

# The report of a GPU, rehearsed at reduced sizes for a minute.
VK_DRIVER_FILES=$llvmpipe GPU_CHECK_SMALL=1 "$check" software 60 "$work/report.json" >"$work/report" ||
    { cut -c 1-300 "$work/report"; exit 1; }
tail -n 1 "$work/report"

# The kernels for every cell, 1 to 512 hidden units, and adapters with 16 to 64 KiB of shared memory: valid,
# with uniform barriers, translated for Metal, DirectX and Vulkan, and compiled for AMD.
naga() { sed -n '/^name = "naga"$/{n;s/^version = "\(.*\)"$/\1/p}' "$1"; }
if [ "$(naga Cargo.lock)" != "$(naga shaders/Cargo.lock)" ]; then
    echo "shaders/Cargo.toml must use naga $(naga Cargo.lock), as wgpu does"
    exit 1
fi
cargo build --quiet --release --manifest-path shaders/Cargo.toml --target-dir "$target/shaders"
cargo test --quiet --release --manifest-path shaders/Cargo.toml --target-dir "$target/shaders"

# Khronos' validation layer: the use of Vulkan, and hazards between launches. It may complain about nothing but a
# mistake that is made on purpose.
layer=/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json
[ -f "$layer" ] || install vulkan-validationlayers
validated() {
    rm -f "$work/validation.log"
    printf 'khronos_validation.%s\n' "log_filename = $work/validation.log" \
        "debug_action = VK_DBG_LAYER_ACTION_LOG_MSG" "report_flags = error,warn" \
        "enables = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT" >"$work/vk_layer_settings.txt"
    VK_DRIVER_FILES=$llvmpipe VK_LAYER_SETTINGS_PATH=$work VK_INSTANCE_LAYERS=VK_LAYER_KHRONOS_validation \
        GPU_CHECK_SMALL=1 "$@" >"$work/validated" 2>&1 || { tail -n 3 "$work/validated"; exit 1; }
}
if [ -f "$layer" ]; then
    validated "$target/shaders/release/charnn-shaders" --misuse
    grep -q SYNC-HAZARD "$work/validation.log" || { echo "the validation layer does not see a mistake"; exit 1; }
    for what in "--bits software 37" "--section training software"; do
        # shellcheck disable=SC2086 # words
        validated "$check" $what
        if [ -s "$work/validation.log" ]; then
            head -n 5 "$work/validation.log" | cut -c 1-1000
            exit 1
        fi
        echo "validation of $what: no message"
    done
else
    echo "no validation layer (Debian: vulkan-validationlayers): the use of Vulkan is not validated"
fi
command -v spirv-val >/dev/null || install spirv-tools
radv=$(icd radeon_icd)
for setting in "16384 4 8" "16384 8 17" "32768" "49152 8 17" "65536 8 17"; do
    read -r shared rows buffers <<<"$setting"
    buffers=${buffers:-17}
    folder=$work/kernels-$shared-${rows:-default}
    mkdir -p "$folder"
    printf '[compilation]\nlogger = { level = "full", file = "%s", append = false }\n' "$folder/log" \
        >"$folder/cubecl.toml"
    # An adapter with less shared memory reports that it cannot run the kernels; they are not run.
    (cd "$folder" && VK_DRIVER_FILES=$llvmpipe "$check" --bits software compile "shared=$shared" \
        "buffers=$buffers" ${rows:+"rows=$rows"} 1 37 256 512) >/dev/null 2>&1 || true
    if [ -n "$radv" ]; then
        RADV_FORCE_FAMILY=navi21 RADV_DEBUG=nocache VK_DRIVER_FILES=$radv \
            "$target/shaders/release/charnn-shaders" "$folder/log" "$folder/out" "$shared" "$buffers"
    else
        "$target/shaders/release/charnn-shaders" "$folder/log" "$folder/out" "$shared" "$buffers"
    fi
    if command -v spirv-val >/dev/null; then
        for file in "$folder"/out/*.spv; do spirv-val --target-env vulkan1.1 "$file"; done
    fi
    if [ "${TINT:-}" ]; then # Chrome's compiler; it knows no 64-bit integers
        for file in "$folder"/out/*.wgsl; do
            sed 's/\bu64\b/u32/g' "$file" >"$work/kernel.wgsl"
            "$TINT" --format wgsl -o "$work/tint.wgsl" "$work/kernel.wgsl" >"$work/tint" 2>&1 || { cat "$file" "$work/tint"; exit 1; }
        done
    fi
done
[ -n "$radv" ] || echo "no driver for AMD (mesa-vulkan-drivers): kernels are not compiled for AMD"
command -v spirv-val >/dev/null || echo "no spirv-val (spirv-tools): SPIR-V is not validated"
