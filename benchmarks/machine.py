"""What the figures were made on."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psycopg

from benchmarks.databases import SERVER, available

PACKAGES = ("granian", "litestar", "sqlalchemy", "psycopg", "aiohttp", "msgspec", "pydantic-monty")


def description() -> list[str]:
    """Sentences, one a line."""
    return [
        f"{_processor()}, {os.cpu_count()} cores, {_memory()} GB of memory, {platform.system()} {platform.release()}.",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {_server()}.",
        ", ".join(f"{package} {version(package)}" for package in PACKAGES) + ".",
    ]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def _server() -> str:
    if "postgresql" not in available():
        return "no PostgreSQL"
    with psycopg.connect(SERVER) as connection:
        number = connection.info.server_version
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"
