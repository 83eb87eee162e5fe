"""The demo's handset: the newest hundred messages, each to be read by its number, and none to be changed."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.people import OTHER, OWNER, STRANGER, Person
from tests.unit.gateways.make import CODE, NUMBER, SENDER, TEXT, message
from watchword.gateways.demo.gateway import KEPT, DemoGateway, DemoMessage
from watchword.gateways.demo.settings import DemoSettings

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Ticking:
    """A second later each time it is asked."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def demo() -> DemoGateway:
    return DemoGateway(Ticking())


async def send(demo: DemoGateway, *texts: str, to: Person = OWNER) -> list[str | None]:
    return [(await demo.send(DemoSettings(), message(to=to.number, text=text))).provider_id for text in texts]


async def test_a_message_is_kept_as_it_was_sent_with_its_time(demo: DemoGateway) -> None:
    await send(demo, TEXT)
    assert demo.inbox() == [
        DemoMessage(to=NUMBER, sender=SENDER, text=TEXT, code=CODE, time=START + timedelta(seconds=1))
    ]


async def test_the_oldest_message_comes_first(demo: DemoGateway) -> None:
    await send(demo, "one", "two", "three")
    assert [kept.text for kept in demo.inbox()] == ["one", "two", "three"]
    times = [kept.time for kept in demo.inbox()]
    assert times == sorted(times)


async def test_the_newest_hundred_are_kept_whoever_they_are_for(demo: DemoGateway) -> None:
    await send(demo, "the first")
    await send(demo, *map(str, range(KEPT)), to=OTHER)
    assert KEPT == 100
    assert [kept.text for kept in demo.inbox()] == [str(number) for number in range(KEPT)]
    assert demo.inbox(OWNER.number) == []


async def test_each_number_has_its_own_messages(demo: DemoGateway) -> None:
    await send(demo, "to the owner")
    await send(demo, "to the other", to=OTHER)
    assert [kept.text for kept in demo.inbox(OWNER.number)] == ["to the owner"]
    assert [kept.text for kept in demo.inbox(OTHER.number)] == ["to the other"]
    assert demo.inbox(STRANGER.number) == []
    assert demo.inbox("") == []


async def test_what_was_handed_out_is_a_copy(demo: DemoGateway) -> None:
    await send(demo, "one")
    before = demo.inbox()
    await send(demo, "two")
    demo.inbox().clear()
    assert [kept.text for kept in before] == ["one"]
    assert [kept.text for kept in demo.inbox()] == ["one", "two"]


async def test_no_two_messages_have_one_name_though_old_ones_are_forgotten(demo: DemoGateway) -> None:
    names = await send(demo, *["again"] * (KEPT + 5))
    assert len(set(names)) == KEPT + 5


async def test_two_handsets_share_nothing(demo: DemoGateway) -> None:
    await send(demo, "one")
    assert DemoGateway().inbox() == []


async def test_a_kept_message_shows_no_number_code_or_text(demo: DemoGateway) -> None:
    await send(demo, TEXT)
    shown = repr(demo.inbox())
    assert shown == f"[DemoMessage(sender={SENDER!r})]"
