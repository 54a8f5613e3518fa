#!/usr/bin/env bash
# Measures the detection of encodings. Without arguments it generates texts in known languages and
# encodings; with a folder it scores FOLDER/ENCODING/* (files whose encodings are known). Prints, for each
# encoding: right, asked, wrong, reported (with a warning), false warnings and seconds.
#
#   scripts/measure-detection.sh [FOLDER]
#   CHARNN_VERBOSE=1 scripts/measure-detection.sh   # also every text that is not right
#
# docs/encoding-accuracy.md has the results.
set -euo pipefail
cd "$(dirname "$0")/.."
exec cargo run --quiet --release -p charnn-text --example measure_detection -- "$@"
