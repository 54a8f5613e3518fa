#!/usr/bin/env bash
# Fuzzes the code that reads bytes from outside: each target (or those named) for SECONDS (60). Stops at the
# first finding and names it.
#
# Needs a nightly compiler and cargo-fuzz (`cargo install cargo-fuzz --locked`). The corpus is kept beside the
# build for the next time. The target `checkpoint` links burn, so its first build takes as long as the
# project's own. Results: docs/fuzzing.md.
#
#   scripts/fuzz.sh [SECONDS] [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}"
shift || true
[ $# -gt 0 ] || set -- decoding vocabulary config import_torch import_keras checkpoint
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/charnn/target-fuzzing}"
kept="$CARGO_TARGET_DIR/corpus"
triple="$(rustc -vV | sed -n 's/^host: //p')"

# Initial inputs, made from the texts and configurations of the repository.
seed() { # TARGET NAME < CONTENT
    mkdir -p "$kept/$1"
    cat > "$kept/$1/seed-$2"
}
seed_decoding() {
    local language encoding
    for language in tales tales-zh; do
        for encoding in UTF-8 UTF-16LE UTF-16BE GB18030 BIG5 SHIFT_JIS EUC-JP EUC-KR WINDOWS-1252; do
            { printf '\0\0'; head -n 12 "data/$language.txt" | cut -c 1-60 |
                iconv -c -f UTF-8 -t "$encoding"; } | seed decoding "$language-$encoding"
        done
    done
    { printf '\0\0'; printf 'packed text\n' | gzip -9; } | seed decoding gzip
    { printf '\1\17'; printf 'e\314\201 \302\264 \357\254\201 \343\200\200 \n\n\n \357\273\277'; } |
        seed decoding marks
}
seed_vocabulary() {
    { printf '\0\0'; head -c 100 data/tales.txt; printf '\0Who is there?'; } | seed vocabulary text
    { printf '\2\0'; head -n 3 data/tales-zh.txt; printf '\0從前“'; } | seed vocabulary limited
    printf '\0\0{"characters":"ab","unknown":"a","blake3":"00"}\0ab' | seed vocabulary json
}
seed_config() {
    local config
    for config in configs/*.toml; do
        { grep -v '^#' "$config"; printf '\0train.epochs=2\0CHARNN_MODEL__CELL=lstm'; } |
            seed config "$(basename "$config")"
    done
}
goldens=crates/exchange/tests/goldens
seed_import_torch() { # files, pickles, vocabularies
    local file
    for file in "$goldens"/*.pt; do
        { printf '\0'; cat "$file"; } | seed import_torch "$(basename "$file")"
        if command -v unzip >/dev/null; then
            { printf '\1'; unzip -p "$file" '*/data.pkl'; } | seed import_torch "$(basename "$file")-pickle"
        fi
    done
    printf '\2{"symbols":["a","b"],"unknown":"b","primer":"ab"}' | seed import_torch symbols
}
seed_import_keras() { # files, descriptions
    local file
    for file in "$goldens"/keras-*.*; do
        { printf '\0'; cat "$file"; } | seed import_keras "$(basename "$file")"
        if [ "${file##*.}" = keras ] && command -v unzip >/dev/null; then
            { printf '\1'; unzip -p "$file" config.json; } | seed import_keras "$(basename "$file")-config"
        fi
    done
}
seed_checkpoint() { # edits of a small run that the target creates
    printf '\1' | seed checkpoint none
}
words() { # a dictionary of words in the files of a run
    sed -n 's/^\([a-z_]*\) *=.*/\1/p' configs/*.toml
    printf '%s\n' data model train eval sample checkpoint run format step files bytes blake3 \
        characters unknown F32 F16 dtype shape data_offsets __metadata__ auto gru lstm rnn adam
}

mkdir -p "$kept"
words | sort -u | sed 's/.*/"&"/' > "$kept/words.dict"
for target in "$@"; do
    features=()
    case "$target" in checkpoint) features=(--features train) ;; esac
    case "$target" in decoding | config) longest=1500 ;; import_*) longest=60000 ;; *) longest=300 ;; esac
    "seed_$target"
    echo "== $target"
    cargo +nightly fuzz build --sanitizer none --fuzz-dir fuzz "${features[@]}" "$target"
    findings="$CARGO_TARGET_DIR/findings/$target/"
    mkdir -p "$findings"
    "$CARGO_TARGET_DIR/$triple/release/$target" "$kept/$target" -max_total_time="$seconds" \
        -artifact_prefix="$findings" -dict="$kept/words.dict" -max_len="$longest" -timeout=10 \
        -rss_limit_mb=1024 -malloc_limit_mb=256 -print_final_stats=1 2>&1 |
        tee "$kept/$target.log" | grep -E '^(stat|==|SUMMARY|thread|artifact|Done)|panicked|assert' ||
        true
    grep -q '^Done' "$kept/$target.log" || { echo "$target: a finding, see $kept/$target.log"; exit 1; }
done
