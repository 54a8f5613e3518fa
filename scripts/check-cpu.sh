#!/usr/bin/env bash
# Runs the tests of crates/cpu, which contains most of the unsafe code, under AddressSanitizer and with ARM
# vectors (NEON) emulated by qemu. A check whose tools are missing is skipped with a message.
#
#   scripts/check-cpu.sh
#
# NEON needs qemu-aarch64(-static), aarch64-linux-gnu-gcc and
# `rustup target add aarch64-unknown-linux-gnu`.
set -euo pipefail
cd "$(dirname "$0")/../crates/cpu"
target="${CARGO_TARGET_DIR:-../../target}/check-cpu" # separate flags: does not rebuild the usual target
host=$(rustc --version --verbose | sed -n 's/^host: //p')
runtime=$(find "$(rustc --print sysroot)/lib/rustlib/$host/lib" -name 'librustc*_rt.asan*' 2>/dev/null)

if [ -n "$runtime" ]; then
    echo "== AddressSanitizer on $host"
    # The option is unstable; this makes a stable compiler accept it.
    RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=address" \
        cargo test --release --lib --target "$host" --target-dir "$target/asan"
else
    echo "skipped: this Rust has no AddressSanitizer for $host"
fi

qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
arm=aarch64-unknown-linux-gnu
if [ -n "$qemu" ] && command -v aarch64-linux-gnu-gcc >/dev/null &&
    [ -d "$(rustc --print sysroot)/lib/rustlib/$arm" ]; then
    echo "== NEON, emulated"
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="$qemu -L /usr/aarch64-linux-gnu" \
        cargo test --release --lib --target "$arm" --target-dir "$target/neon"
else
    echo "skipped: no emulator, linker or Rust target for $arm"
fi
