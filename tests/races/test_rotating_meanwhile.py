"""The secret key is rotated while people enrol and sign in at two replicas: no right code is refused, no wrong one is
accepted, and every device is found afterwards.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.databases import KEY, KINDS, Kind, database_settings
from tests.e2e.numbers import fresh_number
from tests.people import Person
from tests.races.replicas import SECOND, Replicas, answered, at_once, ended, fill, problem, running
from tests.unit.web.client import Visitor
from watchword.administration.rotating import Rotated, rotate
from watchword.settings import Settings, load
from watchword.storage.database import open_database
from watchword.storage.migrate import migrate

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = "another secret key for tests, of more than 32 characters"
DIRECT, VERIFY = "sms-enrollment-direct", "sms-verify-only"


class Keys(NamedTuple):
    """The settings of servers before, while and after the key is rotated."""

    before: Settings
    meanwhile: Settings
    after: Settings


@pytest.fixture(params=KINDS)
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keys]:
    kind: Kind = request.param
    with database_settings(kind) as environment:

        def read(key: str, **more: str) -> Settings:
            return load({**environment, "WATCHWORD_SECRET_KEY": key, **more}, data_dir=tmp_path)

        yield Keys(read(KEY), read(NEW, WATCHWORD_SECRET_KEY_PREVIOUS=KEY), read(NEW))


class Enrolled(NamedTuple):
    person: Person
    visitor: Visitor


async def enrolled(replicas: Replicas, slug: str = DIRECT) -> Enrolled:
    person, visitor = await replicas.person()
    await visitor.see(slug)
    await visitor.answer(slug, phone_number=person.number)
    assert ended(await visitor.answer(slug, code=replicas.code(person.number)))
    return Enrolled(person, visitor)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**len(code):0{len(code)}}"


async def with_code(replicas: Replicas, slug: str = DIRECT) -> tuple[Enrolled, str]:
    person, visitor = await replicas.person()
    await visitor.see(slug)
    await visitor.answer(slug, phone_number=person.number)
    return Enrolled(person, visitor), replicas.code(person.number)


async def rotated(settings: Settings) -> Rotated:
    database = open_database(settings.database_url, pool=2)
    try:
        return await rotate(database, settings.make_keyring(), now=replicas_clock())
    finally:
        await database.close()
