"""The secret key is rotated while people enrol and sign in at two replicas: no right code is refused, no wrong one is
accepted, and every device is found afterwards.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.databases import KEY, KINDS, Kind, database_settings
from tests.people import Person
from tests.races.replicas import SECOND, Replicas, answered, at_once, ended, fill, problem, running
from tests.unit.web.client import Visitor
from watchword.administration.rotating import Rotated, rotate
from watchword.settings import Settings, load
from watchword.storage.database import open_database
from watchword.storage.migrate import migrate

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = "another secret key for tests, of more than 32 characters"
DIRECT, VERIFY = SLUGS = "sms-enrollment-direct", "sms-verify-only"


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


class Begun(NamedTuple):
    """An enrolment whose code is on its way."""

    person: Person
    visitor: Visitor
    slug: str
    code: str


async def with_code(replicas: Replicas, slug: str) -> Begun:
    person, visitor = await replicas.person()
    await visitor.see(slug)
    await visitor.answer(slug, phone_number=person.number)
    return Begun(person, visitor, slug, replicas.code(person.number))


async def enrolled(replicas: Replicas, slug: str) -> Person:
    begun = await with_code(replicas, slug)
    assert ended(await begun.visitor.answer(slug, code=begun.code))
    return begun.person


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


async def rotated(replicas: Replicas, settings: Settings, over: asyncio.Event) -> Rotated:
    """As the command does it: with connections of its own, where a database has several."""
    database = open_database(settings.database_url, pool=2) if replicas.kind == "postgresql" else replicas.database
    try:
        return await rotate(database, settings.make_keyring(), now=replicas.clock())
    finally:
        over.set()
        if database is not replicas.database:
            await database.close()


async def signs_in(replicas: Replicas, person: Person, place: int) -> bool:
    """With a wrong code first, which must not do, and then with the right one."""
    visitor = replicas.same(await replicas.at_second_factor(person.username), 2)[place % 2]
    code = replicas.code(person.number)
    refused = await answered(visitor, SECOND, code=wrong(code))
    assert problem(refused) == "invalid", refused
    return ended(await answered(visitor, SECOND, code=code))


async def enrols(replicas: Replicas, place: int, slug: str) -> Person:
    begun = await with_code(replicas, slug)
    visitor = replicas.same(begun.visitor, 2)[place % 2]
    refused = await answered(visitor, slug, code=wrong(begun.code))
    assert problem(refused) == "invalid", refused
    assert ended(await answered(visitor, slug, code=begun.code))
    return begun.person


async def finishes(replicas: Replicas, begun: Begun, place: int, over: asyncio.Event) -> bool:
    """What was begun under the key before; every second one once the rotation is over."""
    if place % 2:
        await over.wait()
    here = replace(begun.visitor, app=replicas.apps[place // 2 % 2])
    assert not ended(await answered(here, begun.slug, code=wrong(begun.code)))
    return ended(await answered(here, begun.slug, code=begun.code))


async def test_codes_and_devices_outlast_a_rotation_under_load(keys: Keys) -> None:
    migrate(keys.before.database_url)
    await fill(keys.before)
    async with running(keys.before) as replicas:
        old = {slug: [await enrolled(replicas, slug) for _ in range(4)] for slug in SLUGS}
        begun = [await with_code(replicas, slug) for slug in SLUGS * 4]
    async with running(keys.meanwhile) as replicas:
        over = asyncio.Event()
        works = [signs_in(replicas, person, place) for place, person in enumerate(old[DIRECT])]
        works += [finishes(replicas, one, place, over) for place, one in enumerate(begun)]
        joining = [enrols(replicas, place, slug) for place, slug in enumerate(SLUGS * 4)]
        rotating = rotated(replicas, keys.meanwhile, over)
        done, results, joined = await asyncio.gather(rotating, at_once(works), at_once(joining))
        assert done.changed
        assert all(results), results
    for place, slug in enumerate(SLUGS):
        old[slug] += [one.person for one in begun if one.slug == slug] + joined[place::2]
    async with running(keys.after) as replicas:
        assert await key_ids(replicas) == {keys.after.make_keyring().key_id}
        assert all(await at_once([signs_in(replicas, person, place) for place, person in enumerate(old[DIRECT])]))
        for person in old[VERIFY]:
            _, stranger = await replicas.person()
            await stranger.see(VERIFY)
            assert problem(await answered(stranger, VERIFY, phone_number=person.number)) == "number_taken"


async def key_ids(replicas: Replicas) -> set[str]:
    """Of the devices whose number is known: by which key it is hashed."""
    rows = await replicas.rows("SELECT DISTINCT key_id FROM sms_device WHERE phone_number IS NOT NULL")
    return {row["key_id"] for row in rows}
