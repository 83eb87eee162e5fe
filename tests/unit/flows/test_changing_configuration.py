"""Changing the configuration: on top of what others changed meanwhile, with whoever did it in the history."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import Connection

from tests.unit.engine.engine import Engine
from tests.unit.engine.world import GivingWay
from watchword.errors import ConfigurationInvalid, Conflict
from watchword.flows.configuration import Changes, Configuration
from watchword.model.flow import Flow
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import Revision, list_revisions
from watchword.storage.database import Database
from watchword.storage.groups import create_group, list_groups

P = ParamSpec("P")
T = TypeVar("T")


def a_flow(slug: str, title: str = "One") -> Flow:
    return Flow(name=slug, slug=slug, title=title, designation="recovery")


def putting(*flows: Flow, summary: str = "A change", **more: Any) -> Callable[[Snapshot], Changes]:
    return lambda _: Changes(list(flows), [], summary, **more)


def titles(snapshot: Snapshot) -> dict[str, str]:
    return {flow.slug: flow.title for flow in snapshot.all(Flow)}


class Racing(GivingWay):
    """A database in which somebody else comes first."""

    def __init__(self, database: Database, rival: Callable[[], Awaitable[object]]) -> None:
        super().__init__(database)
        self._rival = rival

    async def run(self, fn: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        await self._rival()
        return await super().run(fn, *args, **kwargs)


class Desk:
    """Who changes something, and another process that does it too."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.database = engine.services.database
        self.here = self.configuration(self.database)
        self.there = self.configuration(self.database)

    def configuration(self, database: Database) -> Configuration:
        return Configuration(database, CATALOGUE, self.engine.services.keyring)

    def racing(self) -> Configuration:
        async def rival() -> None:
            await self.change(putting(a_flow("rival")), of=self.there, author="eve")

        return self.configuration(Racing(self.database, rival))

    async def change(
        self, make: Callable[[Snapshot], Changes], *, of: Configuration | None = None, author: str = "mia"
    ) -> Snapshot:
        return await (of or self.here).change(make, author=author, now=self.engine.clock())

    async def history(self) -> list[Revision]:
        """The oldest first."""
        return (await self.database.read(list_revisions))[::-1]


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


async def test_a_change_is_in_force_at_once_and_stored(desk: Desk) -> None:
    made = a_flow("one")
    after = await desk.change(putting(made))
    [revision] = await desk.history()
    assert titles(after) == titles(desk.here.snapshot) == {"one": "One"}
    assert desk.here.snapshot.revision == revision.id
    assert await desk.here.refresh() is False
    assert await desk.there.refresh() is True
    assert list(desk.there.snapshot.objects()) == [made]
    await desk.change(lambda before: Changes([a_flow("two")], [obj.pk for obj in before.objects()], ""))
    assert titles(desk.here.snapshot) == {"two": "One"}


async def test_history_says_who_changed_what_and_when(desk: Desk) -> None:
    made, clock = a_flow("one"), desk.engine.clock
    await desk.change(putting(made, summary="Made it"))
    first = clock()
    clock.advance(60)
    await desk.change(lambda _: Changes([], [made.pk], "Took it away"), author="tom")
    told = [(one.author, one.summary, one.created) for one in await desk.history()]
    assert told == [("mia", "Made it", first), ("tom", "Took it away", first + timedelta(seconds=60))]
    parts = [part for one in await desk.history() for part in one.parts()]
    assert [(part.pk, part.before is None, part.after is None) for part in parts] == [
        (made.pk, True, False),
        (made.pk, False, True),
    ]


async def test_what_others_changed_meanwhile_is_kept(desk: Desk) -> None:
    """`make` sees it before it decides."""
    theirs = a_flow("one")
    await desk.change(putting(theirs), of=desk.there, author="eve")
    seen: list[dict[str, str]] = []

    def make(before: Snapshot) -> Changes:
        seen.append(titles(before))
        return Changes([a_flow(f"after-{len(seen)}")], [], "Mine")

    after = await desk.change(make)
    assert seen == [{"one": "One"}]
    assert titles(after) == titles(desk.here.snapshot) == {"one": "One", "after-1": "One"}
    assert [(one.author, len(one.parts())) for one in await desk.history()] == [("eve", 1), ("mia", 1)]


async def test_whoever_comes_first_at_the_last_moment_is_seen_too(desk: Desk) -> None:
    calls: list[int] = []

    def make(before: Snapshot) -> Changes:
        calls.append(before.revision)
        return Changes([a_flow("mine")], [], "")

    here = desk.racing()
    await desk.change(make, of=here)
    assert calls == [desk.there.snapshot.revision]
    assert [one.author for one in await desk.history()] == ["eve", "mia"]
    assert len(here.snapshot) == 2


async def test_what_fails_leaves_the_snapshot_that_was_known(desk: Desk) -> None:
    """Others' changes are taken over when they are looked for, not by halves."""
    here = desk.racing()
    with pytest.raises(ConfigurationInvalid):
        await desk.change(putting(a_flow("mine"), a_flow("mine")), of=here)
    assert (len(here.snapshot), [one.author for one in await desk.history()]) == (0, ["eve"])
    assert await here.refresh() is True


async def test_a_conflict_of_its_own_is_not_tried_again(desk: Desk) -> None:
    calls: list[int] = []

    def work(_: Connection) -> None:
        calls.append(1)
        raise Conflict("Not this.")

    with pytest.raises(Conflict, match=r"Not this\."):
        await desk.change(putting(a_flow("one"), work=work))
    assert (calls, await desk.history(), len(desk.here.snapshot)) == ([1], [], 0)


async def test_what_make_raises_changes_nothing(desk: Desk) -> None:
    def make(_: Snapshot) -> Changes:
        raise LookupError

    with pytest.raises(LookupError):
        await desk.change(make)
    assert await desk.history() == []


async def test_a_whole_that_is_not_valid_is_refused(desk: Desk) -> None:
    await desk.change(putting(a_flow("one")))
    before = desk.here.snapshot
    with pytest.raises(ConfigurationInvalid):
        await desk.change(putting(a_flow("one")))
    assert desk.here.snapshot is before
    assert len(await desk.history()) == 1


async def test_what_is_valid_by_itself_is_refused_beside_what_others_changed(desk: Desk) -> None:
    await desk.change(putting(a_flow("one")), of=desk.there)
    with pytest.raises(ConfigurationInvalid):
        await desk.change(putting(a_flow("one")))
    assert len(await desk.history()) == 1


async def test_nothing_to_change_leaves_no_trace(desk: Desk) -> None:
    made = a_flow("one")
    await desk.change(putting(made))
    before = desk.here.snapshot
    assert titles(await desk.change(putting(made))) == {"one": "One"}
    assert desk.here.snapshot is before
    assert len(await desk.history()) == 1


async def test_other_work_is_done_in_the_same_transaction(desk: Desk) -> None:
    def work(conn: Connection) -> None:
        create_group(conn, name="people")

    await desk.change(putting(a_flow("one"), work=work))
    assert [group.name for group in await desk.database.read(list_groups)] == ["people"]


async def test_work_that_fails_undoes_the_change(desk: Desk) -> None:
    def work(conn: Connection) -> None:
        create_group(conn, name="people")
        raise LookupError

    with pytest.raises(LookupError):
        await desk.change(putting(a_flow("one"), work=work))
    assert (await desk.history(), await desk.database.read(list_groups)) == ([], [])
    assert len(desk.here.snapshot) == 0
    assert await desk.here.refresh() is False
