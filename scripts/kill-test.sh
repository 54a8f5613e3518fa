#!/usr/bin/env bash
# Kills the trainer a thousand times (or as often as the first argument says) at random moments, lets
# it go on each time, and compares what is left with a run that nobody killed. The test suite does
# the same a hundred times.
#
#   scripts/kill-test.sh [KILLS]
set -euo pipefail
cd "$(dirname "$0")/.."
CHARNN_KILLS="${1:-1000}" cargo test --release --workspace --test faults killed_at_any_moment -- --nocapture
