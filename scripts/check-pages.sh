#!/usr/bin/env bash
# Opens the pages of charnn in headless Chromium at three widths, light and dark, in both languages, and fails on
# errors of scripts and on pages wider than the window.
#     scripts/check-pages.sh [CHARNN] [FOLDER]    FOLDER keeps the screenshots; without it they are removed
set -euo pipefail
cd "$(dirname "$0")/.."
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$chromium" ]; then
    echo "no chromium: the pages are not checked"
    exit 0
fi
charnn=${1:-${CARGO_TARGET_DIR:-target}/release/charnn}
charnn=$(realpath "$charnn")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shots=${2:-$work/shots}
mkdir -p "$shots" "$work/runs"
export LC_ALL=C.UTF-8

# A run whose samples are hostile, and one beside it.
cp -r crates/runs/tests/fixtures/7459234/run "$work/runs/old"
cp -r crates/runs/tests/fixtures/7459234/run "$work/runs/hostile"
cat >> "$work/runs/hostile/samples.jsonl" <<'ROW'
{"step":12,"prompt":"<b>","text":"</pre><script>document.title='broken';throw 1</script>\u202egnp \u001b[31m"}
ROW
runs="$work/runs"
[ -n "${CHARNN_PAGES_RUNS:-}" ] && runs=$CHARNN_PAGES_RUNS

failed=0
browser() {
    timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --enable-logging=stderr \
        --user-data-dir="$work/profile" --virtual-time-budget=2000 "$@"
}
check() { # NAME PAGE
    local name=$1 page=$2 width theme log
    for width in 390 800 1400; do
        for theme in light dark; do
            local features=()
            [ $theme = dark ] && features=(--blink-settings=preferredColorScheme=0 --force-dark-mode)
            log=$(browser "${features[@]}" --window-size=$width,2400 \
                --screenshot="$shots/$name-$width-$theme.png" "file://$page" 2>&1 || true)
            if grep -E 'CONSOLE.*(rror|Refused|Uncaught)' <<<"$log"; then
                echo "$name at $width ($theme) has the errors above"
                failed=1
            fi
            [ -s "$shots/$name-$width-$theme.png" ] || { echo "$name at $width: no picture"; failed=1; }
        done
    done
}

for language in en zh; do
    names=$(ls "$runs")
    first=$(head -1 <<<"$names")
    "$charnn" report "$first" --runs "$runs" --lang $language --quiet -o "$work/one-$language.html" >/dev/null
    # shellcheck disable=SC2086 # names
    "$charnn" report $names --runs "$runs" --lang $language --quiet -o "$work/all-$language.html" >/dev/null
    check one-$language "$work/one-$language.html"
    check all-$language "$work/all-$language.html"
done

# Scripts ran, hostile text did not, and nothing is wider than the window.
measure='<script>document.body.dataset.surplus = document.documentElement.scrollWidth - innerWidth</script></body>'
for page in "$work"/*.html; do
    sed "s#</body>#$measure#" "$page" > "$work/measured.html"
    dom=$(browser --window-size=390,2400 --dump-dom "file://$work/measured.html" 2>/dev/null)
    grep -q 'data-surplus="[1-9]' <<<"$dom" && { echo "$page is wider than the window"; failed=1; }
    grep -q 'class="zoom"' <<<"$dom" || { echo "$page: the script of charts did not run"; failed=1; }
    grep -q '<title>broken' <<<"$dom" && { echo "$page: a sample was executed"; failed=1; }
done
[ $failed = 0 ] && echo "all pages are shown without errors"
exit $failed
