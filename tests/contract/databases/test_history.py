"""Deliveries and events: written once, newest first, without numbers."""

from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from tests.contract.databases.make import NOW, after, make_user
from tests.people import OWNER
from watchword.storage.database import Database
from watchword.storage.deliveries import (
    ANSWER_KEPT,
    Delivery,
    get_delivery,
    list_deliveries,
    record_delivery,
    was_sent,
)
from watchword.storage.events import EventRow, get_event, list_events, page_of_events, recent_events, write_event
from watchword.storage.listing import Condition, Wanted
from watchword.storage.users import User


async def test_a_delivery_comes_back_as_recorded(database: Database) -> None:
    delivery_id = await database.run(
        record_delivery,
        now=NOW,
        gateway="twilio",
        outcome="failed",
        masked="+49 ••• ••78",
        purpose="enrol",
        stage_pk="stage-1",
        user_id=7,
        country="DE",
        category="configuration",
        provider_id="SM1",
        status=401,
        error_code=20003,
        answer='{"code": 20003}',
        segments=2,
        duration_ms=140,
    )
    assert await database.read(list_deliveries) == [
        Delivery(
            id=delivery_id,
            created=NOW,
            gateway="twilio",
            stage_pk="stage-1",
            user_id=7,
            country="DE",
            masked="+49 ••• ••78",
            purpose="enrol",
            outcome="failed",
            category="configuration",
            provider_id="SM1",
            status=401,
            error_code="20003",
            answer='{"code": 20003}',
            segments=2,
            duration_ms=140,
        )
    ]
    [delivery] = await database.read(list_deliveries)
    assert await database.read(get_delivery, delivery_id) == delivery
    assert await database.read(get_delivery, delivery_id + 1) is None


async def test_of_an_answer_so_much_is_kept_and_no_number(database: Database) -> None:
    for answer in ("", f"from {OWNER.number} to ***", "x" * (ANSWER_KEPT + 1)):
        await database.run(record_delivery, now=NOW, gateway="generic", outcome="sent", answer=answer)
    long, numbered, empty = [delivery.answer for delivery in await database.read(list_deliveries)]
    assert (empty, numbered) == (None, "from +49 ••• ••13 to ***")
    assert long == "x" * ANSWER_KEPT


async def test_deliveries_the_newest_first(database: Database) -> None:
    for number in range(4):
        await database.run(record_delivery, now=after(-number), gateway="demo", outcome="sent", user_id=number % 2)
    listed = await database.read(list_deliveries, limit=3)
    assert [delivery.created for delivery in listed] == [after(-3), after(-2), after(-1)]
    of_one = await database.read(list_deliveries, user_id=1)
    assert [delivery.user_id for delivery in of_one] == [1, 1]
    assert (listed[0].category, listed[0].status, listed[0].segments) == (None, None, 1)


async def test_a_delivery_is_sent_or_failed(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await database.run(record_delivery, now=NOW, gateway="demo", outcome="perhaps")  # type: ignore[arg-type] # the test


async def test_a_stage_has_sent_once_its_gateway_took_a_message(database: Database) -> None:
    await database.run(record_delivery, now=NOW, gateway="demo", outcome="failed", stage_pk="one")
    await database.run(record_delivery, now=NOW, gateway="demo", outcome="sent", stage_pk="two")
    assert [await database.read(was_sent, pk) for pk in ("one", "two", "three")] == [False, True, False]


async def test_an_event_comes_back_as_written(database: Database) -> None:
    mia = await database.run(make_user)
    await database.run(
        write_event,
        action="login",
        now=NOW,
        user=mia,
        message="Grüße",
        context={"stage": "one", "tries": 3},
        client_ip="2001:db8::1",
    )
    [event] = await database.read(list_events)
    assert event == EventRow(
        id=event.id,
        uuid=event.uuid,
        created=NOW,
        action="login",
        user_id=mia.id,
        username="mia",
        client_ip="2001:db8::1",
        message="Grüße",
        context={"stage": "one", "tries": 3},
    )
    assert len(event.uuid) == 36


async def test_an_event_may_be_about_nobody_known(database: Database) -> None:
    await database.run(write_event, action="login_failed", now=NOW)
    [event] = await database.read(list_events)
    assert (event.user_id, event.username, event.context, event.message) == (None, "", {}, "")


async def test_events_hold_no_number_and_no_secret(database: Database) -> None:
    context = {"to": "+4917612345678", "auth_token": "s3cret", "deep": {"code": "012345"}}
    await database.run(write_event, action="sms_sent", now=NOW, message="to +4917612345678", context=context)
    [event] = await database.read(list_events)
    shown = f"{event.message} {event.context}"
    assert not any(hidden in shown for hidden in ("1234567", "s3cret", "012345"))


async def test_an_action_without_a_meaning_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="no action"):
        await database.run(write_event, action="invented", now=NOW)
    assert await database.read(list_events) == []


async def test_events_the_newest_first_by_action_and_user(database: Database) -> None:
    mia: User = await database.run(make_user)
    for action, user in (("login", mia), ("logout", mia), ("login", None), ("custom_own", None)):
        await database.run(write_event, action=action, now=NOW, user=user)

    async def actions(**which: object) -> list[str]:
        return [event.action for event in await database.read(list_events, **which)]  # type: ignore[arg-type] # brevity

    assert await actions() == ["custom_own", "login", "logout", "login"]
    assert await actions(limit=2) == ["custom_own", "login"]
    assert await actions(action="login") == ["login", "login"]
    assert await actions(user_id=mia.id) == ["logout", "login"]
    assert await actions(user_id=mia.id, action="login") == ["login"]


async def test_recent_events_hide_none_that_is_rarer(database: Database) -> None:
    happened = [(-90, "login"), (-9, "logout"), (-8, "login"), (-8, "login"), (-7, "login"), (-6, "custom_own")]
    for seconds, action in happened:
        await database.run(write_event, action=action, now=after(seconds))

    async def found(since: float, each: int) -> list[tuple[str, datetime]]:
        recent = await database.read(recent_events, ["login", "logout", "never"], after(since), each=each)
        return [(event.action, event.created) for event in recent]

    assert await found(-60, 2) == [("login", after(-7)), ("login", after(-8)), ("logout", after(-9))]
    assert await found(-90, 9) == [
        ("login", after(-7)),
        ("login", after(-8)),
        ("login", after(-8)),
        ("logout", after(-9)),
        ("login", after(-90)),
    ]
    assert await found(0, 9) == []


async def test_an_event_is_found_by_its_uuid(database: Database) -> None:
    for _ in range(2):
        await database.run(write_event, action="login", now=NOW)
    newer, older = await database.read(list_events)
    assert await database.read(get_event, older.uuid) == older
    assert await database.read(get_event, newer.uuid) == newer
    assert await database.read(get_event, "nothing") is None


async def write_some(database: Database) -> list[EventRow]:
    """The oldest first."""
    mia: User = await database.run(make_user)
    await database.run(write_event, action="login", now=NOW, user=mia, client_ip="192.0.2.7")
    await database.run(
        write_event, action="custom_own", now=after(1), message="Größe 100%", context={"a": {"b": "see"}}
    )
    await database.run(write_event, action="login", now=after(2), client_ip="192.0.2.8", context={"a": [1]})
    return (await database.read(list_events))[::-1]


async def test_pages_of_events(database: Database) -> None:
    first, second, third = await write_some(database)
    assert await database.read(page_of_events, Wanted(order="-created", limit=2)) == (3, [third, second])
    assert await database.read(page_of_events, Wanted(order="action")) == (3, [second, first, third])
    by_mia = Wanted(conditions=(Condition("user_id", "is", first.user_id),))
    assert await database.read(page_of_events, by_mia) == (1, [first])
    held = Wanted(conditions=(Condition("context", "holds", {"a": {"b": "see"}}),))
    assert await database.read(page_of_events, held) == (1, [second])
    between = Wanted(conditions=(Condition("created", "after", NOW), Condition("created", "before", after(2))))
    assert await database.read(page_of_events, between) == (1, [second])


@pytest.mark.parametrize(
    ("term", "found"),
    [("MIA", [0]), ("login", [0, 2]), ("192.0.2.", [0, 2]), ("0%", [1]), ("see", [1]), ("nothing", [])],
)
async def test_events_are_searched_by_all_they_say(database: Database, term: str, found: list[int]) -> None:
    written = await write_some(database)
    page = await database.read(page_of_events, Wanted(terms=(term,)))
    assert page == (len(found), [written[number] for number in found])
