#!/usr/bin/env bash
# Kills the trainer at random moments a thousand times (or KILLS times), resumes each time, and compares the
# result with an uninterrupted run. The test suite does the same a hundred times.
#
#   scripts/kill-test.sh [KILLS]
set -euo pipefail
cd "$(dirname "$0")/.."
CHARNN_KILLS="${1:-1000}" cargo test --release --workspace --test faults killed_at_any_moment -- --nocapture
