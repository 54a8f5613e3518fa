#!/usr/bin/env bash
# Opens the pages of charnn in headless Chromium, offline: without scripts, and with them at three widths, light and
# dark, in both languages. Fails on errors of scripts, pages wider than the window, and serious findings of axe-core.
# Without Chromium and Node 18 it is skipped with a message.
#     scripts/check-pages.sh [CHARNN] [FOLDER]    FOLDER keeps the screenshots; without it they are removed
# CHARNN_PAGES_RUNS is a folder of runs to show instead of those of the tests. CHARNN_TRAINER names the program that
# trains, if CHARNN was built without training.
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
trainer=${CHARNN_TRAINER:-$charnn}
runs=${CHARNN_PAGES_RUNS:-$work/runs}
unset "${!CHARNN_@}" # charnn takes them for settings
# A run with checkpoints and samples that copy its text, unless this program cannot train.
neurons=builtin:tales
if [ "$runs" = "$work/runs" ] && "$trainer" train builtin:tales --name trained --device cpu --quiet \
    --set "run.root=$runs" --set train.max_steps=90 --set model.hidden_size=96 --set "checkpoint.every=20 steps" \
    --set checkpoint.keep_last=5 >/dev/null 2>&1; then
    neurons=trained
    passage=$(head -c 3000 data/tales.txt | tail -n +3 | tr '\n' ' ' | tr -d '"\\' | cut -c 1-300)
    printf '{"schema":2,"step":90,"prompt":"","text":"Copied: %s And so on."}\n' "$passage" >> "$runs/trained/samples.jsonl"
fi
names=$(ls "$runs")
first=$(tail -1 <<<"$names")
for language in en zh; do
    [ $language = zh ] && neurons=builtin:tales-zh
    options=(--lang $language --quiet)
    {
        "$charnn" report "$first" --runs "$runs" "${options[@]}" -o "$work/one-$language.html"
        # shellcheck disable=SC2086 # names
        "$charnn" report $names --runs "$runs" "${options[@]}" -o "$work/all-$language.html"
        "$charnn" neurons $neurons --runs "$runs" --length 1500 "${options[@]}" -o "$work/neurons-$language.html"
        "$charnn" explain builtin:tales --at "Once upon a tim" "${options[@]}" -o "$work/explain-$language.html"
    } >/dev/null
done
"$node" scripts/check-pages.mjs "$chromium" "$shots" "$axe" "$work"/{one,all,neurons,explain}-*.html
