"""The prompt stage: what it asks, what it keeps of the answers, and how policies judge them."""

from typing import Any

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, denies, flow, prompt
from tests.unit.engine.visitor import Visitor, denied, problem, sentence
from watchword.model.prompt import PromptType

NOT_ACCEPTED = "This was not accepted. Check what you entered and try again."
UNCHECKED = "This could not be checked. Please try again later."
LAST = asks(prompt("last"), name="last")
"""A step after the one under test, at which its answers can be looked at."""


async def test_the_fields_come_in_their_order_with_all_their_keys(engine: Engine, owner: Visitor) -> None:
    last = prompt("b", order=7, label="Bee", placeholder="p", initial_value="i", sub_text="s", required=False)
    first = prompt("a", "dropdown", order=-1, placeholder="only")
    await engine.install(flow(asks(last, first)))
    shown = await owner.start()
    assert shown["component"] == "ak-stage-prompt"
    assert shown["fields"] == [
        {
            "field_key": "a",
            "label": "A",
            "type": "dropdown",
            "required": True,
            "placeholder": "",
            "initial_value": "only",
            "order": -1,
            "sub_text": "",
            "choices": [{"value": "only", "label": "only"}],
        },
        {
            "field_key": "b",
            "label": "Bee",
            "type": "text",
            "required": False,
            "placeholder": "p",
            "initial_value": "i",
            "order": 7,
            "sub_text": "s",
            "choices": None,
        },
    ]


@pytest.mark.parametrize(
    ("kind", "settings", "typed", "kept"),
    [
        ("text", {}, " two  words ", " two  words "),
        ("text_area", {}, "a\nb", "a\nb"),
        ("email", {}, " a@example.org ", "a@example.org"),
        ("number", {}, "42", 42),
        ("checkbox", {}, "on", True),
        ("date", {}, "2026-02-28", "2026-02-28"),
        ("date-time", {}, "2026-02-28T10:30", "2026-02-28T10:30:00"),
        ("dropdown", {"placeholder": "a"}, "a", "a"),
        ("radio-button-group", {"placeholder": "a"}, "a", "a"),
        ("ak-locale", {}, "de", "de"),
        ("password", {}, " secret ", " secret "),
        ("hidden", {"initial_value": "ours"}, "theirs", "ours"),
        ("static", {"initial_value": "ours"}, "theirs", "ours"),
        ("text_read_only", {"initial_value": "ours"}, "theirs", "ours"),
        ("text_area_read_only", {"initial_value": "ours"}, "theirs", "ours"),
    ],
)
async def test_an_answer_becomes_prompt_data(
    engine: Engine, owner: Visitor, kind: PromptType, settings: dict[str, Any], typed: Any, kept: Any
) -> None:
    await engine.install(flow(asks(prompt("key", kind, **settings)), LAST))
    await owner.start()
    await owner.answer(key=typed, unasked="dropped")
    assert await engine.prompt_data(owner) == {"component": "ak-stage-prompt", "key": kept}


@pytest.mark.parametrize("kind", ["separator", "alert_info", "alert_warning", "alert_danger"])
async def test_what_only_shows_something_asks_nothing(engine: Engine, owner: Visitor, kind: PromptType) -> None:
    await engine.install(flow(asks(prompt("key", kind)), LAST))
    assert (await owner.start())["fields"][0]["type"] == kind
    await owner.answer(key="x")
    assert "key" not in await engine.prompt_data(owner)


async def test_every_wrong_field_is_told_at_once_and_no_policy_is_asked(engine: Engine, owner: Visitor) -> None:
    fields = [prompt("a"), prompt("b"), prompt("c", "number"), prompt("d", "dropdown", placeholder="x"), prompt("e")]
    await engine.install(flow(asks(*fields, policies=['ak_message("asked")\nreturn False'])))
    await owner.start()
    errors = (await owner.answer(b=" ", c="many", d="y", e=None))["response_errors"]
    assert {field: [error["code"] for error in found] for field, found in errors.items()} == {
        "a": ["required"],
        "b": ["blank"],
        "c": ["invalid"],
        "d": ["invalid_choice"],
        "e": ["null"],
    }


@pytest.mark.parametrize(
    ("typed", "right"),
    [(["one", "one"], True), (["one", "two"], False), (["one", "one", "one"], True), (["one", "one", "two"], False)],
)
async def test_passwords_of_one_form_must_be_the_same(
    engine: Engine, owner: Visitor, typed: list[str], right: bool
) -> None:
    keys = [f"password{number}" for number in range(len(typed))]
    await engine.install(flow(asks(*(prompt(key, "password") for key in keys)), LAST))
    await owner.start()
    shown = await owner.answer(**dict(zip(keys, typed, strict=True)))
    assert ("response_errors" not in shown) is right
    if not right:
        assert sentence(shown) == "Passwords don't match."


@pytest.mark.parametrize(("name", "free"), [(OWNER.username, True), ("nobody", True), (OTHER.username, False)])
async def test_a_user_name_may_be_ones_own_or_nobodys(engine: Engine, owner: Visitor, name: str, free: bool) -> None:
    await engine.install(flow(asks(prompt("username", "username")), LAST))
    await owner.start()
    shown = await owner.answer(username=name)
    assert ("response_errors" not in shown) is free
    if not free:
        assert (problem(shown), sentence(shown)) == (("username", "invalid"), "Username is already taken.")


async def test_later_answers_join_the_earlier_ones(engine: Engine, owner: Visitor) -> None:
    steps = [asks(prompt("a"), prompt("b"), name="one"), asks(prompt("b", name="again"), name="two")]
    await engine.install(flow(*steps, LAST))
    await owner.start()
    second = await owner.answer(a="1", b="2")
    assert second["fields"][0]["initial_value"] == "2"
    await owner.answer(b="3")
    assert await engine.prompt_data(owner) == {"component": "ak-stage-prompt", "a": "1", "b": "3"}


async def test_a_field_with_an_initial_value_may_be_left_out(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(asks(prompt("a", initial_value="there")), LAST))
    await owner.start()
    await owner.answer()
    assert (await engine.prompt_data(owner))["a"] == "there"


async def test_policies_see_this_forms_answers_and_may_change_them(engine: Engine, owner: Visitor) -> None:
    normalising = """
    data = request.context["prompt_data"]
    ak_message(", ".join(sorted(list(request.context) + list(data))))
    data["phone"] = regex_replace(data["phone"], r"\\s+", "")
    return True
    """
    judging = 'return request.context["prompt_data"]["phone"] == "+1234567"'
    steps = asks(prompt("nick"), name="nick"), asks(prompt(), policies=[normalising, judging])
    await engine.install(flow(*steps, LAST))
    await owner.start()
    await owner.answer(nick="Olly")
    refused = await owner.answer(phone="+1234 568")
    assert sentence(refused) == "component, phone, prompt_data"
    assert (await owner.answer(phone=" +1234 567 "))["fields"][0]["field_key"] == "last"
    assert (await engine.prompt_data(owner))["phone"] == "+1234567"


@pytest.mark.parametrize(
    ("policies", "sentences"),
    [
        (["return True", "return False"], [NOT_ACCEPTED]),
        (["return None"], [NOT_ACCEPTED]),
        (['ak_message("one")\nreturn False', 'ak_message("two")\nreturn True'], ["one", "two"]),
        (["return nobody"], [UNCHECKED]),
        (["return 1"], [UNCHECKED]),
        (["while True:\n    pass"], [UNCHECKED]),
    ],
)
async def test_one_policy_that_does_not_say_yes_keeps_the_form(
    engine: Engine, owner: Visitor, policies: list[str], sentences: list[str]
) -> None:
    await engine.install(flow(asks(prompt(), policies=policies), LAST))
    await owner.start()
    shown = await owner.answer(phone="x")
    assert shown["fields"][0]["field_key"] == "phone"
    assert shown["response_errors"] == {
        "non_field_errors": [{"string": sentence, "code": "invalid"} for sentence in sentences]
    }


async def test_a_policy_that_fails_is_named_in_an_event_without_the_answers(engine: Engine, owner: Visitor) -> None:
    failing = 'phone = request.context["prompt_data"]["phone"]\nraise ValueError(phone)'
    await engine.install(flow(asks(prompt(), policies=[failing])))
    await owner.start()
    await owner.answer(phone=OWNER.number)
    (event,) = await engine.events("policy_exception")
    assert event.message == "Policy 'ask 0' failed"
    assert (event.context["policy"], event.context["line"]) == ("ask 0", 2)
    assert OWNER.number[3:] not in str(event)


async def test_a_policy_knows_who_answers(engine: Engine, owner: Visitor, other: Visitor, stranger: Visitor) -> None:
    judging = 'return request.user is not None and request.user.username == "olivia"'
    await engine.install(flow(asks(prompt(), policies=[judging]), denies("passed")))
    for visitor, passes in ((owner, True), (other, False), (stranger, False)):
        await visitor.start()
        assert denied(await visitor.answer(phone="x")) is passes
