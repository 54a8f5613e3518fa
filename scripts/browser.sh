# The browser for scripts that look at pages, to be sourced. Sets chromium, node and axe, each empty if missing.
# axe-core, a library of checks of accessibility, comes from the npm registry and is kept in the cache of the user.
AXE_VERSION=4.14.1
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
node=$(command -v node || true)
if [ -n "$node" ] && ! "$node" -e 'process.exit(+process.versions.node.split(".")[0] >= 18 ? 0 : 1)'; then
    node=
fi
axe="${XDG_CACHE_HOME:-$HOME/.cache}/charnn/axe-core-$AXE_VERSION/axe.min.js"
if [ ! -s "$axe" ] && [ -n "$node" ] && command -v npm >/dev/null; then
    folder=$(mktemp -d)
    if (cd "$folder" && npm pack --silent "axe-core@$AXE_VERSION" && tar -xzf axe-core-*.tgz package/axe.min.js) >/dev/null 2>&1; then
        mkdir -p "$(dirname "$axe")"
        mv "$folder/package/axe.min.js" "$axe"
    fi
    rm -rf "$folder"
fi
if [ ! -s "$axe" ]; then
    axe=
    echo "no axe-core $AXE_VERSION (npm and a network get it): accessibility is not checked"
fi
