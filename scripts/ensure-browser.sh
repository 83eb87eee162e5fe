#!/bin/sh
# The browser tests drive Debian's Chromium; installs it where that is allowed, else says how.
set -eu
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver >/dev/null
else
    echo "The browser tests need Chromium. Install it: sudo apt-get install chromium chromium-driver" >&2
    exit 1
fi
