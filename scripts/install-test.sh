#!/usr/bin/env bash
# From an archive or a wheel to text, in an empty environment: what a new user does, and the seconds it takes.
#
#   scripts/install-test.sh PACKAGE [TEXT]
#
# Installs PACKAGE (.tar.gz or .whl) into a temporary folder, generates text with the built-in network and, with the full
# program, trains the quickstart on TEXT (default: the built-in tales) and generates from the run. RUNNER runs a program
# of another kind of machine. A wheel needs Python with venv; without it, the test is skipped with a message.
set -euo pipefail
package=$(realpath "$1")
text=${2:+$(realpath "$2")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
start=$SECONDS
case $package in
    *.whl)
        if ! python3 -c 'import venv, ensurepip' 2> /dev/null; then
            echo "skipped: Python with venv is missing"
            exit 0
        fi
        python3 -m venv "$work/venv"
        "$work/venv/bin/pip" install -q --no-index "$package"
        program=$work/venv/bin/charnn
        ;;
    *)
        tar -xzf "$package" -C "$work"
        program=$(echo "$work"/charnn-*/charnn)
        ;;
esac
mkdir "$work/home"
cd "$work/home"
read -ra runner <<< "${RUNNER:-}"
charnn() { env -i HOME="$work/home" PATH=/usr/bin:/bin "${runner[@]}" "$program" "$@"; }

charnn --version
demo=$(charnn demo --length 200 2> /dev/null)
[ "${#demo}" -ge 200 ] || { echo "charnn demo wrote ${#demo} characters" >&2; exit 1; }
echo "first text after $((SECONDS - start)) s"
if charnn train --help > /dev/null 2>&1 && charnn train ${text:-builtin:tales} --init-only --name probe > /dev/null 2>&1; then
    charnn train builtin:quickstart ${text:+--set "data.path=$text"} --name mine 2> log || { cat log >&2; exit 1; }
    mine=$(charnn generate mine --length 200 2> /dev/null)
    [ "${#mine}" -ge 200 ] || { echo "charnn generate wrote ${#mine} characters" >&2; exit 1; }
    echo "own network after $((SECONDS - start)) s:"
    head -3 <<< "$mine"
else
    echo "this program does not train"
fi
