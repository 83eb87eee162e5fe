"""A PostgreSQL server of a test's own, which it may stop, kill, starve and start again."""

import glob
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest
from sqlalchemy import make_url

Mode = Literal["smart", "fast", "immediate"]

_QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB", "max_wal_size": "64MB"}
"""The machine does not lose its power in a test; a killed server loses nothing by these."""


class OwnPostgres:
    """On a free port of loopback, in a folder of its own; user `postgres`, no password.

    `max_connections="12"` and the like are settings of the server. Started anew it keeps data, port and settings.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self._bin = _binaries()
        self._user: dict[str, Any] = _postgres_user()
        self._folder = folder
        self._port = _free_port()
        self._settings = _QUICK | {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)} | settings
        if self._user:
            os.chown(folder, self._user["user"], self._user["group"])
        self._run(
            "initdb", "--pgdata", self._data, "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync"
        )

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    def new_database(self) -> str:
        """The address of a database without tables; it goes with the server."""
        with psycopg.connect(self.url, autocommit=True) as server:
            return new_database(server, self.url)

    def start(self) -> None:
        """Returns when it takes connections."""
        options = " ".join(f"-c {name}={value}" for name, value in {**self._settings, "port": str(self._port)}.items())
        self._run(
            "pg_ctl", "--pgdata", self._data, "--wait", "--log", str(self._folder / "log"), "-o", options, "start"
        )

    def stop(self, mode: Mode = "immediate") -> None:
        """`immediate` is like a crash: clients are cut off, and the next start recovers. `fast` says goodbye first."""
        self._run("pg_ctl", "--pgdata", self._data, "--wait", "--mode", mode, "stop")

    def restart(self, mode: Mode = "immediate") -> None:
        self.stop(mode)
        self.start()

    def is_running(self) -> bool:
        return (Path(self._data) / "postmaster.pid").exists()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        # To a file: a pipe would stay open for as long as the server that was started has it.
        with (self._folder / "output").open("wb") as output:
            done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
                [f"{self._bin}/{program}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                check=False,
                timeout=60,
                **self._user,
            )
        assert done.returncode == 0, f"{program}: {(self._folder / 'output').read_text()}"


@contextmanager
def own_postgres(**settings: str) -> Iterator[OwnPostgres]:
    """Started; ended and removed afterwards. Costs about two seconds, so let a module's tests share one."""
    # Not below pytest's folders, which the user `postgres` may not enter.
    folder = Path(tempfile.mkdtemp(prefix="watchword-postgres-"))
    try:
        server = OwnPostgres(folder, **settings)
        server.start()
        try:
            yield server
        finally:
            if server.is_running():
                server.stop()
    finally:
        shutil.rmtree(folder)


def new_database(server: psycopg.Connection, url: str) -> str:
    """Its address; `url` is the server's."""
    name = f"watchword_test_{secrets.token_hex(6)}"
    server.execute(f"CREATE DATABASE {name}")
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def binaries() -> str | None:
    """Where `initdb` is: Debian keeps it out of the way. None without PostgreSQL's programs."""
    found = shutil.which("initdb") or next(
        iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)), None
    )
    return found and str(Path(found).resolve().parent)


def _binaries() -> str:
    """Without them tests are skipped, loudly; in CI they fail."""
    if found := binaries():
        return found
    reason = "NO DATABASE IS STOPPED AND STARTED: there is no initdb of PostgreSQL on this machine."
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _postgres_user() -> dict[str, Any]:
    """The server refuses to be root's."""
    if os.geteuid() != 0:
        return {}
    postgres = pwd.getpwnam("postgres")
    return {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": ()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
