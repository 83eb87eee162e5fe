"""What policies read of a run, and what they may change in it."""

import pytest

from tests.people import OTHER, OWNER
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import asks, flow, guard, identifies, prompt, signs_in
from tests.unit.engine.visitor import Visitor, denied, ended

FIRST = asks(prompt("a"), name="one")
LAST = asks(prompt("last"), name="last")


@pytest.mark.parametrize(
    "assigning",
    [
        'request.context["prompt_data"]["b"] = "set"',
        'context["prompt_data"]["b"] = "set"',
        'context["flow_plan"].context["prompt_data"]["b"] = "set"',
        'context["flow_plan"].context["prompt_data"] = {"a": "typed", "b": "set"}',
    ],
)
@pytest.mark.parametrize("bound_to", ["flow", "step"])
async def test_what_a_policy_assigns_into_the_prompt_data_is_carried_on(
    engine: Engine, owner: Visitor, assigning: str, bound_to: str
) -> None:
    setting = guard(f"{assigning}\nreturn True")
    if bound_to == "flow":
        await engine.install(flow(FIRST, LAST, guards=[setting]))
    else:
        await engine.install(flow(FIRST, LAST.bound(setting)))
    await owner.start()
    await owner.answer(a="typed")
    data = await engine.prompt_data(owner)
    assert (data["a"], data["b"]) == ("typed", "set")


async def test_one_policy_sees_what_the_one_before_assigned(engine: Engine, owner: Visitor) -> None:
    guards = [
        guard('context["flow_plan"].context["mark"] = "seen"\nreturn True'),
        guard('return context["flow_plan"].context.get("mark") == "seen"'),
    ]
    await engine.install(flow(FIRST.bound(guard('return context.get("mark") == "seen"')), guards=guards))
    assert (await owner.start())["component"] == "ak-stage-prompt"


async def test_a_policy_cannot_choose_the_user(engine: Engine, owner: Visitor, stranger: Visitor) -> None:
    olivia = engine.users[OWNER.username].id
    choosing = "".join(
        f'context["flow_plan"].context["{name}"] = {value!r}\n'
        for name, value in (("pending_user", olivia), ("pending_user_identifier", OWNER.username))
    )
    await engine.install(flow(signs_in(), guards=[guard(f"{choosing}return True")]))
    for visitor in (owner, stranger):
        assert denied(await visitor.start())
    assert await stranger.signed_in_as() is None


async def test_policies_see_the_pending_user_not_the_one_signed_in(
    engine: Engine, owner: Visitor, stranger: Visitor
) -> None:
    only_oscar = guard('return request.user is not None and request.user.username == "oscar"')
    await engine.install(flow(identifies(), LAST.bound(only_oscar)))
    for visitor in (owner, stranger):
        assert (await visitor.answer(uid_field=OTHER.username))["component"] == "ak-stage-prompt"
        await visitor.cancel()
        assert ended(await visitor.answer(uid_field=OWNER.username))
        assert ended(await visitor.answer(uid_field="nobody")), "a name without an account is nobody"


@pytest.mark.parametrize(
    ("target", "to"),
    [("/there", "/there"), ("https://app.example/x", "https://app.example/x"), ("//evil.example", "/next")],
)
async def test_a_policy_may_say_where_the_flow_ends_but_not_outside(engine: Engine, target: str, to: str) -> None:
    engine.set(redirect_origins=("https://app.example",))
    owner = await engine.visitor(OWNER)
    await engine.install(flow(guards=[guard(f'context["flow_plan"].context["redirect"] = "{target}"\nreturn True')]))
    owner.next = "/next"
    assert ended(await owner.start(), to)


async def test_policies_may_ask_for_users_devices_and_events(engine: Engine, owner: Visitor) -> None:
    source = """
    found = ak_user_by(username="oscar")
    ak_create_event("asked", message="A policy asked", about=found.username)
    return found.email == "oscar@example.org" and not ak_user_has_authenticator(found, "sms")
    """
    await engine.install(flow(FIRST, guards=[guard(source)]))
    assert (await owner.start())["component"] == "ak-stage-prompt"
    (event,) = await engine.events("custom_asked")
    assert (event.message, event.context["about"]) == ("A policy asked", OTHER.username)
