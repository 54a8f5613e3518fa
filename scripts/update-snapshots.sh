#!/usr/bin/env bash
# Regenerates the snapshots of help pages, messages and tables (crates/cli/tests/snapshots). Review the
# difference before committing it: git diff crates/cli/tests/snapshots
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf crates/cli/tests/snapshots
INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --release --workspace --test snapshots "$@"
git status --short crates/cli/tests/snapshots
