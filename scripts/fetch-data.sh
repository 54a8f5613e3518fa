#!/usr/bin/env bash
# Downloads public corpora into data/ and checks their SHA-256.
#
#   scripts/fetch-data.sh [tinyshakespeare] [enwik8]      (default: all)
#
# An intact file is kept; a download that does not match is deleted.
set -euo pipefail
cd "$(dirname "$0")/../data"

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1
}

# keep FILE SHA256: renames FILE.part to FILE if its hash matches.
keep() {
    if [ "$(sha256 "$1.part")" != "$2" ]; then
        rm -f "$1.part"
        echo "error: $1 does not match its SHA-256; try again later" >&2
        exit 1
    fi
    mv "$1.part" "$1"
    echo "data/$1"
}

have() { [ -f "$1" ] && [ "$(sha256 "$1")" = "$2" ] && echo "data/$1 exists"; }

tinyshakespeare() { # 1,115,394 bytes; Karpathy's selection, public domain
    local sum=86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed
    have tinyshakespeare.txt $sum && return
    local revision=6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e
    curl -fL --retry 3 -o tinyshakespeare.txt.part \
        "https://raw.githubusercontent.com/karpathy/char-rnn/$revision/data/tinyshakespeare/input.txt"
    keep tinyshakespeare.txt $sum
}

enwik8() { # 100,000,000 bytes of the English Wikipedia of 2006, CC BY-SA and GFDL
    local sum=2b49720ec4d78c3c9fabaee6e4179a5e997302b3a70029f30f2d582218c024a8
    have enwik8 $sum && return
    curl -fL --retry 3 -o enwik8.zip https://mattmahoney.net/dc/enwik8.zip
    unzip -p enwik8.zip enwik8 >enwik8.part
    rm enwik8.zip
    keep enwik8 $sum
}

for corpus in "${@:-tinyshakespeare enwik8}"; do
    for name in $corpus; do
        case $name in
        tinyshakespeare | enwik8) "$name" ;;
        *)
            echo "error: unknown corpus $name; known: tinyshakespeare, enwik8" >&2
            exit 2
            ;;
        esac
    done
done
