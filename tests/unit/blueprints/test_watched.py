"""What applying a blueprint would change, told field by field without changing anything."""

from typing import Any

import pytest

from tests.unit.blueprints.bench import HEAD, KEYRING, NOW, Bench, flow
from watchword.blueprints.file import apply_text
from watchword.blueprints.pictures import Discreet, Hidden
from watchword.blueprints.watched import Difference, Field, Watch
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.groups import create_group
from watchword.storage.users import create_user

PEOPLE = """\
version: 1
entries:
- model: authentik_core.group
  id: staff
  identifiers: {name: staff}
- model: authentik_core.user
  identifiers: {username: mia}
  attrs: {name: Mia, groups: [!KeyOf staff], attributes: {room: 8}}
"""
STAGES = """\
version: 1
entries:
- model: authentik_flows.flow
  id: enrol
  identifiers: {slug: enrol}
  attrs: {name: Enrol, title: Enrol, designation: stage_configuration}
- model: authentik_stages_authenticator_sms.authenticatorsmsstage
  id: sms
  identifiers: {name: sms}
  attrs: {provider: demo, auth: !Env SECRET, configure_flow: !KeyOf enrol}
- model: authentik_flows.flowstagebinding
  identifiers: {target: !KeyOf enrol, stage: !KeyOf sms, order: 10}
"""


async def told(bench: Bench, text: str, **given: Any) -> list[Difference]:
    """It must change nothing."""
    before, watch = await bench.rows(), Watch()
    options: dict[str, Any] = {"name": "x", "catalogue": CATALOGUE, "keyring": KEYRING, "author": "t", "env": given}
    await apply_text(bench.database, text, **options, clock=lambda: NOW, dry=True, watch=watch)
    assert await bench.rows() == before
    return watch.differences


async def test_what_is_new_is_told_by_its_name_or_its_place(bench: Bench) -> None:
    assert [(one.step, one.label, one.fields) for one in await told(bench, STAGES)] == [
        ("create", "enrol", ()),
        ("create", "sms", ()),
        ("create", "enrol 10: sms", ()),
    ]


async def test_what_is_the_same_is_not_told(bench: Bench) -> None:
    for text in (STAGES, PEOPLE):
        await bench.apply(text, env={"SECRET": "s3cret"})
        assert await told(bench, text, SECRET="s3cret") == []


async def test_a_change_is_told_with_what_was_and_what_will_be(bench: Bench) -> None:
    await bench.apply(HEAD + flow("enrol", title="Old") + flow("other"))
    [change] = await told(bench, HEAD + flow("enrol", title="New") + flow("other"))
    assert (change.step, change.label) == ("change", "enrol")
    assert change.fields == (Field("title", "Old", "New"),)


async def test_a_reference_is_told_by_name(bench: Bench) -> None:
    await bench.apply(STAGES)
    other = (
        STAGES.replace("slug: enrol", "slug: other").replace("id: sms", "id: sms2").replace("order: 10", "order: 20")
    )
    steps = await told(bench, other.replace("!KeyOf sms", "!KeyOf sms2"))
    assert [(one.step, one.label) for one in steps] == [
        ("create", "other"),
        ("change", "sms"),
        ("create", "other 20: sms"),
    ]
    assert steps[1].fields == (Field("configure_flow", "enrol", "other"),)


async def test_of_a_secret_only_that_it_is_another_one(bench: Bench) -> None:
    await bench.apply(STAGES, env={"SECRET": "s3cret"})
    assert await told(bench, STAGES) == []
    [change] = await told(bench, STAGES, SECRET="an0ther")
    [field] = change.fields
    assert field.name == "auth"
    assert repr((field.before, field.after)) == "(***, ***)"
    assert "s3cret" not in repr(change)
    assert "an0ther" not in repr(change)


async def test_what_goes_is_told_with_what_goes_with_it_and_what_loses_it(bench: Bench) -> None:
    await bench.apply(STAGES)
    gone = "version: 1\nentries:\n- model: authentik_flows.flow\n  state: absent\n  identifiers: {slug: enrol}\n"
    steps = await told(bench, gone)
    assert sorted((one.step, one.label) for one in steps) == [
        ("change", "sms"),
        ("delete", "enrol"),
        ("delete", "enrol 10: sms"),
    ]
    assert steps[-1].fields == (Field("configure_flow", "enrol", None),)
    await bench.apply(gone)
    assert await told(bench, gone) == []


async def test_people_are_told_with_their_groups_and_without_their_attributes(bench: Bench) -> None:
    user = await bench.database.run(create_user, username="mia", now=NOW, attributes={"phone": "+4915123456789"})
    assert user.username == "mia"
    await bench.database.run(create_group, name="staff")
    [change] = await told(bench, PEOPLE)
    fields = {field.name: field for field in change.fields}
    assert set(fields) == {"name", "groups", "attributes"}
    assert (fields["name"].before, fields["name"].after) == ("", "Mia")
    assert (fields["groups"].before, fields["groups"].after) == ([], ["staff"])
    assert "3456789" not in repr(change)


async def test_a_group_that_goes_is_told(bench: Bench) -> None:
    await bench.database.run(create_group, name="staff")
    gone = "version: 1\nentries:\n- model: authentik_core.group\n  state: absent\n  identifiers: {name: staff}\n"
    assert [(one.step, one.label) for one in await told(bench, gone)] == [("delete", "staff")]


async def test_what_is_left_alone_is_not_told(bench: Bench) -> None:
    await bench.apply(HEAD + flow("enrol", title="Old"))
    text = (HEAD + flow("enrol", title="New")).replace("    identifiers", "    state: created\n    identifiers")
    assert await told(bench, text) == []


@pytest.mark.parametrize(("one", "other", "same"), [(1, 1, True), (1, 2, False), ("a", None, False)])
def test_what_is_hidden_can_be_compared_and_not_read(one: object, other: object, same: bool) -> None:
    assert (Hidden(one) == Hidden(other)) is same
    assert Hidden(one) != one
    assert repr(Hidden("s3cret")) == "***"


def test_attributes_are_shown_as_far_as_they_tell_nothing() -> None:
    assert Discreet({"room": 7, "call": "+4915123456789", "api_token": "s"}).shown == {
        "room": 7,
        "call": "+49 ••• ••89",
        "api_token": "***",
    }
