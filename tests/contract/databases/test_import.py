"""An import comes to the same on both databases, and a second one, or an interrupted one, changes nothing more."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.databases.make import NOW
from tests.doubles.authentik import TOKEN, Authentik, serving
from tests.unit.migration.world import FEW, lists, pk
from watchword.errors import ConfigurationInvalid
from watchword.gateways.http import HttpClient
from watchword.keyring import Keyring
from watchword.migration import run as running
from watchword.migration.options import Options
from watchword.migration.remote import PEER, Remote
from watchword.migration.report import Report
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import list_revisions, load_objects
from watchword.storage.database import Database
from watchword.storage.devices import list_devices
from watchword.storage.events import list_events
from watchword.storage.groups import get_group, groups_of
from watchword.storage.users import find_user, find_user_by_uuid

KEYRING = Keyring("a secret key of these tests, long enough")


@pytest.fixture
def authentik() -> Iterator[Authentik]:
    with serving(Authentik(lists())) as served:
        yield served


async def imported(database: Database, authentik: Authentik, **options: Any) -> Report:
    http = HttpClient(peer=PEER)
    await http.start()
    try:
        remote = Remote(http, authentik.url, TOKEN)
        return await running.import_from(remote, database, Options(keyring=KEYRING, clock=lambda: NOW, **options))
    finally:
        await http.close()


async def test_everything_comes_in_one_revision(database: Database, authentik: Authentik) -> None:
    report = await imported(database, authentik)
    assert report.counts()["user"]["created"] == FEW
    (revision,) = await database.read(list_revisions)
    assert revision.author == "watchword import-authentik"
    pks = {obj.pk for obj in await database.read(load_objects, CATALOGUE, KEYRING)}
    assert {pk("sms-enrol"), pk("default-authentication-flow"), pk("sms"), pk("german numbers")} <= pks
    assert [device.phone_number for device in await database.read(list_devices)] == ["+4915123456713", "+447400123456"]


async def test_people_keep_their_uuids_and_groups(database: Database, authentik: Authentik) -> None:
    await imported(database, authentik)
    user = await database.read(find_user_by_uuid, pk("user person3"))
    assert user is not None
    assert user == await database.read(find_user, username="person3")
    assert [group.name for group in await database.read(groups_of, user.id)] == ["berlin", "staff"]
    berlin = await database.read(get_group, pk("group berlin"))
    assert berlin is not None
    assert berlin.parent_pk == pk("group staff")


@pytest.mark.parametrize("overwrite", [False, True])
async def test_a_second_import_changes_nothing(database: Database, authentik: Authentik, overwrite: bool) -> None:
    await imported(database, authentik)
    events = len(await database.read(list_events, limit=1000))
    assert not (await imported(database, authentik, overwrite=overwrite)).changed
    assert len(await database.read(list_revisions)) == 1
    assert len(await database.read(list_events, limit=1000)) == events


async def test_a_dry_import_leaves_nothing(database: Database, authentik: Authentik) -> None:
    dry = await imported(database, authentik, dry=True)
    assert await database.read(find_user, username="person3") is None
    assert await database.read(list_revisions) == []
    assert (await imported(database, authentik)).lines == dry.lines


async def test_a_configuration_that_is_not_valid_as_a_whole_is_not_there_in_part(
    database: Database, authentik: Authentik
) -> None:
    """Two steps at one place, which authentik itself would never have."""
    bindings = authentik.lists["/flows/bindings/"]
    bindings.append({**bindings[0], "pk": pk("the same step again")})
    with pytest.raises(ConfigurationInvalid, match="unique set"):
        await imported(database, authentik)
    assert await database.read(list_revisions) == []
    del bindings[-1]
    assert (await imported(database, authentik)).counts()["user"] == {"unchanged": FEW, "left out": 3}
