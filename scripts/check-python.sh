#!/usr/bin/env bash
# Installs the Python package into an empty environment and runs its tests there.
#
#   scripts/check-python.sh [WHEEL]       without WHEEL, builds one; PROGRAM and PROFILE as in package-wheel.sh
#
# Needs Python with venv, and pytest, numpy and maturin, which it installs; skipped with a message without them.
set -euo pipefail
cd "$(dirname "$0")/.."
unset "${!CHARNN_@}" # charnn takes them for settings
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! python3 -c 'import venv, ensurepip' 2> /dev/null; then
    echo "no Python with venv: the Python package is not checked"
    exit 0
fi
python3 -m venv "$work/venv"
if ! "$work/venv/bin/pip" install -q pytest numpy maturin 2> "$work/pip"; then
    echo "pip cannot install pytest, numpy and maturin: the Python package is not checked"
    exit 0
fi
wheel=${1:-}
if [ -z "$wheel" ]; then
    OUT=$work PATH=$work/venv/bin:$PATH scripts/package-wheel.sh
    wheel=$(echo "$work"/*.whl)
fi
"$work/venv/bin/pip" install -q --no-index "$wheel"
"$work/venv/bin/python" -m pytest -q -p no:cacheprovider python/tests
