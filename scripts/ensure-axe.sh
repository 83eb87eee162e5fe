#!/bin/sh
# The browser tests run axe-core on every page; puts the version of the lock file into the virtual environment.
set -eu
venv=$1
wanted=$(dirname "$0")/../tests/accessibility
there=$venv/axe
cmp -s "$wanted/package-lock.json" "$there/installed.json" && exit 0
if ! command -v npm >/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "Installing npm, which brings axe-core for the browser tests ..."
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >/dev/null
    else
        echo "The browser tests need axe-core, which comes with npm. Install it: sudo apt-get install npm" >&2
        exit 1
    fi
fi
echo "Installing axe-core ..."
mkdir -p "$there"
cp "$wanted/package.json" "$wanted/package-lock.json" "$wanted/.npmrc" "$there"
npm ci --prefix "$there" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
# Last, so that what broke off is begun again.
cp "$wanted/package-lock.json" "$there/installed.json"
