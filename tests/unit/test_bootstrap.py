"""What a server does before it first answers: shipped blueprints once each, the first administrator, no fakes."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from watchword.administration.superusers import ADMIN, ADMINS
from watchword.blueprints.file import apply_text
from watchword.bootstrap import bootstrap
from watchword.errors import SettingsInvalid
from watchword.keyring import Keyring
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.passwords import verify_password
from watchword.settings import Settings, load
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.blueprint_instances import list_instances
from watchword.storage.config import load_objects
from watchword.storage.database import Database, open_database
from watchword.storage.groups import is_superuser
from watchword.storage.tables import metadata
from watchword.storage.tokens import find_token
from watchword.storage.users import find_user, update_user

PASSWORD = "the first administrator's password"
TOKEN = "the first administrator's token"

OWN_SIGN_IN = """\
version: 1
entries:
  - model: authentik_flows.flow
    identifiers: {slug: ours}
    attrs: {name: Ours, title: Ours, designation: authentication}
"""

FAKE = """\
version: 1
entries:
  - model: authentik_stages_authenticator_sms.authenticatorsmsstage
    identifiers: {name: pretends}
    attrs: {provider: console}
"""


class Place:
    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.settings = self.configured()
        self.database: Database = open_database("sqlite://")

    def configured(self, **settings: str) -> Settings:
        return load({f"WATCHWORD_{name.upper()}": value for name, value in settings.items()}, data_dir=self._data_dir)

    async def start(self, *, demo: bool = False, **settings: str) -> None:
        await bootstrap(self.configured(**settings), self.database, demo=demo)

    async def apply(self, blueprint: str) -> None:
        keyring = Keyring(self.settings.secret_key)
        await apply_text(self.database, blueprint, name="t.yaml", catalogue=CATALOGUE, keyring=keyring, author="tests")

    async def snapshot(self) -> Snapshot:
        return Snapshot(await self.database.read(load_objects, CATALOGUE, Keyring(self.settings.secret_key)))

    async def slugs(self) -> set[str]:
        return {flow.slug for flow in (await self.snapshot()).all(Flow)}

    async def content(self) -> dict[str, list[Any]]:
        return await self.database.read(_content)

    async def execute(self, statement: str) -> None:
        await self.database.run(lambda conn: conn.execute(text(statement)))


def _content(conn: Connection) -> dict[str, list[Any]]:
    return {
        table.name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr)
        for table in metadata.sorted_tables
    }


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(tmp_path / "data")
    await place.database.run(metadata.create_all)
    yield place
    await place.database.close()


async def test_an_empty_installation_gets_the_flows_people_need_and_nobody_in_it(place: Place) -> None:
    await place.start()
    assert await place.slugs() == {
        "default-authentication-flow",
        "default-authenticator-static-setup",
        "default-authenticator-totp-setup",
        "default-invalidation-flow",
        "default-reauthentication-flow",
    }
    assert (await place.content())["users"] == []


@pytest.mark.parametrize("demo", [False, True])
async def test_starting_again_changes_nothing(place: Place, demo: bool) -> None:
    settings = {"bootstrap_password": PASSWORD, "bootstrap_token": TOKEN}
    await place.start(demo=demo, **settings)
    before = await place.content()
    await place.start(demo=demo, **settings)
    await place.start(demo=demo)
    assert await place.content() == before


async def test_two_servers_that_start_at_once_make_one_of_each(place: Place) -> None:
    await asyncio.gather(*(place.start(demo=True, bootstrap_password=PASSWORD) for _ in range(3)))
    assert sorted(row[2] for row in (await place.content())["users"]) == [ADMIN, "demo", "guest"]


async def test_an_installation_with_a_sign_in_of_its_own_keeps_it_alone(place: Place) -> None:
    await place.apply(OWN_SIGN_IN)
    await place.start()
    assert await place.slugs() == {"ours"}


async def test_the_demo_comes_only_where_it_is_asked_for(place: Place) -> None:
    await place.start()
    assert await place.database.read(find_user, username="demo") is None
    await place.start(demo=True)
    assert await place.slugs() > {"default-authentication-flow", "default-sms-enrollment", "sms-verify-only"}
    for name in ("demo", "guest"):
        user = await place.database.read(find_user, username=name)
        assert user is not None
        assert not await place.database.read(is_superuser, user.id)
    assert await place.database.read(find_user, username="stranger") is None


async def test_what_an_administrator_changed_in_a_shipped_flow_stays(place: Place) -> None:
    await place.start(demo=True)
    renamed = OWN_SIGN_IN.replace("ours", "default-authentication-flow").replace("Ours", "Our own words")
    await place.apply(renamed)
    await place.apply(renamed.replace("default-authentication-flow", "default-sms-enrollment"))
    await place.start(demo=True)
    titles = {flow.slug: flow.title for flow in (await place.snapshot()).all(Flow)}
    assert titles["default-authentication-flow"] == titles["default-sms-enrollment"] == "Our own words"


async def test_the_first_administrator_has_the_password_and_the_token(place: Place) -> None:
    await place.start(bootstrap_password=PASSWORD, bootstrap_token=TOKEN)
    admin = await place.database.read(find_user, username=ADMIN)
    assert admin is not None
    assert await place.database.read(is_superuser, admin.id)
    assert verify_password(admin.password_hash, PASSWORD)
    assert not verify_password(admin.password_hash, TOKEN)
    key_hash = hashlib.sha256(TOKEN.encode()).hexdigest()
    token = await place.database.read(find_token, key_hash, admin.date_joined)
    assert token is not None
    assert (token.user_id, token.expiring) == (admin.id, False)
    assert ADMINS in str(await place.content())
    assert PASSWORD not in str(await place.content())
    assert TOKEN not in str(await place.content())


async def test_with_a_token_alone_nobody_signs_in_by_password(place: Place) -> None:
    await place.start(bootstrap_token=TOKEN)
    admin = await place.database.read(find_user, username=ADMIN)
    assert admin is not None
    assert admin.password_hash is None


async def test_an_administrator_who_is_there_is_left_alone(place: Place) -> None:
    """The variable usually stays set: it must not undo a password changed since, nor bring back rights taken away."""
    await place.start(bootstrap_password=PASSWORD)
    admin = await place.database.read(find_user, username=ADMIN)
    assert admin is not None
    await place.database.run(update_user, admin.id, password_hash="changed", is_active=False)
    await place.start(bootstrap_password=PASSWORD, bootstrap_token=TOKEN)
    after = await place.database.read(find_user, username=ADMIN)
    assert after is not None
    assert (after.password_hash, after.is_active) == ("changed", False)
    assert (await place.content())["token"] == []


async def test_without_the_settings_nobody_is_made(place: Place) -> None:
    await place.start()
    assert await place.database.read(find_user, username=ADMIN) is None


async def test_a_gateway_that_only_pretends_is_refused_outside_the_demo(place: Place) -> None:
    await place.start(demo=True)
    providers = {stage.provider for stage in (await place.snapshot()).all(SMSSettings)}
    assert providers == {"demo"}
    with pytest.raises(SettingsInvalid, match=r"gateway demo, which sends nothing: start with --demo, or give"):
        await place.start()
    await place.start(demo=True)


async def test_so_is_the_console(place: Place) -> None:
    await place.apply(FAKE)
    with pytest.raises(SettingsInvalid, match="console"):
        await place.start()
    await place.start(demo=True)


async def test_the_watched_directory_is_applied_at_the_start(place: Place, tmp_path: Path) -> None:
    """Upon the flows that come along, and before the first answer."""
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "wrong.yaml").write_text("entries: 7")
    (watched / "sign-in.yaml").write_text(OWN_SIGN_IN)
    await place.start(blueprints_dir=str(watched))
    assert {"ours", "default-authentication-flow"} <= await place.slugs()
    instances = await place.database.read(list_instances)
    assert [(one.name, one.status) for one in instances] == [("sign-in", "successful"), ("wrong", "error")]


async def test_a_directory_that_is_not_there_stops_the_start(place: Place, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"WATCHWORD_BLUEPRINTS_DIR: there is no directory .*/none\. Make it"):
        await place.start(blueprints_dir=str(tmp_path / "none"))


async def test_a_gateway_that_only_pretends_is_refused_from_there_too(place: Place, tmp_path: Path) -> None:
    (tmp_path / "fake.yaml").write_text(FAKE)
    with pytest.raises(SettingsInvalid, match="console"):
        await place.start(blueprints_dir=str(tmp_path))
