"""Changes of the configuration at the same time: nobody's is lost, and nothing old comes back."""

import asyncio
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from tests.unit.engine.engine import Engine
from watchword.flows.configuration import Changes, Configuration
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.stages.catalogue import CATALOGUE
from watchword.stages.deny import DenyStage

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


async def test_parallel_changes_are_all_kept(engine: Engine, elsewhere: Configuration) -> None:
    names = [f"stage-{number}" for number in range(12)]
    places = [elsewhere, engine.services.configuration]
    works = [change(engine, adding(DenyStage(name=name)), places[at % 2]) for at, name in enumerate(names)]
    await asyncio.gather(*works)
    for place in places:
        await place.refresh()
        assert {stage.name for stage in place.snapshot.all(DenyStage)} >= set(names)


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
