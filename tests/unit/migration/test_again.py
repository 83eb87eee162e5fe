"""A second run changes nothing, and what was changed here stays."""

import msgspec
import pytest

from tests.unit.migration.imports import NOW, Imports, line
from tests.unit.migration.world import flow, lists, pk, step
from watchword.migration.adjusting import CREDENTIALS, NO_SECRET
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.storage.config import load_revision
from watchword.storage.users import find_user, update_user

OVER = [False, True]


@pytest.mark.parametrize("overwrite", OVER)
async def test_a_second_run_changes_nothing(imports: Imports, overwrite: bool) -> None:
    await imports.run(overwrite=overwrite)
    after, revision = await imports.state(), await imports.database.read(load_revision)
    report = await imports.run(overwrite=overwrite)
    assert not report.changed
    assert await imports.state() == after
    assert await imports.database.read(load_revision) == revision
    came = [one for one in report.lines if one.fate != "left out"]
    assert {one.fate for one in came if one.kind != "flow" or not one.why} == {"unchanged"}


async def test_lists_in_another_order_are_no_change(imports: Imports) -> None:
    stage = imports.authentik.lists["/stages/prompt/stages/"][0]
    more = {**imports.authentik.lists["/stages/prompt/prompts/"][0], "pk": pk("prompt why"), "name": "why"}
    imports.authentik.lists["/stages/prompt/prompts/"].append(more)
    stage["fields"] = [pk("prompt phone"), pk("prompt why")]
    await imports.run()
    stage["fields"] = [pk("prompt why"), pk("prompt phone")]
    assert not (await imports.run()).changed


@pytest.mark.parametrize("overwrite", OVER)
async def test_what_an_administrator_changed_here_stays_unless_it_is_to_be_overwritten(
    imports: Imports, overwrite: bool
) -> None:
    await imports.run()
    prompt = (await imports.configuration()).require(pk("prompt phone"), Prompt)
    await imports.put(msgspec.structs.replace(prompt, label="Your mobile"))
    report = await imports.run(overwrite=overwrite)
    label = (await imports.configuration()).require(pk("prompt phone"), Prompt).label
    assert (label, line(report, "prompt", "phone").fate) == (
        ("Phone", "updated") if overwrite else ("Your mobile", "kept")
    )
    assert overwrite or "label" in " ".join(line(report, "prompt", "phone").why)


@pytest.mark.parametrize("overwrite", OVER)
async def test_a_step_that_was_added_here_stays_with_its_flow(imports: Imports, overwrite: bool) -> None:
    await imports.run()
    own = FlowStageBinding(target=pk("sms-enrol"), stage=pk("go away"), order=5)
    await imports.put(own)
    report = await imports.run(overwrite=overwrite)
    steps = (await imports.configuration()).stage_bindings(pk("sms-enrol"))
    assert (own in steps) == (not overwrite)
    assert line(report, "flow", "sms-enrol").fate == ("updated" if overwrite else "kept")


async def test_a_step_that_is_new_in_authentik_does_not_come_into_a_flow_unasked(imports: Imports) -> None:
    await imports.run()
    imports.authentik.lists["/flows/bindings/"].append(step("sms-enrol", "go away", 20))
    report = await imports.run()
    assert line(report, "flow", "sms-enrol").fate == "kept"
    assert len((await imports.configuration()).stage_bindings(pk("sms-enrol"))) == 2
    await imports.run(overwrite=True)
    assert len((await imports.configuration()).stage_bindings(pk("sms-enrol"))) == 3


async def test_settings_that_authentik_knows_nothing_of_are_never_overwritten(imports: Imports) -> None:
    await imports.run()
    stage = (await imports.configuration()).require(pk("sms"), AuthenticatorSMSStage)
    mine = msgspec.structs.replace(stage, message="Code {code}", sends_per_day=3, auth="typed in here")
    await imports.put(mine)
    report = await imports.run(overwrite=True)
    assert (await imports.configuration()).require(pk("sms"), AuthenticatorSMSStage) == mine
    assert line(report, "SMS authenticator setup stage", "sms").whole


async def test_credentials_that_authentik_keeps_are_asked_for_until_they_are_here(imports: Imports) -> None:
    for _ in range(2):
        report = await imports.run()
        assert CREDENTIALS in line(report, "SMS authenticator setup stage", "sms").why
    assert (await imports.configuration()).require(pk("sms"), AuthenticatorSMSStage).auth == NO_SECRET


async def test_a_person_changed_here_stays_unless_he_is_to_be_overwritten(imports: Imports) -> None:
    await imports.run()
    user = await imports.database.read(find_user, username="person3")
    assert user is not None
    await imports.database.run(update_user, user.id, name="Threes", last_updated=NOW)
    report = await imports.run()
    assert line(report, "user", "person3").fate == "kept"
    assert "name" in line(report, "user", "person3").why[0]
    report = await imports.run(overwrite=True)
    assert line(report, "user", "person3").fate == "updated"
    user = await imports.database.read(find_user, username="person3")
    assert user is not None
    assert user.name == "Person3"


async def test_with_overwrite_a_flow_takes_the_place_of_the_one_with_its_slug(imports: Imports) -> None:
    before = (await imports.configuration()).flow("default-authentication-flow")
    assert before is not None
    report = await imports.run(overwrite=True)
    snapshot = await imports.configuration()
    after = snapshot.flow("default-authentication-flow")
    assert after is not None
    assert (after.pk, after.title) == (before.pk, "Welcome to default-authentication-flow")
    assert {step.pk for step in snapshot.stage_bindings(after.pk)} == {
        pk("default-authentication-flow default-authentication-identification 0"),
        pk("default-authentication-flow default-authentication-login 20"),
    }
    assert line(report, "flow", "default-authentication-flow").fate == "updated"


async def test_a_stage_of_another_type_with_the_same_name_is_never_taken_over(imports: Imports) -> None:
    mine = DenyStage(name="mfa")
    await imports.put(mine)
    await imports.run(overwrite=True)
    snapshot = await imports.configuration()
    assert snapshot.require(mine.pk, DenyStage) == mine
    assert line(await imports.run(), "authenticator validation stage", "mfa (authentik)").fate == "unchanged"


async def test_names_that_are_taken_twice_leave_it_out(imports: Imports) -> None:
    await imports.put(DenyStage(name="mfa"), DenyStage(name="mfa (authentik)"))
    report = await imports.run()
    assert line(report, "authenticator validation stage", "mfa").fate == "left out"
    assert line(report, "flow", "mfa-login").why


async def test_what_has_its_uuid_here_already_and_is_something_else_stays(imports: Imports) -> None:
    mine = DenyStage(pk=pk("sms text"), name="mine")
    await imports.put(mine)
    report = await imports.run(overwrite=True)
    assert (await imports.configuration()).require(mine.pk, DenyStage) == mine
    assert line(report, "webhook mapping", "sms text").fate == "left out"


async def test_another_flow_here_keeps_its_step(imports: Imports) -> None:
    taken = pk("sms-enrol sms 10")
    other = Flow(name="Mine", slug="mine", title="Mine", designation="recovery")
    deny = DenyStage(name="mine")
    mine = FlowStageBinding(pk=taken, target=other.pk, stage=deny.pk, order=0)
    await imports.put(other, deny, mine)
    report = await imports.run()
    assert (await imports.configuration()).require(taken, FlowStageBinding) == mine
    assert "another flow" in " ".join(line(report, "flow", "sms-enrol").why)


async def test_a_renamed_slug_that_is_taken_here_leaves_the_flow_as_it_is(imports: Imports) -> None:
    await imports.run()
    found = lists()["/flows/instances/"]
    found[0] = {**flow("sms-enrol"), "slug": "default-authentication-flow"}
    imports.authentik.lists["/flows/instances/"] = found
    for overwrite in OVER:
        report = await imports.run(overwrite=overwrite, flows=frozenset({"default-authentication-flow"}))
        assert "left out" in {one.fate for one in report.lines if one.kind == "flow"}
    assert (await imports.configuration()).flow("sms-enrol") is not None
