#!/bin/sh
# For CI: finds a PostgreSQL for the tests, or starts one, and prints what to export. Its programs are installed where
# they are missing, for some tests start servers of their own.
set -eu
url=${WATCHWORD_TEST_POSTGRES:-postgresql://postgres@127.0.0.1:5432/postgres}
find_initdb() { find /usr/lib/postgresql -name initdb 2>/dev/null | sort | tail -n 1; }
if [ -z "$(find_initdb)" ] && ! command -v initdb >/dev/null; then
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >&2
fi
if .venv/bin/python -c "import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=5).close()" "$url" 2>/dev/null; then
    echo "export WATCHWORD_TEST_POSTGRES=$url"
    exit 0
fi
initdb=$(find_initdb)
bin=$(dirname "${initdb:-$(command -v initdb)}")
dir=$(mktemp -d)
chown postgres "$dir"
run() { su postgres -s /bin/sh -c "$*" >&2; }
run "$bin/initdb -D $dir/data --auth=trust --username=postgres"
run "$bin/pg_ctl -D $dir/data -w -l $dir/log -o '-p 54329 -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir' start"
echo "export WATCHWORD_TEST_POSTGRES=postgresql://postgres@127.0.0.1:54329/postgres"
