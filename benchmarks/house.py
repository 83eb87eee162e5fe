"""Watchword installed on a database of its own, with what is measured in it, and the floor beside it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import make_url

from benchmarks.acts import Script
from benchmarks.counting import counted
from benchmarks.databases import Dialect, empty_database, path_of
from benchmarks.floor import postgresql, sqlite
from benchmarks.floor.app import EMPTY
from benchmarks.floor.plan import Plan
from benchmarks.gateway import Gateway
from benchmarks.members import PASSWORD, enrol_members, hashed
from benchmarks.processes import Server, free_port
from benchmarks.visitor import Job
from watchword.blueprints.file import apply_text
from watchword.bootstrap import bootstrap
from watchword.keyring import Keyring
from watchword.model.snapshot import Snapshot
from watchword.settings import Settings, load
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects
from watchword.storage.database import open_database
from watchword.storage.migrate import migrate

SCENARIO = Path(__file__).with_name("scenario.yaml")
WATCHWORD = str(Path(sys.executable).with_name("watchword"))
KEY = "a secret key for benchmarks, of more than 32 characters"
SETTINGS = {"WATCHWORD_SECRET_KEY": KEY, "WATCHWORD_TRUSTED_PROXIES": "127.0.0.1"}


class House(NamedTuple):
    dialect: Dialect
    folder: Path
    url: str
    floor_url: str
    gateway: Gateway

    @property
    def environment(self) -> dict[str, str]:
        """Of this process, without any settings of Watchword but those of this house."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("WATCHWORD_")}
        return {**others, **SETTINGS, "WATCHWORD_DATABASE_URL": self.url}

    def settings(self) -> Settings:
        return settings_at(self.url, self.folder)

    async def script_of(self, job: Job) -> Script:
        async with counted(self.settings(), self.gateway) as count:
            return await count(job)

    def server(self, *arguments: str, on: list[int] | None = None) -> Server:
        """`watchword serve`, to be entered."""
        port = free_port()
        command = [WATCHWORD, "serve", "--port", str(port), "--data-dir", str(self.folder / "data"), *arguments]
        log = self.folder / "server.log"
        return Server(command, port, probe="/-/health/ready/", log=log, environment=self.environment, on=on)

    def floor(self, scripts: Mapping[str, Script], on: list[int] | None = None) -> Server:
        port, file = free_port(), self.folder / "plan.json"
        url = path_of(self.floor_url) if self.dialect == "sqlite" else self.floor_url
        plan = Plan(self.dialect, url, self.gateway.url, dict(scripts), hashed(), PASSWORD)
        file.write_bytes(msgspec.json.encode(plan))
        command = [sys.executable, "-m", "benchmarks.floor", str(port), str(file)]
        return Server(command, port, probe=EMPTY, log=self.folder / "floor.log", on=on)

    def framework(self) -> Server:
        """Another floor: what Litestar and SQLAlchemy make of two statements."""
        port, url = free_port(), make_url(self.floor_url)
        address = url if self.dialect == "sqlite" else url.set(drivername="postgresql+psycopg")
        at = address.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "benchmarks.floor.framework", str(port), at]
        return Server(command, port, probe=EMPTY, log=self.folder / "framework.log")


def settings_at(url: str, folder: Path) -> Settings:
    return load({**SETTINGS, "WATCHWORD_DATABASE_URL": url}, data_dir=folder / "data")


@asynccontextmanager
async def house(dialect: Dialect, folder: Path, gateway: Gateway) -> AsyncIterator[House]:
    with empty_database(dialect, folder) as url, empty_database(dialect, folder) as floor_url:
        if dialect == "sqlite":
            sqlite.prepare(path_of(floor_url))
        else:
            await asyncio.to_thread(postgresql.prepare, floor_url)
        await install(settings_at(url, folder), gateway)
        yield House(dialect, folder, url, floor_url, gateway)


async def install(settings: Settings, gateway: Gateway) -> None:
    await asyncio.to_thread(migrate, settings.database_url)
    database, keyring = open_database(settings.database_url), Keyring(settings.secret_key)
    await bootstrap(settings, database, demo=False)
    text = SCENARIO.read_text().replace("http://127.0.0.1:9/none", gateway.url)
    await apply_text(database, text, name="scenario", catalogue=CATALOGUE, keyring=keyring, author="benchmarks")
    sms = Snapshot(await database.read(load_objects, CATALOGUE, keyring)).find(AuthenticatorSMSStage, name="sms")
    assert sms
    await enrol_members(database, keyring, sms.pk)
    await database.close()
