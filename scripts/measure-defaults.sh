#!/usr/bin/env bash
# Which network is the best default? Trains networks of several sizes on texts of several lengths, each for
# the same processor time, and prints the best validation loss: one row
# per text, one column per size.
#
#   scripts/measure-defaults.sh [FOLDER]      FOLDER (default ../shared/data) holds an English and a Chinese text
#
# Processor time is what two idle cores give in MINUTES (1): other programs slow a run down but do not change
# what it reaches. As many steps are made as fit, so that the learning rate falls to its end within them.
# BYTES (50000 500000 2000000), MINUTES (1 10), SIZES (cell:embedding:hidden:layers:batch:length ...), CHARNN and OUT
# change what is measured, with what, and where the table goes.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-../shared/data}
charnn=${CHARNN:-target/release/charnn}
bytes=${BYTES:-50000 500000 2000000}
minutes=${MINUTES:-1 10}
sizes=${SIZES:-gru:128:128:1:16:64 gru:128:256:1:16:64 gru:128:512:1:16:64}
out=${OUT:-/dev/stdout}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The processor seconds of a command whose output is thrown away.
cpu() {
    local TIMEFORMAT='%U %S'
    { time "$@" > "$work/out" 2> "$work/err"; } 2>&1 | awk '{ print $1 + $2 }'
}

# settings SIZE: the flags of a size.
settings() {
    IFS=: read -r cell embedding hidden layers batch length <<< "$1"
    printf -- '-s %s ' "model.cell=$cell" "model.embedding_dim=$embedding" "model.hidden_size=$hidden" \
        "model.num_layers=$layers" "train.batch_size=$batch" "train.seq_length=$length"
}

# train TEXT SIZE STEPS EVERY: without samples, evaluated every so many steps.
train() {
    # shellcheck disable=SC2046
    "$charnn" train "$1" --device cpu --json $(settings "$2") -s run.root="$work/runs" -s sample.length=0 \
        -s train.epochs=100000 -s train.max_steps="$3" -s eval.every_steps="$4" -s checkpoint.every= \
        -s train.early_stop_patience=3
}

{
    echo "| text | minutes |$(printf ' %s |' $sizes)"
    echo "|---|---|$(printf -- '---|%.0s' $sizes)"
    for text in ${NAMES:-war_and_peace_en hongloumeng_utf8}; do
        for length in $bytes; do
            # From the middle, where the language is that of the book; a cut character is dropped.
            tail -c +400000 "$folder/$text.txt" | head -c "$length" | iconv -c -f utf-8 -t utf-8 > "$work/$text-$length.txt" || true
            for time in $minutes; do
                row="| $text, $length bytes | $time |"
                for size in $sizes; do
                    few=$(cpu train "$work/$text-$length.txt" "$size" 5 1000)
                    more=$(cpu train "$work/$text-$length.txt" "$size" 45 1000)
                    steps=$(awk -v few="$few" -v more="$more" -v minutes="$time" \
                        'BEGIN { step = (more - few) / 40; if (step < 1e-4) step = 1e-4; print int(minutes * 120 / step) + 1 }')
                    # A network that memorizes the text ends worse than it was.
                    train "$work/$text-$length.txt" "$size" "$steps" $((steps / 10 + 1)) > "$work/events" 2> "$work/err" || true
                    loss=$(sed -n 's/.*"event":"evaluation".*"val_loss":\([0-9.]*\).*/\1/p' "$work/events" | sort -g | head -1)
                    row+=$(printf ' %.3f (%s steps) |' "$loss" "$steps")
                    rm -rf "$work/runs"
                done
                echo "$row"
            done
        done
    done
} > "$out"
