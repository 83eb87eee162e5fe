"""Planning: who may run a flow, which steps he takes, and in which order."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.people import OTHER, OWNER, Person
from tests.unit.engine.engine import Engine
from tests.unit.engine.flows import Guard, Step, asks, denies, flow, guard, identifies, prompt, signs_in
from tests.unit.engine.visitor import Shown, Visitor, denied, ended, problem, sentence
from watchword.model.flow import FlowStageBinding
from watchword.storage.groups import add_member, create_group

NOT_APPLICABLE = "Flow does not apply to current user."
ONLY_OLIVIA = 'return request.user is not None and request.user.username == "olivia"'
SAID_YES = 'return request.context["prompt_data"].get("a") == "yes"'


def step(key: str, *guards: Guard, **binding: Any) -> Step:
    return asks(prompt(key), name=f"ask {key}").bound(*guards, **binding)


def asked(shown: Shown) -> str:
    """The key of the field that is asked; empty at the end."""
    return str(shown["fields"][0]["field_key"]) if "fields" in shown else ""


async def test_the_steps_come_in_the_order_of_their_bindings(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(step("c", order=30), step("a", order=-5), step("b", order=20)))
    keys = [asked(await owner.start()), asked(await owner.answer(a="x")), asked(await owner.answer(b="x"))]
    assert keys == ["a", "b", "c"]
    assert ended(await owner.answer(c="x"))


async def test_a_flow_without_steps_ends_at_once(engine: Engine, owner: Visitor, stranger: Visitor) -> None:
    await engine.install(flow())
    assert ended(await owner.start())
    assert ended(await stranger.answer(x="y"))


async def test_a_step_is_for_those_whom_its_policies_let_in(
    engine: Engine, owner: Visitor, other: Visitor, stranger: Visitor
) -> None:
    await engine.install(flow(step("a", guard(ONLY_OLIVIA)), step("b")))
    assert asked(await owner.start()) == "a"
    assert asked(await other.start()) == "b"
    assert asked(await stranger.start()) == "b"


@pytest.mark.parametrize(
    ("binding", "typed", "taken"),
    [
        ({"evaluate_on_plan": False, "re_evaluate_policies": True}, "yes", True),
        ({"evaluate_on_plan": False, "re_evaluate_policies": True}, "no", False),
        ({"evaluate_on_plan": True, "re_evaluate_policies": False}, "yes", False),
        ({"evaluate_on_plan": True, "re_evaluate_policies": True}, "yes", False),
    ],
)
async def test_policies_are_asked_when_planning_or_when_reached(
    engine: Engine, owner: Visitor, binding: dict[str, bool], typed: str, taken: bool
) -> None:
    """When the flow is planned nothing has been answered yet."""
    await engine.install(flow(step("a"), step("b", guard(SAID_YES), **binding), step("c")))
    await owner.start()
    assert asked(await owner.answer(a=typed)) == ("b" if taken else "c")


async def test_a_step_planned_for_good_is_not_asked_about_again(engine: Engine, owner: Visitor) -> None:
    still_no = 'return request.context["prompt_data"].get("a") is None'
    kept = step("b", guard(still_no), evaluate_on_plan=True, re_evaluate_policies=False)
    await engine.install(flow(step("a"), kept))
    await owner.start()
    assert asked(await owner.answer(a="x")) == "b"


async def test_an_answer_to_a_step_that_is_taken_out_is_none_to_the_next(engine: Engine, owner: Visitor) -> None:
    guarded = guard(ONLY_OLIVIA)
    await engine.install(flow(step("a", guarded), step("b")))
    await owner.start()
    assert guarded.policy
    await engine.install([replace(guarded.policy, expression="return False")])
    shown = await owner.answer(a="x", b="x")
    assert (asked(shown), "response_errors" in shown) == ("b", False)
    assert await engine.prompt_data(owner) == {}


@pytest.mark.parametrize("gone", ["the present step", "the next step"])
async def test_a_step_that_an_administrator_takes_away_is_passed_over(
    engine: Engine, owner: Visitor, gone: str
) -> None:
    objects = flow(step("a"), step("b"), step("c"))
    await engine.install(objects)
    bindings = [obj.pk for obj in objects if isinstance(obj, FlowStageBinding)]
    await owner.start()
    await engine.install([], remove=[bindings[0] if gone == "the present step" else bindings[1]])
    assert asked(await owner.answer(a="x")) == ("b" if gone == "the present step" else "c")


async def test_changed_settings_count_from_the_next_request_on(engine: Engine, owner: Visitor) -> None:
    asking = prompt("a")
    await engine.install(flow(asks(asking)))
    await owner.start()
    await engine.install([replace(asking, label="Changed", type="number")])
    assert (await owner.look())["fields"][0]["label"] == "Changed"
    assert problem(await owner.answer(a="x")) == ("a", "invalid")


YES, NO, BROKEN = "return True", "return False", "return nobody"


@pytest.mark.parametrize(
    ("mode", "guards", "passes"),
    [
        ("any", [], True),
        ("all", [], True),
        ("any", [guard(YES), guard(NO)], True),
        ("all", [guard(YES), guard(NO)], False),
        ("any", [guard(NO), guard("return 1 > 2")], False),
        ("all", [guard(YES), guard("return 1 < 2")], True),
        ("any", [guard(NO, negate=True)], True),
        ("any", [guard(YES, negate=True)], False),
        ("any", [guard(BROKEN)], False),
        ("any", [guard(BROKEN, failure_result=True)], True),
        ("any", [guard(BROKEN, negate=True)], False),
        ("all", [guard(BROKEN, failure_result=True, negate=True)], True),
        ("any", [guard("while True:\n    pass", timeout=1)], False),
        ("all", [guard(YES), guard(NO, enabled=False)], True),
        ("any", [guard(NO, enabled=False)], True),
    ],
)
@pytest.mark.parametrize("bound_to", ["flow", "step"])
async def test_policies_are_joined_as_the_mode_says(
    engine: Engine, owner: Visitor, bound_to: str, mode: str, guards: list[Guard], passes: bool
) -> None:
    if bound_to == "flow":
        await engine.install(flow(step("a"), guards=guards, policy_engine_mode=mode))
        assert denied(await owner.start()) is not passes
    else:
        await engine.install(flow(step("a", *guards, policy_engine_mode=mode)))
        assert ended(await owner.start()) is not passes


@pytest.mark.parametrize(("negate", "admitted"), [(False, [True, False, False]), (True, [False, True, True])])
@pytest.mark.parametrize("by", ["user", "group"])
async def test_users_and_groups_may_be_bound_in_place_of_policies(
    engine: Engine, owner: Visitor, other: Visitor, stranger: Visitor, by: str, negate: bool, admitted: list[bool]
) -> None:
    group = await engine.services.database.run(create_group, name="people")
    olivia = engine.users[OWNER.username].id
    await engine.services.database.run(add_member, group.pk, olivia)
    bound = {"user": olivia} if by == "user" else {"group": group.pk}
    await engine.install(flow(step("a"), guards=[Guard(None, {**bound, "negate": negate})]))
    assert [not denied(await visitor.start()) for visitor in (owner, other, stranger)] == admitted


async def test_a_denied_visitor_reads_what_the_policies_said(engine: Engine, owner: Visitor, other: Visitor) -> None:
    says = [guard(f'ak_message("{word}")\n{ONLY_OLIVIA}', word) for word in ("One.", "Two.")]
    await engine.install(flow(step("a"), guards=says))
    assert not denied(await owner.start())
    assert sentence(await other.start()) == "One.\nTwo."
    assert denied(await other.answer(a="x")), "nor can he answer what he was not asked"


async def test_without_words_he_reads_a_plain_sentence(engine: Engine, owner: Visitor) -> None:
    await engine.install(flow(step("a"), guards=[guard(NO)]))
    shown = await owner.start()
    assert (shown["component"], sentence(shown)) == ("ak-stage-access-denied", NOT_APPLICABLE)
    assert (shown["pending_user"], shown["flow_info"]["title"]) == (OWNER.username, "Enrol")


ADMIN = Person("ada", "ada runs this place", "+4915123456799", "0151 23456799", "DE")


@pytest.mark.parametrize(
    ("demand", "admitted"),
    [
        ("none", [True, True, True, True]),
        ("require_authenticated", [True, True, True, False]),
        ("require_unauthenticated", [False, False, False, True]),
        ("require_superuser", [True, False, False, False]),
        ("require_redirect", [False, False, False, False]),
        ("require_outpost", [False, False, False, False]),
        ("require_token", [False, False, False, False]),
    ],
)
async def test_a_flow_may_demand_who_runs_it(engine: Engine, demand: str, admitted: list[bool]) -> None:
    await engine.services.database.run(
        add_member,
        (await engine.services.database.run(create_group, name="admins", is_superuser=True)).pk,
        (await engine.add_user(ADMIN)).id,
    )
    await engine.install(flow(step("a"), authentication=demand))
    visitors = [await engine.visitor(person) for person in (ADMIN, OWNER, OTHER, None)]
    shown = [await visitor.start() for visitor in visitors]
    assert [not denied(answer) for answer in shown] == admitted
    assert {sentence(answer) for answer in shown if denied(answer)} <= {NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("action", "next_url", "to"),
    [
        ("message_continue", "", None),
        ("message_continue", "/next", "/next"),
        ("message", "/next", None),
        ("continue", "", "/"),
        ("continue", "/next", "/next"),
    ],
)
async def test_what_follows_a_denial_is_the_flows_to_say(
    engine: Engine, owner: Visitor, action: str, next_url: str, to: str | None
) -> None:
    await engine.install(flow(step("a"), guards=[guard(NO)], denied_action=action))
    owner.next = next_url
    shown = await owner.start()
    assert denied(shown) if to is None else ended(shown, to)


@pytest.mark.parametrize("action", ["message_continue", "continue", "message"])
async def test_who_may_not_sign_in_is_told_so_and_not_sent_round_in_circles(
    engine: Engine, stranger: Visitor, action: str
) -> None:
    steps = (identifies(), signs_in())
    await engine.install(flow(*steps, designation="authentication", guards=[guard(NO)], denied_action=action))
    stranger.next = "/if/admin/"
    assert denied(await stranger.start())


async def test_who_is_signed_in_has_finished_signing_in(engine: Engine, owner: Visitor, stranger: Visitor) -> None:
    steps = (identifies(), signs_in())
    await engine.install(flow(*steps, designation="authentication", authentication="require_unauthenticated"))
    owner.next = "/next"
    assert ended(await owner.start(), "/next")
    assert (await stranger.start())["component"] == "ak-stage-identification"


@pytest.mark.parametrize(
    ("given", "message"), [("", "Unknown error"), ("Closed.", "Closed."), ("policy", "The policy's words.")]
)
async def test_a_deny_stage_ends_the_flow_with_its_message(
    engine: Engine, owner: Visitor, given: str, message: str
) -> None:
    chosen = guard('context["flow_plan"].context["deny_message"] = "The policy\'s words."\nreturn True')
    guards = [chosen] if given == "policy" else []
    await engine.install(flow(denies("" if given == "policy" else given), step("a"), guards=guards))
    for _ in range(2):
        shown = await owner.start()
        assert (denied(shown), sentence(shown)) == (True, message)
    assert await engine.count("execution") == 0
