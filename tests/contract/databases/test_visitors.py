"""Who comes with a session: himself, and nobody else's rights or runs."""

from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_execution, make_session, make_user
from tests.people import OTHER, OWNER
from watchword.storage.database import Database
from watchword.storage.groups import add_member, create_group
from watchword.storage.users import User, update_user
from watchword.storage.visitors import Visitor, find_visitor

TOKENS = OWNER_TOKEN, OTHER_TOKEN, STRANGER_TOKEN = "o" * 64, "p" * 64, "s" * 64


def settle(conn: Connection) -> tuple[User, User]:
    """The owner is a superuser, by a group below one that makes so; the other is in a group too; a stranger."""
    owner, other = make_user(conn, OWNER.username), make_user(conn, OTHER.username)
    above = create_group(conn, name="above", is_superuser=True)
    below, plain = create_group(conn, name="below", parent_pk=above.pk), create_group(conn, name="plain")
    add_member(conn, below.pk, owner.id)
    add_member(conn, plain.pk, other.id)
    make_session(conn, OWNER_TOKEN, user_id=owner.id)
    make_session(conn, OTHER_TOKEN, user_id=other.id)
    make_session(conn, STRANGER_TOKEN)
    return owner, other


async def test_each_is_himself_with_his_own_rights(database: Database) -> None:
    owner, other = await database.run(settle)
    found = [await database.read(find_visitor, token, NOW) for token in TOKENS]
    assert [one and (one.user, one.superuser) for one in found] == [(owner, True), (other, False), (None, False)]


async def test_each_has_his_own_run_through_the_flow_that_is_asked_for(database: Database) -> None:
    await database.run(settle)

    def look(conn: Connection, token: str, flow: str, seconds: float = 0) -> Visitor:
        found = find_visitor(conn, token, after(seconds), flow)
        assert found
        return found

    session = (await database.read(look, OTHER_TOKEN, "")).session
    run = await database.run(make_execution, session.id, flow_pk="mine", expires=after(60))
    assert (await database.read(look, OTHER_TOKEN, "mine")).execution == run
    assert (await database.read(look, OTHER_TOKEN, "another")).execution is None
    assert (await database.read(look, OTHER_TOKEN, "mine", 61)).execution is None
    assert (await database.read(look, OWNER_TOKEN, "mine")).execution is None
    assert (await database.read(look, STRANGER_TOKEN, "mine")).execution is None


async def test_nobody_comes_with_a_session_that_is_over_or_of_somebody_inactive(database: Database) -> None:
    _, other = await database.run(settle)
    assert await database.read(find_visitor, "x" * 64, NOW) is None
    assert await database.read(find_visitor, OWNER_TOKEN, after(3601)) is None
    await database.run(lambda conn: update_user(conn, other.id, is_active=False))
    assert await database.read(find_visitor, OTHER_TOKEN, NOW) is None
    assert await database.read(find_visitor, OWNER_TOKEN, NOW) is not None
