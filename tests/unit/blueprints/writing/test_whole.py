"""The whole configuration, exported: on an empty server it is made again, where it comes from it changes nothing."""

import re

import pytest
from hypothesis import Phase, given, settings
from sqlalchemy import Connection

from tests.unit.blueprints.bench import Bench, in_a_house
from tests.unit.blueprints.writing.houses import SECRET, House, essence, houses
from watchword.blueprints.export import export_all
from watchword.blueprints.shipped_files import shipped_names, shipped_text
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage

SLOW = settings(max_examples=25, deadline=None, phases=[Phase.generate])


async def exported(bench: Bench, **asked: bool) -> str:
    snapshot = Snapshot(await bench.objects())
    return await bench.database.read(export_all, snapshot, **asked)


def environment(told: str) -> dict[str, str]:
    return dict.fromkeys(re.findall(r"!Env (\w+)", told), SECRET)


async def moved(house: House) -> None:
    here, there = await Bench().open(), await Bench().open()
    try:
        await here.database.run(house.fill)
        told = await exported(here, users=True)
        env = environment(told)
        assert SECRET not in told
        assert {line.action for line in await here.apply(told, env=env)} <= {"unchanged"}
        assert {line.action for line in await here.apply(told)} <= {"unchanged"}
        assert {line.action for line in await there.apply(told, env=env)} <= {"created"}
        assert await there.database.read(essence) == await here.database.read(essence)
        assert await exported(there, users=True) == told
    finally:
        await here.database.close()
        await there.database.close()


@SLOW
@given(houses())
def test_export_and_apply_is_the_identity_but_for_the_uuids(house: House) -> None:
    in_a_house(moved(house))


async def test_every_shipped_blueprint_comes_back(bench: Bench, elsewhere: Bench) -> None:
    for name in ("default", "demo", "recovery", "unenrollment"):
        assert name in shipped_names()
        await bench.apply(shipped_text(name))
    told = await exported(bench, users=True)
    assert set(await elsewhere.actions(told)) == {"created"}
    assert await elsewhere.database.read(essence) == await bench.database.read(essence)


async def test_nothing_is_a_blueprint_too(bench: Bench) -> None:
    told = await exported(bench)
    assert told.endswith("entries: []\n")
    assert await bench.apply(told) == []


async def test_what_was_changed_by_hand_is_as_it_was_when_it_was_exported(bench: Bench) -> None:
    await bench.apply(shipped_text("default"))
    before = await bench.database.read(essence)
    told = await exported(bench)
    flow = "version: 1\nentries:\n- model: authentik_flows.flow\n  identifiers: {slug: default-authentication-flow}\n"
    await bench.apply(flow + "  attrs: {title: Other, denied_action: continue}\n")
    assert await bench.database.read(essence) != before
    assert (await bench.actions(told)).count("updated") == 1
    assert await bench.database.read(essence) == before


def test_no_uuid_stands_in_it(configured: str) -> None:
    assert re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-", configured) == []
    assert "pk:" not in configured


def test_it_is_the_same_text_every_time(configured: str, again: str) -> None:
    """Whoever keeps it in a repository sees what changed, and nothing else."""
    assert configured == again


@pytest.fixture
async def configured(bench: Bench) -> str:
    for name in ("default", "recovery"):
        await bench.apply(shipped_text(name))
    return await exported(bench)


@pytest.fixture
async def again(elsewhere: Bench) -> str:
    """Of another server, where everything came the other way round and has other uuids."""
    for name in ("recovery", "default", "recovery"):
        await elsewhere.apply(shipped_text(name))
    return await exported(elsewhere)


async def test_stages_that_refer_to_each_other_have_uuids(bench: Bench, elsewhere: Bench) -> None:
    def ring(conn: Connection) -> None:
        House(_ring(), [], []).fill(conn)

    await bench.database.run(ring)
    told = await exported(bench)
    assert set(await elsewhere.actions(told)) == {"created"}
    assert await elsewhere.database.read(essence) == await bench.database.read(essence)
    assert set(await elsewhere.actions(told)) == {"unchanged"}


def _ring() -> list[ConfigObject]:
    one, two = (f"{n}1111111-1111-4111-8111-111111111111" for n in (1, 2))
    return [
        AuthenticatorValidateStage(pk=one, name="one", not_configured_action="configure", configuration_stages=[two]),
        AuthenticatorValidateStage(pk=two, name="two", not_configured_action="configure", configuration_stages=[one]),
    ]
