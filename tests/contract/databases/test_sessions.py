"""Sessions: who is signed in, and until when."""

import pytest
from sqlalchemy import Connection

from tests.contract.databases.make import NOW, after, make_execution, make_session, make_user
from tests.sessions import find_session
from watchword.errors import Conflict
from watchword.storage.database import Database
from watchword.storage.executions import load_execution
from watchword.storage.listing import Condition, Wanted
from watchword.storage.sessions import (
    Session,
    end_session,
    end_sessions_of,
    get_session,
    page_of_sessions,
    rotate_session,
    sessions_of,
    set_session_data,
    touch_session,
)
from watchword.storage.users import update_user

OLD, NEW = "o" * 64, "n" * 64


async def test_a_session_comes_back_as_created(database: Database) -> None:
    mia = await database.run(make_user)
    session = await database.run(
        make_session, OLD, user_id=mia.id, user_agent="Firefox", address="127.0.0.1", data={"notices": ["Hello"]}
    )
    assert session == Session(
        id=session.id,
        token_hash=OLD,
        user_id=mia.id,
        created=NOW,
        expires=after(3600),
        last_seen=NOW,
        user_agent="Firefox",
        address="127.0.0.1",
        data={"notices": ["Hello"]},
    )
    assert await database.read(find_session, OLD, NOW) == session


async def test_an_anonymous_session_is_found_until_it_expires(database: Database) -> None:
    session = await database.run(make_session, OLD, expires=after(60))
    assert await database.read(find_session, OLD, after(59.9)) == session
    assert session.user_id is None
    assert await database.read(find_session, OLD, after(60)) is None
    assert await database.read(find_session, NEW, NOW) is None


async def test_an_inactive_users_session_is_not_found(database: Database) -> None:
    mia = await database.run(make_user)
    session = await database.run(make_session, OLD, user_id=mia.id)
    await database.run(update_user, mia.id, is_active=False)
    assert await database.read(find_session, OLD, NOW) is None
    await database.run(update_user, mia.id, is_active=True)
    assert await database.read(find_session, OLD, NOW) == session


async def test_rotating_changes_the_token_and_keeps_the_row(database: Database) -> None:
    """Session fixation: whoever planted the token before the sign-in must be left with nothing."""
    mia = await database.run(make_user)
    session = await database.run(make_session, OLD, data={"kept": 1})
    other = await database.run(make_session, "x" * 64)
    execution = await database.run(make_execution, session.id)
    rotated = await database.run(rotate_session, session.id, NEW, mia.id, after(7200), after(5))
    assert await database.read(find_session, OLD, after(6)) is None
    assert await database.read(find_session, NEW, after(6)) == rotated
    assert (rotated.id, rotated.user_id, rotated.data) == (session.id, mia.id, {"kept": 1})
    assert (rotated.created, rotated.last_seen, rotated.expires) == (NOW, after(5), after(7200))
    assert await database.read(load_execution, session.id, "flow", after(6)) == execution
    assert await database.read(find_session, "x" * 64, NOW) == other


async def test_a_session_that_ended_cannot_be_rotated(database: Database) -> None:
    session = await database.run(make_session, OLD)
    assert await database.run(end_session, session.id)
    assert not await database.run(end_session, session.id)
    with pytest.raises(Conflict):
        await database.run(rotate_session, session.id, NEW, None, after(60), NOW)
    assert await database.read(find_session, NEW, NOW) is None


async def test_ending_a_session_ends_its_executions(database: Database) -> None:
    session = await database.run(make_session, OLD)
    await database.run(make_execution, session.id)
    await database.run(end_session, session.id)
    assert await database.read(load_execution, session.id, "flow", NOW) is None


async def test_ending_a_users_sessions_spares_the_one_named_and_other_peoples(database: Database) -> None:
    def unit(conn: Connection) -> None:
        mia, tom = make_user(conn, "mia"), make_user(conn, "tom")
        own = [make_session(conn, f"m{number}", user_id=mia.id) for number in range(3)]
        make_session(conn, "tom", user_id=tom.id)
        make_session(conn, "anonymous")
        assert end_sessions_of(conn, mia.id, but=own[1].id) == 2
        assert [find_session(conn, session.token_hash, NOW) for session in own] == [None, own[1], None]
        assert end_sessions_of(conn, mia.id) == 1
        assert find_session(conn, "m1", NOW) is None
        assert find_session(conn, "tom", NOW)
        assert find_session(conn, "anonymous", NOW)

    await database.run(unit)


async def test_data_and_last_seen_are_one_sessions(database: Database) -> None:
    session, other = await database.run(make_session, OLD), await database.run(make_session, NEW)
    await database.run(set_session_data, session.id, {"notices": ["Grüße"]})
    await database.run(touch_session, session.id, after(30))
    changed = await database.read(find_session, OLD, after(31))
    assert changed is not None
    assert (changed.data, changed.last_seen) == ({"notices": ["Grüße"]}, after(30))
    assert changed.expires == session.expires
    assert await database.read(find_session, NEW, after(31)) == other


async def test_a_users_live_sessions_the_last_seen_first(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    for token, user, expires in (("a", mia, 60), ("b", mia, 60), ("c", mia, 5), ("d", tom, 60)):
        await database.run(make_session, token, user_id=user.id, expires=after(expires))
    first = await database.read(find_session, "a", NOW)
    assert first is not None
    await database.run(touch_session, first.id, after(8))
    assert [session.token_hash for session in await database.read(sessions_of, mia.id, after(10))] == ["a", "b"]


async def test_one_is_shown_while_it_lives_and_somebody_is_in_it(database: Database) -> None:
    mia = await database.run(make_user)
    session = await database.run(make_session, OLD, user_id=mia.id, expires=after(60))
    anonymous = await database.run(make_session, NEW)
    assert await database.read(get_session, session.id, after(59.9)) == session
    assert await database.read(get_session, session.id, after(60)) is None
    assert await database.read(get_session, anonymous.id, NOW) is None
    assert await database.read(get_session, anonymous.id + 1, NOW) is None


async def test_pages_are_of_live_sessions_of_those_who_are_signed_in(database: Database) -> None:
    mia, tom = await database.run(make_user, "mia"), await database.run(make_user, "tom")
    of_mia = [await database.run(make_session, f"mia {n}", user_id=mia.id, expires=after(60 * n)) for n in (1, 2)]
    of_tom = await database.run(make_session, "tom", user_id=tom.id, expires=after(90))
    await database.run(make_session, "nobody")
    every = Wanted(order="-expires")
    assert await database.read(page_of_sessions, every, NOW) == (3, [of_mia[1], of_tom, of_mia[0]])
    assert await database.read(page_of_sessions, every, after(60)) == (2, [of_mia[1], of_tom])
    assert await database.read(page_of_sessions, every, NOW, user_ids=[mia.id]) == (2, of_mia[::-1])
    assert await database.read(page_of_sessions, every, after(60), user_ids=[tom.id, mia.id]) == (
        2,
        [of_mia[1], of_tom],
    )
    assert await database.read(page_of_sessions, every, NOW, user_ids=[]) == (0, [])
    one = Wanted(conditions=(Condition("id", "is", of_tom.id),))
    assert await database.read(page_of_sessions, one, NOW) == (1, [of_tom])
    assert await database.read(page_of_sessions, one, NOW, user_ids=[mia.id]) == (0, [])


@pytest.mark.parametrize(("term", "found"), [("firefox", True), ("127.0", True), ("ooo", False), ("hidden", False)])
async def test_sessions_are_searched_by_browser_and_address_alone(database: Database, term: str, found: bool) -> None:
    mia = await database.run(make_user)
    given = {"user_agent": "Mozilla Firefox", "address": "127.0.0.1", "data": {"kept": "hidden"}}
    session = await database.run(make_session, OLD, user_id=mia.id, **given)
    page = await database.read(page_of_sessions, Wanted(terms=(term,)), NOW)
    assert page == ((1, [session]) if found else (0, []))
