"""An old authentik and a new one, more than a page of people, and only some of the flows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.authentik import Authentik, serving
from tests.unit.migration.imports import Imports, State, line, timeless
from tests.unit.migration.world import MANY, flow, lists, old_lists, pk, step
from watchword.model.flow import Flow
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.groups import get_group


@pytest.fixture
def old() -> Iterator[Authentik]:
    with serving(Authentik(old_lists())) as served:
        yield served


async def _state_after(authentik: Authentik, started: Path, path: Path) -> State:
    async with Imports.opened(authentik, started, path) as imports:
        await imports.run()
        return timeless(await imports.state())


async def test_an_old_version_comes_to_the_same_but_for_the_credentials_that_it_gives(
    authentik: Authentik, old: Authentik, started: Path, tmp_path: Path
) -> None:
    assert await _state_after(old, started, tmp_path / "old.db") == await _state_after(
        authentik, started, tmp_path / "new.db"
    )
    async with Imports.opened(old, started, tmp_path / "again.db") as imports:
        report = await imports.run()
        assert line(report, "SMS authenticator setup stage", "sms").whole
        sms = (await imports.configuration()).require(pk("sms"), AuthenticatorSMSStage)
        assert sms.auth == "a secret in clear"
        assert "a secret in clear" not in repr(await imports.state())
        assert "a secret in clear" not in repr(report)
        berlin = await imports.database.read(get_group, pk("group berlin"))
        assert berlin is not None
        assert berlin.parent_pk == pk("group staff")


async def test_more_people_than_fit_on_a_page_all_come(started: Path, tmp_path: Path) -> None:
    with serving(Authentik(lists(MANY))) as served:
        async with Imports.opened(served, started, tmp_path / "many.db") as imports:
            report = await imports.run()
            assert report.counts()["user"]["created"] == MANY
            assert len((await imports.state())["users"]) == MANY
            assert not (await imports.run()).changed


async def test_one_flow_comes_with_what_it_needs_and_no_more(imports: Imports) -> None:
    before = {obj.pk for obj in (await imports.configuration()).objects()}
    await imports.run(flows=frozenset({"sms-enrol"}))
    came = {obj.pk for obj in (await imports.configuration()).objects()} - before
    assert came == {
        *(pk(name) for name in ("sms-enrol", "sms-enrol ask-phone 0", "sms-enrol sms 10")),
        *(pk(name) for name in ("ask-phone", "prompt phone", "german numbers", "sms", "sms text")),
    }


async def test_what_another_flow_would_need_is_not_told(imports: Imports) -> None:
    report = await imports.run(flows=frozenset({"sms-enrol"}), parts=frozenset({"flows"}))
    assert "left out" not in {one.fate for one in report.lines}
    report = await imports.run(flows=frozenset({"with-reputation"}), parts=frozenset({"flows"}))
    assert line(report, "policy", "bad reputation").fate == "left out"


async def test_a_flow_that_is_not_there_is_told(imports: Imports) -> None:
    report = await imports.run(flows=frozenset({"sms-enrol", "no-such"}))
    assert line(report, "flow", "no-such").fate == "left out"
    assert line(report, "flow", "sms-enrol").fate == "created"


async def test_a_reference_to_a_flow_that_was_not_chosen_is_empty(imports: Imports) -> None:
    report = await imports.run(flows=frozenset({"staff-only"}))
    sms = (await imports.configuration()).require(pk("sms"), AuthenticatorSMSStage)
    assert sms.configure_flow is None
    assert "configure_flow" in " ".join(line(report, "SMS authenticator setup stage", "sms").why)


@pytest.mark.parametrize(
    ("background", "kept"),
    [
        ("https://example.org/picture.jpg", "https://example.org/picture.jpg"),
        ("/media/picture.jpg", ""),
        ("fa://fa-star", ""),
        (None, ""),
        ("", ""),
        ("/static/dist/assets/images/flow_background.jpg", ""),
    ],
)
async def test_pictures_that_are_in_authentik_stay_there(imports: Imports, background: str, kept: str) -> None:
    imports.authentik.lists["/flows/instances/"][0]["background"] = background
    report = await imports.run(flows=frozenset({"sms-enrol"}), parts=frozenset({"flows"}))
    found = (await imports.configuration()).flow("sms-enrol")
    assert found is not None
    assert found.background == kept
    own = bool(background) and not kept and not background.startswith("/static/")
    assert bool(line(report, "flow", "sms-enrol").notes) == own


@pytest.mark.parametrize("wrong", [{"designation": "unheard of"}, {"slug": "no slug"}, {"pk": 5}, {"title": ""}])
async def test_a_flow_that_cannot_be_here_is_left_out_with_its_steps(
    imports: Imports, wrong: dict[str, object]
) -> None:
    imports.authentik.lists["/flows/instances/"].append({**flow("odd"), **wrong})
    imports.authentik.lists["/flows/bindings/"].append(step("odd", "sms", 0))
    report = await imports.run()
    assert [one.fate for one in report.lines if one.kind == "flow"].count("left out") == 2
    assert pk("odd") not in {obj.pk for obj in (await imports.configuration()).all(Flow)}


@pytest.mark.parametrize("wrong", [{"order": "first"}, {"stage": None}, {"re_evaluate_policies": False}])
async def test_a_step_that_cannot_be_here_locks_its_flow(imports: Imports, wrong: dict[str, object]) -> None:
    imports.authentik.lists["/flows/bindings/"].append({**step("sms-enrol", "sms", 20), **wrong})
    report = await imports.run()
    assert "A step is missing" in " ".join(line(report, "flow", "sms-enrol").why)
    found = (await imports.configuration()).flow("sms-enrol")
    assert found is not None
    assert found.authentication == "require_superuser"


async def test_a_chosen_flow_that_cannot_be_here_says_why(imports: Imports) -> None:
    imports.authentik.lists["/flows/instances/"][0]["designation"] = "unheard of"
    report = await imports.run(flows=frozenset({"sms-enrol"}))
    assert "designation" in line(report, "flow", "sms-enrol").why[0]
