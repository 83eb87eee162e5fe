"""What comes, into an installation that was just started."""

import pytest
from sqlalchemy import Connection

from tests.unit.migration.imports import NOW, Imports, line
from tests.unit.migration.world import FEW, pk
from watchword.migration.options import AUTHOR
from watchword.migration.report import Report
from watchword.model.flow import Flow
from watchword.model.policy import PolicyBinding
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.stages.prompt import PromptStage
from watchword.storage.config import list_revisions
from watchword.storage.events import list_events
from watchword.storage.groups import get_group, groups_of
from watchword.storage.users import find_user


async def test_a_flow_comes_with_its_slug_its_uuids_and_its_steps_in_order(imports: Imports) -> None:
    await imports.run()
    snapshot = await imports.configuration()
    flow = snapshot.flow("sms-enrol")
    assert flow is not None
    assert (flow.pk, flow.title, flow.designation) == (pk("sms-enrol"), "Welcome to sms-enrol", "stage_configuration")
    assert flow.authentication == "require_authenticated"
    assert [step.stage for step in snapshot.stage_bindings(flow.pk)] == [pk("ask-phone"), pk("sms")]


async def test_stages_come_with_what_they_refer_to(imports: Imports) -> None:
    await imports.run()
    snapshot = await imports.configuration()
    asking = snapshot.require(pk("ask-phone"), PromptStage)
    assert (asking.fields, asking.validation_policies) == ([pk("prompt phone")], [pk("german numbers")])
    sms = snapshot.require(pk("sms"), AuthenticatorSMSStage)
    assert (sms.provider, sms.from_number, sms.friendly_name) == ("twilio", "+15005550006", "Phone")
    assert (sms.mapping, sms.configure_flow) == (pk("sms text"), pk("sms-enrol"))
    identification = snapshot.require(pk("default-authentication-identification"), IdentificationStage)
    assert identification.password_stage == pk("default-authentication-password")


async def test_what_shipped_flows_call_the_same_comes_under_another_name(imports: Imports) -> None:
    before = await imports.configuration()
    report = await imports.run()
    snapshot = await imports.configuration()
    found = snapshot.require(pk("default-authentication-password"), PasswordStage)
    assert found.called == "default-authentication-password (authentik)"
    assert line(report, "password stage", found.called).notes
    assert all(snapshot.get(obj.pk, type(obj)) == obj for obj in before.objects())


async def test_the_sign_in_that_is_here_stays(imports: Imports) -> None:
    before = (await imports.configuration()).flow("default-authentication-flow")
    report = await imports.run()
    assert (await imports.configuration()).flow("default-authentication-flow") == before
    assert line(report, "flow", "default-authentication-flow").fate == "left out"


async def test_the_configuration_is_one_revision(imports: Imports) -> None:
    before = await imports.database.read(list_revisions)
    await imports.run()
    revisions = await imports.database.read(list_revisions)
    assert len(revisions) == len(before) + 1
    assert (revisions[0].author, revisions[0].created) == (AUTHOR, NOW)


async def test_people_come_with_their_groups_and_those_above(imports: Imports) -> None:
    report = await imports.run()
    user = await imports.database.read(find_user, username="person7")
    assert user is not None
    assert (user.uuid, user.name, user.email) == (pk("user person7"), "Person7", "person7@example.org")
    assert user.password_hash is None
    assert [group.name for group in await imports.database.read(groups_of, user.id)] == ["berlin", "staff"]
    assert report.counts()["user"]["created"] == FEW


async def test_a_condition_names_the_same_group_and_the_same_user_here(imports: Imports) -> None:
    await imports.run()
    snapshot = await imports.configuration()
    flow = snapshot.flow("staff-only")
    assert flow is not None
    user = await imports.database.read(find_user, username="person7")
    assert user is not None
    first, second = snapshot.policy_bindings(flow.pk)
    assert (first.group, second.user) == (pk("group staff"), user.id)
    assert await imports.database.read(get_group, pk("group staff"))


async def test_conditions_of_what_is_not_a_flow_do_not_come(imports: Imports) -> None:
    await imports.run()
    targets = {binding.target for binding in (await imports.configuration()).all(PolicyBinding)}
    assert pk("an application") not in targets


async def test_events_tell_of_people_and_phones(imports: Imports) -> None:
    await imports.run()
    written = await imports.database.read(list_events, action="user_write", limit=1000)
    enrolled = await imports.database.read(list_events, action="device_enrolled")
    assert len(written) == FEW
    assert {event.username for event in enrolled} == {"person2", "person3"}


async def test_the_report_says_how_people_get_in_without_their_passwords(imports: Imports) -> None:
    report = await imports.run()
    assert any("recovery" in note for note in report.notes)


async def test_a_dry_run_says_the_same_and_changes_nothing(imports: Imports) -> None:
    before, events = await imports.state(), await imports.database.read(_events)
    dry = await imports.run(dry=True)
    assert await imports.state() == before
    assert await imports.database.read(_events) == events
    wet = await imports.run()
    assert (dry.dry, wet.dry) == (True, False)
    assert dry.lines == wet.lines


def _events(conn: Connection) -> int:
    return len(list_events(conn, limit=10_000))


@pytest.mark.parametrize(
    ("part", "kinds"),
    [
        ("groups", {"group"}),
        ("users", {"user"}),
        ("devices", {"phone", "other device"}),
    ],
)
async def test_only_a_part_comes(imports: Imports, part: str, kinds: set[str]) -> None:
    report = await imports.run(parts=frozenset({part}))
    assert {one.kind for one in report.lines} == kinds


async def test_flows_alone_bring_no_people(imports: Imports) -> None:
    report: Report = await imports.run(parts=frozenset({"flows"}))
    assert not {"group", "user", "phone"} & report.counts().keys()
    staff_only = line(report, "flow", "staff-only")
    assert staff_only.why, "nobody is here who meets its conditions"
    flow = (await imports.configuration()).flow("staff-only")
    assert isinstance(flow, Flow)
    assert flow.authentication == "require_superuser"


async def test_parts_one_after_another_come_to_the_whole(imports: Imports) -> None:
    for part in ("groups", "users", "flows", "devices"):
        await imports.run(parts=frozenset({part}))
    after = await imports.state()
    report = await imports.run()
    assert not report.changed
    assert await imports.state() == after


async def test_progress_is_told_for_reading_and_writing(imports: Imports) -> None:
    await imports.run()
    assert ("Reading users", FEW + 3, FEW + 3) in imports.told
    assert ("Reading users", 5, FEW + 3) in imports.told
    assert imports.told[-1] == ("Writing", 4, 4)
