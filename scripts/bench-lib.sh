# shellcheck shell=bash
# Shared by bench-cpu.sh and bench-gpu.sh, which source it from the root of the checkout.

peers="${1:-../shared/baselines}"
python="${PYTHON:-python3}"
steps="${STEPS:-20}"
charnn="${CARGO_TARGET_DIR:-target}/release/charnn"
commit=$(git describe --always --dirty) # before a script changes a file
# A table names the commit it was measured at, so the tree must be that commit's.
if [[ $commit == *-dirty && -z "${OUT:-}" ]]; then
    echo "error: uncommitted changes: commit them, or set OUT to write another file" >&2
    exit 2
fi
lines=""
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT

# Builds the whole workspace, as tests do: a part of it has other features and would build burn again.
build() { cargo build --quiet --release --workspace; }

# add COMMAND...: runs a command and keeps its lines of JSON; shows its other output if it fails or has none.
add() {
    if ! "$@" >"$said/out" 2>"$said/err" || ! grep -q '^{' "$said/out"; then
        cat "$said/err" >&2
        echo "failed: $*" >&2
        exit 1
    fi
    lines+=$(grep '^{' "$said/out")$'\n'
}

# value KEY LINE: the value of a key in a line of JSON, if any.
value() { sed -nE "s/.*\"$1\": ?(\"([^\"]*)\"|([^\",}]*)).*/\2\3/p" <<<"$2"; }

# peer LINE: the program that a line is about.
peer() {
    local name tf32
    name=$(value peer "$1")
    tf32=$(value tf32 "$1")
    case "$(value device "$1") $tf32" in
    "cuda true") name+=", TF32 on" ;;
    "cuda false") name+=", TF32 off" ;;
    esac
    echo "$name"
}

# The processor and the compiler.
machine() {
    echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)," \
        "$(getconf _NPROCESSORS_ONLN) cores, $(uname -sm), $(rustc --version | cut -d' ' -f1-2)"
}

# rows WORKS KEYS: one row of Markdown per kept line with the values of KEYS, and the time of the first program
# of the same workload divided by its time.
rows() {
    local work line key row median rate ours
    for work in $1; do
        ours=""
        while IFS= read -r line; do
            if [ "$(value work "$line")" != "$work" ]; then continue; fi
            row="| $work | $(peer "$line") |"
            for key in $2; do row+=" $(value "$key" "$line") |"; done
            median=$(value median_ms "$line")
            rate=$(value chars_per_s "$line")
            ours=${ours:-$(awk "BEGIN { print ${median:-1 / ${rate:-1}} }")}
            echo "$row $(awk "BEGIN { printf \"%.3f\", $ours / (${median:-1 / ${rate:-1}}) }")× |"
        done <<<"$lines"
    done
}
