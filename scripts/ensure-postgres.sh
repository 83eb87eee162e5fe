#!/bin/sh
# The tests start PostgreSQL servers of their own; installs its programs where that is allowed, else says how.
set -eu
command -v initdb >/dev/null && exit 0
[ -z "$(find /usr/lib/postgresql -name initdb 2>/dev/null)" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing PostgreSQL for the tests ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null
else
    echo "The tests need PostgreSQL's programs. Install them: sudo apt-get install postgresql" >&2
    exit 1
fi
