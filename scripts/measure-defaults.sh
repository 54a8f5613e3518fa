#!/usr/bin/env bash
# Which network is the best default? Trains networks of several sizes on texts of several lengths, each for
# the same time on this machine, and prints the best validation loss: one row per text, one column per size.
#
#   scripts/measure-defaults.sh [FOLDER]      FOLDER (default ../shared/data) holds an English and a Chinese text
#
# First measures the seconds per step of every network, for which the machine should be idle. Each network then
# makes the steps that fit into MINUTES at that speed, so that the learning rate falls to its end within them and
# other programs no longer matter. It is evaluated after every epoch, or after a tenth of the steps where that is less,
# and ends early when a fifth of the steps have brought no improvement. All results are kept as files in CELLS; a second run makes the missing ones only.
#
# BYTES (50000 500000 2000000), MINUTES (1 10), SIZES (cell:embedding:hidden:layers:batch:length ...), NAMES, CHARNN,
# CELLS and OUT change what is measured, with what, and where the results go. SPEED_ONLY=1 ends after the speeds.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-../shared/data}
charnn=${CHARNN:-target/release/charnn}
bytes=${BYTES:-50000 500000 2000000}
minutes=${MINUTES:-1 10}
sizes=${SIZES:-gru:128:128:1:16:64 gru:128:256:1:16:64 gru:128:512:1:16:64}
names=${NAMES:-war_and_peace_en hongloumeng_utf8}
cells=${CELLS:-target/measure-defaults}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cells"

# settings SIZE: the flags of a size.
settings() {
    IFS=: read -r cell embedding hidden layers batch length <<< "$1"
    printf -- '-s %s ' "model.cell=$cell" "model.embedding_dim=$embedding" "model.hidden_size=$hidden" \
        "model.num_layers=$layers" "train.batch_size=$batch" "train.seq_length=$length"
}

# train TEXT SIZE STEPS EVERY [PATIENCE]: without samples, evaluated every so many steps.
train() {
    # shellcheck disable=SC2046
    "$charnn" train "$1" --device cpu --json $(settings "$2") -s run.root="$work/runs" -s sample.length=0 \
        -s train.epochs=100000 -s train.max_steps="$3" -s eval.every_steps="$4" -s checkpoint.every= \
        -s train.early_stop_patience="${5:-0}"
}

# wall COMMAND...: its seconds.
wall() {
    local TIMEFORMAT=%R
    { time "$@" > "$work/out" 2> "$work/err"; } 2>&1
}

# text NAME BYTES: from the middle, where the language is that of the book; a cut character is dropped.
text() {
    [ -s "$work/$1-$2.txt" ] ||
        tail -c +400000 "$folder/$1.txt" | head -c "$2" | iconv -c -f utf-8 -t utf-8 > "$work/$1-$2.txt" || true
    echo "$work/$1-$2.txt"
}

# speed NAME BYTES SIZE: the seconds of a step, the shortest of three differences between 100 steps and 20.
speed() {
    local file="$cells/speed-$1-$2-${3//:/_}"
    if [ ! -s "$file" ]; then
        for _ in 1 2 3; do
            echo "$(wall train "$(text "$1" "$2")" "$3" 20 1000) $(wall train "$(text "$1" "$2")" "$3" 100 1000)"
            rm -rf "$work/runs"
        done | awk '{ step = ($2 - $1) / 80; if (step > 0 && (best == 0 || step < best)) best = step }
            END { print best }' > "$file"
    fi
    cat "$file"
}

# loss NAME BYTES MINUTES SIZE: the best validation loss and the steps of the whole schedule.
loss() {
    local file="$cells/loss-$1-$2-$3-${4//:/_}" steps every epoch rows length
    if [ ! -s "$file" ]; then
        steps=$(awk -v step="$(speed "$1" "$2" "$4")" -v minutes="$3" 'BEGIN { print int(minutes * 60 / step) + 1 }')
        IFS=: read -r _ _ _ _ rows length <<< "$4"
        every=$((steps / 10 + 1))
        epoch=$(($(wc -m < "$(text "$1" "$2")") * 9 / 10 / (rows * length) + 1))
        [ "$epoch" -ge "$every" ] || every=$epoch
        # A network that memorizes the text ends worse than it was.
        train "$(text "$1" "$2")" "$4" "$steps" "$every" $((steps / 5 / every + 1)) > "$work/events" 2> "$work/err" || true
        rm -rf "$work/runs"
        sed -n 's/.*"event":"evaluation".*"val_loss":\([0-9.]*\).*/\1/p' "$work/events" | sort -g | head -1 |
            awk -v steps="$steps" '{ printf "%.3f (%d steps)", $1, steps }' > "$work/cell"
        mv "$work/cell" "$file"
    fi
    cat "$file"
}

for length in $bytes; do
    for name in $names; do
        for size in $sizes; do speed "$name" "$length" "$size" > /dev/null; done
    done
done
[ -z "${SPEED_ONLY:-}" ] || exit 0
{
    echo "| text | minutes |$(printf ' %s |' $sizes)"
    echo "|---|---|$(printf -- '---|%.0s' $sizes)"
    for time in $minutes; do
        for length in $bytes; do
            for name in $names; do
                row="| $name, $length bytes | $time |"
                for size in $sizes; do row+=" $(loss "$name" "$length" "$time" "$size") |"; done
                echo "$row"
            done
        done
    done
} > "${OUT:-/dev/stdout}"
