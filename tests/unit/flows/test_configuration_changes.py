"""Changes of the configuration: in force at once, whole or not at all, and nobody's is lost."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import flow
from watchword.errors import ConfigurationInvalid, Conflict, FieldsInvalid
from watchword.flows.configuration import Changes, Configuration
from watchword.model.base import ConfigObject
from watchword.model.flow import FlowStageBinding
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.stages.deny import DenyStage
from watchword.storage.config import list_revisions

Make = Callable[[Snapshot], Changes]


def adding(*objects: ConfigObject) -> Make:
    return lambda _: Changes(list(objects), [], f"added {len(objects)}")


async def change(engine: Engine, make: Make, configuration: Configuration | None = None) -> Snapshot:
    services = engine.services
    return await (configuration or services.configuration).change(make, author="ada", now=services.clock())


@pytest.fixture
async def elsewhere(engine: Engine) -> Configuration:
    """Another process, that has not heard of anything yet."""
    made = Configuration(engine.services.database, CATALOGUE, engine.services.keyring)
    await made.refresh()
    return made


async def test_a_change_is_in_force_at_once_and_says_who_made_it(engine: Engine) -> None:
    stage = DenyStage(name="no")
    after = await change(engine, adding(stage))
    assert after.get(stage.pk, DenyStage) == stage
    assert engine.services.configuration.snapshot.get(stage.pk, DenyStage) == stage
    last = (await engine.services.database.read(list_revisions))[0]
    assert (last.author, last.summary) == ("ada", "added 1")


async def test_a_change_after_somebody_elses_is_made_again_on_top_of_it(
    engine: Engine, elsewhere: Configuration
) -> None:
    theirs, mine, seen = DenyStage(name="theirs"), DenyStage(name="mine"), []
    await change(engine, adding(theirs))

    def make(snapshot: Snapshot) -> Changes:
        seen.append({stage.name for stage in snapshot.all(DenyStage)})
        return Changes([mine], [], "added mine")

    after = await change(engine, make, elsewhere)
    assert seen == [set(), {"theirs"}]
    assert {stage.name for stage in after.all(DenyStage)} == {"theirs", "mine"}
    assert elsewhere.snapshot.get(theirs.pk, DenyStage) == theirs


async def test_what_no_longer_holds_on_top_of_another_change_is_refused(
    engine: Engine, elsewhere: Configuration
) -> None:
    objects = flow()
    await engine.install(objects)
    await elsewhere.refresh()
    stage = DenyStage(name="no")
    placed = FlowStageBinding(target=objects[0].pk, stage=stage.pk, order=99)
    await engine.install([], remove=[one.pk for one in objects])
    with pytest.raises(ConfigurationInvalid):
        await change(engine, adding(stage, placed), elsewhere)
    assert elsewhere.snapshot.get(stage.pk, DenyStage) is None


async def test_whoever_is_always_overtaken_is_told(engine: Engine, elsewhere: Configuration) -> None:
    """Each time it looks, another one was there first."""
    ahead = iter(range(100))
    load = elsewhere.refresh

    async def overtaken() -> bool:
        found = await load()
        await change(engine, adding(DenyStage(name=f"ahead-{next(ahead)}")))
        return found

    await change(engine, adding(DenyStage(name="first")))
    elsewhere.refresh = overtaken  # type: ignore[method-assign] # the test's own
    with pytest.raises(Conflict, match="changed elsewhere"):
        await change(engine, adding(DenyStage(name="never")), elsewhere)
    await load()
    assert "never" not in {stage.name for stage in elsewhere.snapshot.all(DenyStage)}


async def test_parallel_changes_are_all_kept(engine: Engine, elsewhere: Configuration) -> None:
    names = [f"stage-{number}" for number in range(12)]
    places = [elsewhere, engine.services.configuration]
    works = [change(engine, adding(DenyStage(name=name)), places[at % 2]) for at, name in enumerate(names)]
    await asyncio.gather(*works)
    for place in places:
        await place.refresh()
        assert {stage.name for stage in place.snapshot.all(DenyStage)} >= set(names)


async def test_work_that_fails_undoes_the_change(engine: Engine) -> None:
    stage = DenyStage(name="no")

    def fail(_: Connection) -> None:
        raise FieldsInvalid({"name": ["No."]})

    before = engine.services.configuration.snapshot
    with pytest.raises(FieldsInvalid):
        await change(engine, lambda _: Changes([stage], [], "added", fail))
    assert engine.services.configuration.snapshot is before
    assert await engine.services.configuration.refresh() is False


async def test_a_look_that_was_overtaken_brings_nothing_old_back(engine: Engine, elsewhere: Configuration) -> None:
    """While a newer revision is being read, a change is made here: what was read is older than that."""
    await change(engine, adding(DenyStage(name="theirs")))
    stage, read = DenyStage(name="mine"), engine.services.database.read

    async def slow(work: Callable[..., object], /, *args: object) -> object:
        found = await read(work, *args)
        if work.__name__ == "load_objects" and stage.pk not in {one.pk for one in found}:  # type: ignore[attr-defined] # a list
            elsewhere.snapshot = Snapshot([stage], 99)
        return found

    engine.services.database.read = slow  # type: ignore[method-assign, assignment] # the test's own
    with capture_logs():
        assert await elsewhere.refresh() is False
    assert elsewhere.snapshot.get(stage.pk, DenyStage) == stage
