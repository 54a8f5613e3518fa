#!/usr/bin/env bash
# Builds the program to distribute and packs it, with licenses, manual pages and completions.
#
#   scripts/package.sh [TARGET] [slim]       TARGET defaults to this machine; slim leaves training out
#
# Writes OUT/charnn-VERSION-TARGET[-slim].tar.gz (a .zip for Windows) and its .sha256; OUT is target/packages.
# RUNNER runs a program of another kind of machine (qemu-aarch64-static), for its manual pages and completions; the
# archive lacks them if the program cannot run here.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
slim=${2:-}
out=${OUT:-target/packages}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
name=charnn-$version-$target${slim:+-slim}

# Musl programs are linked by the linker that comes with Rust, so no C compiler for the target is needed.
case $target in
    *-musl)
        upper=$(tr 'a-z-' 'A-Z_' <<< "$target")
        export "CARGO_TARGET_${upper}_LINKER=${LINKER:-rust-lld}"
        ;;
esac
cargo build --locked --profile dist -p charnn-cli --target "$target" ${slim:+--no-default-features}
folder=$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/$target/dist
program=$folder/charnn
[ -f "$program" ] || program=$folder/charnn.exe

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$name" "$out"
cp "$program" README.md README.zh-CN.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$work/$name"
read -ra runner <<< "${RUNNER:-}"
if "${runner[@]}" "$program" --version > /dev/null 2>&1; then
    "${runner[@]}" "$program" man "$work/$name/man" > /dev/null
    mkdir "$work/$name/completions"
    for shell in bash zsh fish elvish powershell; do
        "${runner[@]}" "$program" completions "$shell" > "$work/$name/completions/charnn.$shell"
    done
else
    echo "the program does not run here: no manual pages, no completions" >&2
fi
case $target in
    *windows*)
        archive=$name.zip
        (cd "$work" && zip -qr "$archive" "$name")
        ;;
    *)
        archive=$name.tar.gz
        # The same content gives the same bytes.
        (cd "$work" && tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -9n > "$archive")
        ;;
esac
mv "$work/$archive" "$out"
(cd "$out" && sha256sum "$archive" > "$archive.sha256")
ls -l "$out/$archive"
