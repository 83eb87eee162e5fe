"""Ending sessions: once, of the right ones, and written down where its owner sees it."""

from tests.contract.databases.make import make_session
from tests.unit.administration.bench import NOW, Office
from watchword.administration.sessions import end_all, end_one
from watchword.storage.sessions import Session, sessions_of


async def session(office: Office, name: str = "olivia", number: int = 1) -> Session:
    return await office.run(make_session, f"{name} {number}", user_id=office.people[name].id)


async def left(office: Office, name: str) -> list[int]:
    return [one.id for one in await office.run(sessions_of, office.people[name].id, NOW)]


async def test_one_is_ended_and_its_owner_is_told_who_did_it(office: Office) -> None:
    one, other, hers = await session(office), await session(office, number=2), await session(office, "ada")
    assert await office.run(end_one, one, by=office.by("ada"), now=NOW)
    assert (await left(office, "olivia"), await left(office, "ada")) == ([other.id], [hers.id])
    [event] = await office.events("logout")
    assert (event.username, event.message) == ("olivia", "A session was ended")
    assert event.context == {"sessions": 1, "by": "ada"}


async def test_what_has_ended_leaves_no_second_event(office: Office) -> None:
    one = await session(office)
    assert await office.run(end_one, one, by=office.by("ada"), now=NOW)
    assert not await office.run(end_one, one, by=office.by("ada"), now=NOW)
    assert await office.run(end_all, office.people["olivia"].id, by=office.by("ada"), now=NOW) == 0
    assert len(await office.events("logout")) == 1


async def test_all_of_a_user_are_ended_but_the_one_to_spare(office: Office) -> None:
    spared, *_ = [await session(office, number=number) for number in range(3)]
    hers = await session(office, "ada")
    ended = await office.run(end_all, office.people["olivia"].id, by=office.by("ada"), now=NOW, but=spared.id)
    assert ended == 2
    assert (await left(office, "olivia"), await left(office, "ada")) == ([spared.id], [hers.id])
    [event] = await office.events("logout")
    assert (event.message, event.context["sessions"]) == ("2 sessions were ended", 2)
