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
# A page as wide as a phone: windows of Chromium are at least 500 wide.
framed() { # PAGE WIDTH HEIGHT
    cat <<HTML
<!doctype html><meta name="color-scheme" content="light dark"><body style="margin:0">
<iframe src="file://$1" style="width:$2px;height:$3px;border:0;display:block"></iframe>
<script>onmessage = event => { document.body.dataset.surplus = event.data; };</script></body>
HTML
}
check() { # NAME PAGE
    local name=$1 page=$2 width theme log
    for width in 390 800 1400; do
        for theme in light dark; do
            local features=()
            [ $theme = dark ] && features=(--blink-settings=preferredColorScheme=0 --force-dark-mode)
            framed "$page" $width 2400 > "$work/frame.html"
            log=$(browser "${features[@]}" --window-size=$width,2400 \
                --screenshot="$shots/$name-$width-$theme.png" "file://$work/frame.html" 2>&1 || true)
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
    "$charnn" neurons crates/infer/examples/tales.charnn.safetensors --length 1500 --lang $language --quiet \
        -o "$work/neurons-$language.html" >/dev/null
    check one-$language "$work/one-$language.html"
    check neurons-$language "$work/neurons-$language.html"
    check all-$language "$work/all-$language.html"
done

# Zoom changes the view, and a selection of text finds units; hostile text does nothing, and nothing is wider than a
# phone.
probe='<script>addEventListener("load", () => {
  const spans = document.querySelectorAll(".whole span"), zoom = document.querySelector(".zoom button");
  if (zoom) zoom.click();
  const view = zoom \&\& document.querySelector(".plot svg").getAttribute("viewBox").startsWith("500 ");
  if (!spans.length) { document.body.dataset.works = view; return; }
  getSelection().setBaseAndExtent(spans[10].firstChild, 0, spans[30].firstChild, 1);
  setTimeout(() => { document.body.dataset.works = document.querySelectorAll(".found button").length === 12; }, 200);
});</script></body>'
probe=$(tr -d '\n' <<<"$probe")
measure='<script>parent.postMessage(document.documentElement.scrollWidth - innerWidth, "*")</script></body>'
for page in "$work"/{one,all,neurons}-*.html; do
    sed "s#</body>#$measure#" "$page" > "$work/measured.html"
    framed "$work/measured.html" 390 2400 > "$work/frame.html"
    dom=$(browser --dump-dom "file://$work/frame.html" 2>/dev/null)
    grep -q 'data-surplus="0"' <<<"$dom" || { echo "$page is wider than a phone"; failed=1; }
    sed "s#</body>#$probe#" "$page" > "$work/probed.html"
    dom=$(browser --dump-dom "file://$work/probed.html" 2>/dev/null)
    grep -q 'data-works="true"' <<<"$dom" || { echo "$page: its scripts do not work"; failed=1; }
    grep -q '<title>broken' <<<"$dom" && { echo "$page: a sample was executed"; failed=1; }
done
[ $failed = 0 ] && echo "all pages are shown without errors"
exit $failed
