#!/usr/bin/env bash
# Opens the pages of charnn in headless Chromium, offline: without scripts, and with them at three widths, light and
# dark, in both languages. Fails on errors of scripts, pages wider than the window, and serious findings of axe-core.
# Without Chromium and Node 18 it is skipped with a message.
#     scripts/check-pages.sh [CHARNN] [FOLDER]    FOLDER keeps the screenshots; without it they are removed
# CHARNN_PAGES_RUNS is a folder of runs to show instead of those of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/browser.sh
if [ -z "$chromium" ] || [ -z "$node" ]; then
    echo "no Chromium or no Node 18: the pages are not checked"
    exit 0
fi
charnn=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/charnn}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shots=${2:-$work/shots}
mkdir -p "$shots" "$work/runs"
export LC_ALL=C.UTF-8

# A run whose samples are hostile, and one beside it. Their text is gone.
cp -r crates/runs/tests/fixtures/7459234/run "$work/runs/old"
cp -r crates/runs/tests/fixtures/7459234/run "$work/runs/hostile"
cat >> "$work/runs/hostile/samples.jsonl" <<'ROW'
{"step":12,"prompt":"<b>","text":"</pre><script>document.title='broken';throw 1</script>\u202egnp \u001b[31m"}
ROW
runs=${CHARNN_PAGES_RUNS:-$work/runs}
unset "${!CHARNN_@}" # charnn takes them for settings
names=$(ls "$runs")
first=$(head -1 <<<"$names")
for language in en zh; do
    builtin=tales
    [ $language = zh ] && builtin=tales-zh
    options=(--lang $language --quiet)
    {
        "$charnn" report "$first" --runs "$runs" "${options[@]}" -o "$work/one-$language.html"
        # shellcheck disable=SC2086 # names
        "$charnn" report $names --runs "$runs" "${options[@]}" -o "$work/all-$language.html"
        "$charnn" neurons builtin:$builtin --length 1500 "${options[@]}" -o "$work/neurons-$language.html"
        "$charnn" explain builtin:tales --at "Once upon a tim" "${options[@]}" -o "$work/explain-$language.html"
    } >/dev/null
done
"$node" scripts/check-pages.mjs "$chromium" "$shots" "$axe" "$work"/{one,all,neurons,explain}-*.html
