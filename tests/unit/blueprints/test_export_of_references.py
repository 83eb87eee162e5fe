"""What an exported flow does not bring along: secrets, other flows, groups and people."""

from typing import Any

import msgspec
import pytest

from tests.unit.blueprints.bench import HEAD, NOW, Bench, flow, nobody
from watchword.blueprints.export import export_flow
from watchword.blueprints.reader import read
from watchword.model.base import ConfigObject, StageSettings
from watchword.model.fields import secret_fields
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.authenticator_validate.stage import AuthenticatorValidateStage
from watchword.stages.catalogue import CATALOGUE
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.storage.groups import create_group, find_group
from watchword.storage.users import create_user, find_user

ENTRY = Flow(name="Sign in", slug="sign-in", title="Sign in", designation="authentication")
OTHER = Flow(name="Recovery", slug="recovery", title="Recovery", designation="recovery")
FIRST_PK, LAST_PK = "00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"
SECRET, PASSWORD = "sEcReT-0815", "pAsSwOrD-4711"
AUTH = "BLUEPRINT_SECRET_SMS_2_FACTORS_AUTH"
ENV = {AUTH: SECRET, f"{AUTH}_PASSWORD": PASSWORD}
SMS = AuthenticatorSMSStage(name="SMS: 2 factors!", provider="demo", auth=SECRET, auth_password=PASSWORD)


def bound(*stages: StageSettings) -> list[ConfigObject]:
    """The flow, made of these."""
    bindings = [FlowStageBinding(target=ENTRY.pk, stage=stage.pk, order=at) for at, stage in enumerate(stages)]
    return [ENTRY, *stages, *bindings]


def exported(*objects: ConfigObject) -> str:
    return export_flow(nobody(), Snapshot(objects), ENTRY, now=NOW)


async def applied(bench: Bench, *objects: ConfigObject, **given: Any) -> list[ConfigObject]:
    await bench.apply(exported(*objects), **given)
    return await bench.objects()


def by_pk(objects: list[ConfigObject]) -> list[ConfigObject]:
    return sorted(objects, key=lambda obj: obj.pk)


async def test_secrets_are_named_and_never_told(bench: Bench) -> None:
    told = exported(*bound(SMS))
    assert SECRET not in told
    assert PASSWORD not in told
    assert all(f"!Env {name}\n" in told for name in ENV)
    await bench.apply(told, env=ENV)
    assert await bench.one(AuthenticatorSMSStage) == SMS


def filled(cls: type[ConfigObject], field: str) -> ConfigObject:
    given = {name: value for name, value in {"name": "x", "provider": "demo"}.items() if name in cls.__struct_fields__}
    return msgspec.convert({**given, field: SECRET}, cls)


@pytest.mark.parametrize(
    ("cls", "field"), [(cls, name) for cls in CATALOGUE.values() for name in sorted(secret_fields(cls))]
)
def test_no_field_that_is_secret_is_told(cls: type[ConfigObject], field: str) -> None:
    stage = filled(cls, field)
    assert isinstance(stage, StageSettings)
    assert SECRET in repr(stage)
    assert SECRET not in exported(*bound(stage))
    assert f"{field}: !Env BLUEPRINT_SECRET_X_{field.upper()}\n" in exported(*bound(stage))


async def test_a_secret_that_is_not_set_there_stays_empty(bench: Bench) -> None:
    for env, stage in (({}, {"auth": "", "auth_password": ""}), ({AUTH: SECRET}, {"auth_password": ""})):
        await bench.apply(exported(*bound(SMS)), env=env)
        assert await bench.one(AuthenticatorSMSStage) == msgspec.structs.replace(SMS, **stage)


async def test_a_gateway_that_needs_its_secret_is_refused_without_it(bench: Bench) -> None:
    stage = AuthenticatorSMSStage(name="x", provider="twilio", account_sid="AC1", from_number="MG1", auth=SECRET)
    [problem] = await bench.problems(exported(*bound(stage)))
    assert "auth: This field may not be blank." in problem
    assert await applied(bench, *bound(stage), env={"BLUEPRINT_SECRET_X_AUTH": SECRET})


def test_a_secret_that_is_empty_needs_no_name() -> None:
    assert "!Env" not in exported(*bound(AuthenticatorSMSStage(name="x", provider="demo")))


async def test_another_flow_is_found_by_its_slug_and_left_out(bench: Bench) -> None:
    who = IdentificationStage(name="who", user_fields=["username"], recovery_flow=OTHER.pk, enrollment_flow=OTHER.pk)
    told = exported(OTHER, *bound(who))
    assert OTHER.pk not in told
    assert [entry.model for entry in read(told, "x").entries].count(Flow.model) == 1
    await bench.apply(told)
    assert await bench.one(IdentificationStage) == msgspec.structs.replace(
        who, recovery_flow=None, enrollment_flow=None
    )
    await bench.apply(HEAD + flow("recovery", designation="recovery"))
    there = await bench.one(Flow, slug="recovery")
    await bench.apply(told)
    found = await bench.one(IdentificationStage)
    assert (found.recovery_flow, found.enrollment_flow, found.passwordless_flow) == (there.pk, there.pk, None)
    assert there.pk != OTHER.pk


async def test_a_stage_that_leads_to_its_own_flow_still_does(bench: Bench) -> None:
    stage = AuthenticatorSMSStage(name="x", provider="demo", configure_flow=ENTRY.pk)
    made = bound(stage)
    assert "!Find" not in exported(*made)
    assert by_pk(await applied(bench, *made)) == by_pk(made)


async def test_what_a_stage_refers_to_comes_along_and_its_own_flow_does_not(bench: Bench) -> None:
    """A stage of another flow is set up from here, and the stage that asks the password stands in no flow at all."""
    ask = PasswordStage(name="password")
    setup = AuthenticatorSMSStage(name="setup", provider="demo")
    who = IdentificationStage(name="who", user_fields=["username"], password_stage=ask.pk)
    validate = AuthenticatorValidateStage(name="validate", configuration_stages=[setup.pk])
    made = [ask, setup, *bound(validate, who)]
    elsewhere = FlowStageBinding(target=OTHER.pk, stage=setup.pk, order=0)
    beside = [OTHER, elsewhere, DenyStage(name="deny"), ExpressionPolicy(name="policy", expression="return 1")]
    assert by_pk(await applied(bench, *made, *beside)) == by_pk(made)


async def test_what_is_referred_to_leads_to_what_has_its_name_there(bench: Bench) -> None:
    """It stands in front, and its id there is known by then."""
    setup = AuthenticatorSMSStage(pk=LAST_PK, name="setup", provider="demo")
    middle = AuthenticatorValidateStage(name="middle", configuration_stages=[setup.pk])
    first = AuthenticatorValidateStage(pk=FIRST_PK, name="first", configuration_stages=[middle.pk, setup.pk])
    there = AuthenticatorSMSStage(name="setup", provider="demo"), AuthenticatorValidateStage(name="middle")
    await applied(bench, *bound(*there))
    await bench.apply(exported(setup, middle, *bound(first)))
    assert (await bench.one(AuthenticatorValidateStage, name="first")).configuration_stages == [
        there[1].pk,
        there[0].pk,
    ]
    assert (await bench.one(AuthenticatorValidateStage, name="middle")).configuration_stages == [there[0].pk]


async def test_stages_that_refer_to_each_other_are_made_all_the_same(bench: Bench) -> None:
    one, two = AuthenticatorValidateStage(name="one"), AuthenticatorValidateStage(name="two")
    one = msgspec.structs.replace(one, configuration_stages=[two.pk])
    two = msgspec.structs.replace(two, configuration_stages=[one.pk])
    made = [two, *bound(one)]
    assert by_pk(await applied(bench, *made)) == by_pk(made)


async def test_groups_and_users_are_found_by_their_names(bench: Bench, elsewhere: Bench) -> None:
    """The user who has the number there may be somebody else, and whoever it is would be let in."""
    await elsewhere.database.run(create_user, username="stranger", now=NOW)
    for house in (elsewhere, bench):
        group = await house.database.run(create_group, name="people")
        mia = await house.database.run(create_user, username="mia", now=NOW)
    made = bound(DenyStage(name="deny"))
    made += [
        PolicyBinding(target=ENTRY.pk, order=0, group=group.pk, negate=True),
        PolicyBinding(target=made[-1].pk, order=1, user=mia.id, enabled=False, timeout=5),
    ]
    told = await bench.database.read(export_flow, Snapshot(made), ENTRY, now=NOW)
    await bench.apply(told)
    assert by_pk(await bench.objects()) == by_pk(made)
    await elsewhere.apply(told)
    there = {one.order: one for one in await elsewhere.every(PolicyBinding)}
    group_there = await elsewhere.database.read(find_group, name="people")
    mia_there = await elsewhere.database.read(find_user, username="mia")
    assert group_there is not None
    assert mia_there is not None
    assert (there[0].group, there[1].user) == (group_there.pk, mia_there.id)
    assert there[1].user != mia.id


async def test_where_a_group_is_missing_nobody_is_let_in(bench: Bench, elsewhere: Bench) -> None:
    group = await bench.database.run(create_group, name="people")
    made = [*bound(DenyStage(name="deny")), PolicyBinding(target=ENTRY.pk, order=0, group=group.pk)]
    told = await bench.database.read(export_flow, Snapshot(made), ENTRY, now=NOW)
    assert any("One of 'group', 'policy', 'user' must be set." in line for line in await elsewhere.problems(told))


async def test_where_the_names_are_taken_the_flow_that_is_there_is_changed(bench: Bench) -> None:
    """And the ids are those that are there, also in what refers to them."""
    await bench.apply(HEAD + flow("sign-in", title="Old"))
    there = await bench.one(Flow)
    await bench.apply(exported(*bound(SMS)), env=ENV)
    assert await bench.one(Flow) == msgspec.structs.replace(ENTRY, pk=there.pk)
    assert (await bench.one(FlowStageBinding)).target == there.pk


def test_an_expression_stands_in_its_lines_as_it_was_written() -> None:
    policy = ExpressionPolicy(name="policy", expression="if True:  # ä\n    return 'it'\n\nreturn None\n")
    told = exported(*bound(DenyStage(name="deny")), policy, PolicyBinding(target=ENTRY.pk, order=0, policy=policy.pk))
    assert "expression: |\n      if True:  # ä\n          return 'it'\n\n      return None\n" in told


def test_it_says_what_it_is_an_export_of_and_when() -> None:
    blueprint = read(exported(*bound(DenyStage(name="deny"))), "x")
    assert blueprint.name == "Watchword export of sign-in, 2026-03-01 12:00:00 UTC"
    assert blueprint.labels == {"blueprints.goauthentik.io/generated": "true"}
