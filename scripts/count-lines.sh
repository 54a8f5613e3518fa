#!/usr/bin/env bash
# Lines of every crate: code, comments (with documentation), tests and examples, blank lines not counted. Tests
# are the folders tests/ and benches/, and the modules under #[cfg(test)].
set -euo pipefail
cd "$(dirname "$0")/.."
printf '%-10s %7s %9s %7s %9s\n' crate code comments tests examples
for crate in crates/*/; do
    find "$crate" -name '*.rs' -print0 | sort -z | xargs -0 awk -v crate="$(basename "$crate")" '
        FNR == 1 { test = FILENAME ~ /\/(tests|benches)\// || FILENAME ~ /tests\.rs$/; marked = block = 0 }
        /^[[:space:]]*$/ { next }
        /^#\[cfg\(test\)\]/ { marked = 1 }
        marked && /^(pub[^ ]* )?mod .*\{$/ { block = 1 }
        marked && !block && /;$/ { marked = 0; tests++; next }
        FILENAME ~ /\/examples\// { examples++; next }
        test || marked { tests++; if (block && /^}/) marked = block = 0; next }
        /^[[:space:]]*\/\// { comments++; next }
        { code++ }
        END { printf "%-10s %7d %9d %7d %9d\n", crate, code, comments, tests, examples }'
done | awk '{ print; code += $2; comments += $3; tests += $4; examples += $5 }
    END { printf "%-10s %7d %9d %7d %9d\n", "all", code, comments, tests, examples }'
