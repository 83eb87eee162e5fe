"""Exporting a flow: applied to an empty system, it is the same flow; secrets stay where they are."""

import re
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.blueprints.bench import HEAD, NOW, Bench, flow, in_a_house, nobody
from watchword.blueprints.export import export_flow
from watchword.blueprints.reader import read
from watchword.blueprints.shipped_files import shipped_text
from watchword.model.base import ConfigObject
from watchword.model.flow import Flow, FlowStageBinding
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.prompt import Prompt
from watchword.model.snapshot import Snapshot
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.deny import DenyStage
from watchword.stages.identification import IdentificationStage
from watchword.stages.password import PasswordStage
from watchword.stages.prompt import PromptStage
from watchword.storage.groups import create_group

SECRETS = {"BLUEPRINT_SECRET_TEXT_MESSAGE_AUTH": "s3cret-token", "BLUEPRINT_SECRET_TEXT_MESSAGE_AUTH_PASSWORD": "pw-99"}


PK_A, PK_B = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
FIELDS = ("auth", "auth_password")


def exported(objects: Sequence[ConfigObject], slug: str) -> str:
    snapshot = Snapshot(objects)
    found = snapshot.flow(slug)
    assert found is not None
    return export_flow(nobody(), snapshot, found, now=NOW)


async def applied(text: str, *first: str) -> dict[str, ConfigObject]:
    """What the text makes of a system with no more than other blueprints before it."""
    bench = await Bench().open()
    try:
        for one in first:
            await bench.apply(one)
        await bench.apply(text, env=SECRETS)
        return {obj.pk: obj for obj in await bench.objects()}
    finally:
        await bench.database.close()


def documented(texts: Sequence[str] = ("Add phone",) * 4) -> list[ConfigObject]:
    """The documented flow, with these texts where administrators write what they like."""
    name, title, message, line = texts
    mapping = NotificationWebhookMapping(name=f"m{name}", expression=f"# {line}\nreturn {{'text': token}}")
    policy = ExpressionPolicy(name=f"p{name}", expression=f"if False:\n    # {line}\n    return False\nreturn True\n")
    prompt = Prompt(name=f"f{name}", field_key="phone", label=title, type="text", placeholder=message)
    ask = PromptStage(name=f"a{name}", fields=[prompt.pk], validation_policies=[policy.pk])
    send = AuthenticatorSMSStage(
        name="text message",
        provider="generic",
        from_number="1234",
        account_sid="https://gateway.example.org/send",
        auth=SECRETS["BLUEPRINT_SECRET_TEXT_MESSAGE_AUTH"],
        auth_password=SECRETS["BLUEPRINT_SECRET_TEXT_MESSAGE_AUTH_PASSWORD"],
        mapping=mapping.pk,
    )
    deny = DenyStage(name=f"d{name}", deny_message=message)
    made = Flow(name=f"x{name}", slug="add-phone", title=f"t{title}", designation="stage_configuration")
    placed = [
        FlowStageBinding(target=made.pk, stage=stage.pk, order=order) for order, stage in enumerate((ask, send, deny))
    ]
    bound = PolicyBinding(target=placed[2].pk, policy=policy.pk, order=3, negate=True, timeout=7)
    return [mapping, policy, prompt, ask, send, deny, made, *placed, bound]


# Outer blanks of a text are stripped wherever it comes from.
written = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30).map(str.strip)
lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"]), max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.tuples(written, written, written, lines))
def test_export_and_apply_is_the_identity(texts: tuple[str, ...]) -> None:
    objects = documented(texts)
    assert in_a_house(applied(exported(objects, "add-phone"))) == {obj.pk: obj for obj in objects}


@pytest.mark.parametrize("text", ["a\x85b", "a\x85\nb", "a\u2028b", "a\u2029\nb", "a\r\nb", "a\rb", "tab\tend \n x"])
async def test_every_end_of_a_line_is_kept(text: str) -> None:
    objects = documented((text, text, text, "plain"))
    assert await applied(exported(objects, "add-phone")) == {obj.pk: obj for obj in objects}


async def test_applying_an_export_where_it_comes_from_changes_nothing(bench: Bench) -> None:
    text = exported(documented(), "add-phone")
    assert set(await bench.actions(text, env=SECRETS)) == {"created"}
    assert exported(await bench.objects(), "add-phone") == text
    assert set(await bench.actions(text, env=SECRETS)) == {"unchanged"}


async def test_every_shipped_flow_comes_back(bench: Bench) -> None:
    for name in ("default", "demo", "recovery", "unenrollment"):
        await bench.apply(shipped_text(name))
    objects = await bench.objects()
    flows = [obj for obj in objects if isinstance(obj, Flow)]
    assert len(flows) > 5
    for one in flows:
        others = [flow(other.slug) for other in flows if other is not one]
        made = await applied(exported(objects, one.slug), HEAD + "".join(others))
        slugs = {other.slug: other.pk for other in flows}
        back = {obj.pk: slugs[obj.slug] for obj in made.values() if isinstance(obj, Flow)}
        expected = {obj.pk: obj for obj in objects if obj.pk in made}
        assert len(expected) > len(Snapshot(objects).stage_bindings(one.pk)), one.slug
        assert {pk: renamed(obj, back) for pk, obj in made.items() if pk in expected} == expected, one.slug


def renamed(obj: ConfigObject, pks: dict[str, str]) -> ConfigObject:
    """With the uuids that other flows had where the export comes from."""
    values = {name: getattr(obj, name) for name in obj.__struct_fields__}
    led = {name: pks[value] for name, value in values.items() if isinstance(value, str) and value in pks}
    return msgspec.structs.replace(obj, **led)


def test_an_export_holds_no_secret() -> None:
    text = exported(documented(), "add-phone")
    for variable, secret in SECRETS.items():
        assert secret not in text
        assert f"!Env {variable}\n" in text


async def test_secrets_that_are_not_given_are_kept(bench: Bench) -> None:
    text = exported(documented(), "add-phone")
    await bench.apply(text, env=SECRETS)
    lines = await bench.apply(text, env={})
    assert {line.action for line in lines} == {"unchanged"}
    told = [(problem.field, problem.message) for line in lines for problem in line.advice]
    assert told[:2] == [(field, "There is no value for this secret: one that is stored is kept.") for field in FIELDS]
    stage = await bench.one(AuthenticatorSMSStage)
    assert [stage.auth, stage.auth_password] == list(SECRETS.values())


async def test_groups_and_users_at_one_place_stay_apart(bench: Bench) -> None:
    """Each is a way in; on another server none may take the place of another."""
    groups = [await bench.database.run(create_group, name=name, pk=pk) for name, pk in (("a", PK_A), ("b", PK_B))]
    made = Flow(name="f", slug="f", title="f", designation="authentication")
    policy = ExpressionPolicy(name="p", expression="return True")
    bound = [PolicyBinding(target=made.pk, group=group.pk, order=0) for group in groups]
    bound.append(PolicyBinding(target=made.pk, policy=policy.pk, order=0))
    text = await bench.database.read(export_flow, Snapshot([made, policy, *bound]), made, now=NOW)
    await bench.apply(text)
    found = await bench.every(PolicyBinding)
    assert {(one.group, one.policy) for one in found} == {(PK_A, None), (PK_B, None), (None, policy.pk)}


def test_no_two_secrets_share_a_variable() -> None:
    made = Flow(name="f", slug="f", title="f", designation="authentication")
    stages = [
        AuthenticatorSMSStage(name=name, provider="generic", account_sid="https://a.example", auth=f"secret of {name}")
        for name in ("ä", "ö", "a b", "a-b", "plain")
    ]
    placed = [FlowStageBinding(target=made.pk, stage=stage.pk, order=at) for at, stage in enumerate(stages)]
    text = exported([made, *stages, *placed], "f")
    variables = re.findall(r"!Env (\w+)", text)
    assert len(variables) == len(set(variables)) == 5
    assert "BLUEPRINT_SECRET_PLAIN_AUTH" in variables


def test_nothing_else_comes_along() -> None:
    other = Flow(name="other", slug="other", title="Other", designation="enrollment")
    stray = DenyStage(name="stray")
    text = exported(
        [*documented(), other, stray, FlowStageBinding(target=other.pk, stage=stray.pk, order=0)], "add-phone"
    )
    assert "other" not in text
    assert "stray" not in text


def test_another_flow_is_found_by_its_slug() -> None:
    made = Flow(name="sign in", slug="sign-in", title="Sign in", designation="authentication")
    lost = Flow(name="lost", slug="lost", title="Lost", designation="recovery")
    who = IdentificationStage(name="who", user_fields=["username"], recovery_flow=lost.pk)
    text = exported([made, lost, who, FlowStageBinding(target=made.pk, stage=who.pk, order=0)], "sign-in")
    assert "recovery_flow: !Find [authentik_flows.flow, [slug, lost]]" in text
    assert lost.pk not in text


def test_what_is_referred_to_comes_first() -> None:
    password = PasswordStage(name="a password")
    who = IdentificationStage(name="who", user_fields=["username"], password_stage=password.pk)
    made = Flow(name="sign in", slug="sign-in", title="Sign in", designation="authentication")
    placed = FlowStageBinding(target=made.pk, stage=who.pk, order=0)
    entries = read(exported([placed, who, made, password], "sign-in"), "x").entries
    assert [entry.identifiers["pk"] for entry in entries] == [made.pk, password.pk, who.pk, placed.pk]


def test_a_file_says_what_it_is_and_when_it_was_made() -> None:
    told = read(exported([documented()[6]], "add-phone"), "x")
    assert told.name == f"Watchword export of add-phone, {NOW:%Y-%m-%d %H:%M:%S} UTC"
    assert told.labels == {"blueprints.goauthentik.io/generated": "true"}
