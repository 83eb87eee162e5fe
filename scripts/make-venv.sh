#!/bin/sh
# Makes the virtual environment; where Debian has split `venv` off Python, installs that package or says how.
set -eu
python=$1 venv=$2
if ! "$python" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)))'; then
    echo "Watchword needs Python 3.11 to 3.13. Name one: make PYTHON=python3.12 ..." >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq "$package" >/dev/null
    else
        echo "Python's venv module is missing. Install it: sudo apt-get install $package" >&2
        exit 1
    fi
fi
"$python" -m venv "$venv"
