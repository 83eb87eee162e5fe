"""What was stored before a migration is there after it."""

from collections.abc import AsyncIterator

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from tests.contract.databases.make import NOW, after, make_user
from watchword.storage import migrate as module
from watchword.storage.blueprint_instances import create_instance, page_of_instances
from watchword.storage.database import Database, open_database
from watchword.storage.deliveries import list_deliveries
from watchword.storage.listing import Condition, Wanted
from watchword.storage.migrate import migrate, pending
from watchword.storage.schema import changing
from watchword.storage.traffic import tallies
from watchword.storage.users import find_user, page_of_users, update_user

OLD_USER = """
    INSERT INTO users (uuid, username, username_key, name, email, email_key, is_active, attributes, path, type,
        date_joined)
    VALUES ('u-1', 'Mia', 'mia', '', '', '', true, '{"upn":"x"}', 'users', 'internal', :joined)
"""


OLD_DELIVERY = """
    INSERT INTO delivery (created, gateway, masked, purpose, outcome, segments, duration_ms)
    VALUES (:created, 'twilio', '', 'enrolment', 'sent', 2, 90)
"""


def leave(conn: Connection, revision: str) -> None:
    """With a user and a delivery in it, as that revision knew them."""
    command.upgrade(module._config(conn), revision)
    then = (NOW.replace(tzinfo=None) if conn.dialect.name == "sqlite" else NOW).isoformat(" ")
    conn.execute(text(OLD_USER), {"joined": then})
    conn.execute(text(OLD_DELIVERY), {"created": then})
    assert not inspect(conn).has_table("blueprint_instance")


@pytest.fixture
async def migrated(empty_url: str) -> AsyncIterator[Database]:
    """From the version before the API."""
    with changing(empty_url) as conn:
        leave(conn, "0002")
    assert pending(empty_url) == ["0003", "0004", "0005", "0006"]
    assert migrate(empty_url) == ["0003", "0004", "0005", "0006"]
    database = open_database(empty_url)
    yield database
    await database.close()


async def test_users_of_an_earlier_version_stay_and_were_never_changed(migrated: Database) -> None:
    mia = await migrated.read(find_user, username="Mia")
    assert mia
    assert (mia.uuid, mia.date_joined, mia.attributes, mia.last_updated) == ("u-1", NOW, {"upn": "x"}, None)
    tom = await migrated.run(make_user, "tom")
    assert tom.last_updated == NOW
    never = Wanted(conditions=(Condition("last_updated", "null", True),))
    assert await migrated.read(page_of_users, never) == (1, [mia])
    assert (await migrated.run(update_user, mia.id, last_updated=after(1))).last_updated == after(1)


async def test_an_earlier_version_gets_room_for_blueprints(migrated: Database) -> None:
    made = await migrated.run(lambda conn: create_instance(conn, name="house", now=NOW))
    assert await migrated.read(page_of_instances, Wanted()) == (1, [made])


async def test_deliveries_of_an_earlier_version_had_no_code_that_could_come_back(migrated: Database) -> None:
    (delivery,) = await migrated.read(list_deliveries)
    assert (delivery.created, delivery.segments) == (NOW, 2)
    assert (delivery.code_id, delivery.confirmed, delivery.segment_price, delivery.currency) == (None,) * 4
    (tally,) = await migrated.read(tallies, after(-1), after(1), "hour")
    assert (tally.messages, tally.sent, tally.coded, tally.cost) == (1, True, False, 0)
