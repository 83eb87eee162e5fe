"""Models and states that are tags, and objects that are looked at: what an entry is may hang on the context."""

from typing import Any

import pytest

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.unit.blueprints.bench import HEAD, NOW, Bench, flow
from tests.unit.blueprints.samples import SMS
from watchword.model.flow import Flow
from watchword.model.prompt import Prompt
from watchword.passwords import verify_password
from watchword.stages.deny import DenyStage
from watchword.storage.users import find_user

STAGE = "  - {model: MODEL, state: STATE, identifiers: {name: x}}\n"
DENY = "authentik_stages_deny.denystage"


def stage(model: str, state: str) -> str:
    return HEAD + STAGE.replace("MODEL", model).replace("STATE", state)


async def test_a_model_and_a_state_may_be_tags(bench: Bench) -> None:
    text = stage('!Format ["Authentik_stages_%s.%sstage", !Context what, !Context what]', "!Context [state, present]")
    assert await bench.actions(text, context={"what": "deny"}) == ["created"]
    assert (await bench.one(DenyStage)).name == "x"
    assert await bench.actions(text, context={"what": "deny", "state": "absent"}) == ["removed"]


async def test_a_state_that_hangs_on_a_condition_hangs_on_it_each_time(bench: Bench) -> None:
    text = stage(DENY, "!If [!Condition [OR, !Env CLOSED], present, absent]")
    assert await bench.actions(text) == ["unchanged"]
    assert await bench.actions(text, env={"CLOSED": "yes"}) == ["created"]
    assert await bench.actions(text) == ["removed"]


@pytest.mark.parametrize(
    ("model", "state", "problem"),
    [
        ("!Env GONE", "present", "test.yaml:3: An entry needs a model, as app.model."),
        ("!If [true, [a], b]", "present", "test.yaml:3: An entry needs a model, as app.model."),
        ("!Format [no.such]", "present", "test.yaml:3: no.such: Watchword has no such model."),
        (DENY, "!Env GONE", f"test.yaml:3: {DENY}: A state is one of present, created, must_created, absent."),
        (DENY, "!Format [here]", f"test.yaml:3: {DENY}: A state is one of present, created, must_created, absent."),
        ("!KeyOf gone", "present", 'test.yaml:3: !KeyOf "gone" names no earlier entry.'),
    ],
)
async def test_a_tag_that_comes_to_no_model_or_state_is_told(
    bench: Bench, model: str, state: str, problem: str
) -> None:
    assert await bench.problems(stage(model, state)) == [problem]


async def test_a_user_whose_model_is_a_tag_gets_his_password(bench: Bench) -> None:
    text = HEAD + "  - {model: !Format [authentik_core.%s, user], identifiers: {username: mia}, attrs: {password: P}}\n"
    await bench.apply(text.replace(": P", ": her own secret"))
    found = await bench.database.read(find_user, username="mia")
    assert found is not None
    assert verify_password(found.password_hash, "her own secret")


async def title(bench: Bench, tag: str, **given: Any) -> str:
    await bench.apply(HEAD + flow("shown", title=tag), **given)
    return (await bench.one(Flow, slug="shown")).title


MADE = (
    HEAD
    + flow("one", title="The first")
    + "  - {model: authentik_core.group, id: g, identifiers: {name: staff}, attrs: {attributes: {floor: 3}}}\n"
    + "  - {model: authentik_core.user, identifiers: {username: mia}, "
    + "attrs: {password: her own secret, groups: [!KeyOf g]}}\n"
    + "  - {model: authentik_core.token, identifiers: {identifier: ci}, attrs: {key: its own secret,"
    + " expires: 2036-01-01T00:00:00Z, user: !Find [authentik_core.user, [username, mia]]}}\n"
    + f"  - {{model: {SMS}, identifiers: {{name: sms}}, attrs: {{provider: generic, auth: its own secret,"
    + " account_sid: 'https://gateway.example.org', from_number: '1234'}}\n"
)


@pytest.mark.parametrize(
    ("find", "key", "expected"),
    [
        ("authentik_flows.flow, [slug, one]", "title", "The first"),
        ("authentik_core.group, [name, staff]", "attributes", "{'floor': 3}"),
        ("authentik_core.user, [username, mia]", "path", "users"),
        ("authentik_core.token, [identifier, ci]", "expires", "2036-01-01T00:00:00Z"),
        (f"{SMS}, [name, sms]", "account_sid", "https://gateway.example.org"),
    ],
)
async def test_an_object_that_is_found_shows_its_fields(bench: Bench, find: str, key: str, expected: str) -> None:
    await bench.apply(MADE)
    assert await title(bench, f'!Format ["%s", !AtIndex [!FindObject [{find}], {key}]]') == expected


async def test_an_object_has_the_pk_that_find_gives(bench: Bench) -> None:
    await bench.apply(MADE)
    find = "[authentik_core.group, [name, staff]]"
    same = f'!Format ["%s %s", !AtIndex [!FindObject {find}, pk], !Find {find}]'
    first, second = (await title(bench, same)).split()
    assert first == second


async def test_an_object_that_is_not_found_is_null(bench: Bench) -> None:
    find = "!FindObject [authentik_flows.flow, [slug, gone]]"
    assert await title(bench, f"!If [{find}, found, nothing]") == "nothing"
    assert await title(bench, f"!AtIndex [{find}, title, fallback]") == "fallback"
    assert await bench.problems(HEAD + flow("x", title="!FindObject [no.such, [a, b]]")) == [
        "test.yaml:8: authentik_flows.flow: title: !FindObject names a model that Watchword has not."
    ]


@pytest.mark.parametrize(
    "model", ["authentik_core.user, [username, mia]", "authentik_core.token, [identifier, ci]", f"{SMS}, [name, sms]"]
)
async def test_no_secret_of_an_object_can_be_found(bench: Bench, model: str) -> None:
    """Whoever may apply a blueprint may not read with it what the API never gives."""
    await bench.apply(MADE)
    shown = await title(bench, f'!Format ["%s", !FindObject [{model}]]')
    for name in ("own secret", "argon2", "password", "'auth'", "'key'", "hash"):
        assert name not in shown


async def test_entries_can_be_many_by_a_loop_over_fields(bench: Bench) -> None:
    """What each loop makes is a value like any other: here the choices of a prompt."""
    text = """\
version: 1
context:
  offices: {berlin: Berlin, wien: Wien}
entries:
  - model: authentik_stages_prompt.prompt
    identifiers: {name: office}
    attrs:
      field_key: office
      label: !Format ["%s offices", !AtIndex [!Enumerate [!Context offices, SEQ, !Value 0], -1]]
      type: text
      sub_text: !Format ["%s", !Enumerate [!Context offices, MAP, [!Value 0, !Index 0]]]
"""
    await bench.apply(text)
    prompt = await bench.one(Prompt)
    assert (prompt.label, prompt.sub_text) == ("Wien offices", "{'Berlin': 'berlin', 'Wien': 'wien'}")


async def test_the_context_has_what_authentik_puts_into_each(bench: Bench) -> None:
    assert await title(bench, "!If [!Context goauthentik.io/enterprise/licensed, licensed, free]") == "free"
    models = "!Enumerate [!Context goauthentik.io/rbac/models, SEQ, !Index 0]"
    assert await title(bench, f'!Format ["%s", {models}]') == "[]"


async def test_lists_of_the_context_append_and_mappings_merge(bench: Bench) -> None:
    text = "version: 1\ncontext: {regions: [DE], sms: {a: {b: 1}}}\nentries:\n"
    text += flow("one", title='!Format ["%s %s", !Context regions, !Context sms]')
    await bench.apply(text, context={"regions": ["AT"], "sms": {"a": {"c": 2}}})
    assert (await bench.one(Flow)).title == "['DE', 'AT'] {'a': {'b': 1, 'c': 2}}"
    assert bench.now == NOW
