#!/usr/bin/env bash
# Builds the Python package: the module `charnn` and the program beside it, in one wheel.
#
#   scripts/package-wheel.sh [slim]       slim leaves training out of the program
#
# PROGRAM names a program that is built already, TARGET another kind of machine, PROFILE (dist) cargo's profile. Writes
# into OUT (target/packages).
# Needs maturin (`pip install maturin`).
set -euo pipefail
cd "$(dirname "$0")/.."
slim=${1:-}
profile=${PROFILE:-dist}
target=${CARGO_TARGET_DIR:-target}
out=${OUT:-target/packages}
program=${PROGRAM:-}
if [ -z "$program" ]; then
    cargo build --locked --profile "$profile" -p charnn-cli ${TARGET:+--target "$TARGET"} ${slim:+--no-default-features}
    program=$target/${TARGET:+$TARGET/}$profile/charnn
    [ -f "$program" ] || program=$target/$profile/charnn.exe
fi
scripts=python/charnn.data/scripts
mkdir -p "$scripts" "$out"
trap 'rm -rf python/charnn.data' EXIT
case $program in
    *.exe) installed=$scripts/charnn.exe ;;
    *) installed=$scripts/charnn ;;
esac
cp "$program" "$installed"
strip "$installed" 2> /dev/null || true # smaller; the profile dist has done it
maturin build --locked --profile "$profile" ${TARGET:+--target "$TARGET"} --out "$out"
