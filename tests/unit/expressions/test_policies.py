"""Policies: yes, no, and everything that is neither."""

from typing import Any

import pytest

from tests.unit.expressions.conftest import OLIVIA, OSCAR, FakeHost, request_with
from watchword.expressions.policies import UNCHECKED, PolicyAnswer, PolicyEngine
from watchword.expressions.scope import PolicyRequest
from watchword.model.flow import Flow
from watchword.model.policy import ExpressionPolicy, PolicyBinding
from watchword.model.snapshot import Snapshot

DOCUMENTED = r"""# Trim all whitespace in and around the user input
phone_number = regex_replace(request.context["prompt_data"]["phone"], r'\s+', '')

# Only allow a specific region code
if phone_number.startswith("+1234"):
    return True
ak_message("Invalid phone number or missing region code")
return False
"""

FLOW = Flow(name="f", slug="f", title="F", designation="authentication")


def policy(expression: str, name: str = "p", **more: Any) -> ExpressionPolicy:
    return ExpressionPolicy(name=name, expression=expression, **more)


async def ask(engine: PolicyEngine, expression: str, request: PolicyRequest | None = None, **more: Any) -> PolicyAnswer:
    return await engine.evaluate(policy(expression), request or request_with(), Snapshot(), **more)


async def test_the_documented_policy(engine: PolicyEngine) -> None:
    yes = await ask(engine, DOCUMENTED, request_with(" +1234 567"))
    assert (yes.passing, yes.messages) == (True, ())
    no = await ask(engine, DOCUMENTED, request_with("+49 151"))
    assert (no.passing, no.messages) == (False, ("Invalid phone number or missing region code",))


@pytest.mark.parametrize(("expression", "passing"), [("return True", True), ("return False", False), ("pass", False)])
async def test_yes_no_and_nothing(engine: PolicyEngine, host: FakeHost, expression: str, passing: bool) -> None:
    assert (await ask(engine, expression)).passing is passing
    assert host.events == []


@pytest.mark.parametrize("value", ["1", "'yes'", "[1]", "{}", "0", "request", "lambda: 1"])
async def test_an_answer_that_is_neither_fails_closed(engine: PolicyEngine, host: FakeHost, value: str) -> None:
    answer = await ask(engine, f"return {value}")
    assert (answer.passing, answer.messages, answer.failed) == (False, (UNCHECKED,), True)
    assert host.events[0][1]["kind"] == "answer"


async def test_a_failure_is_told_to_the_administrator_without_the_visitors_number(
    engine: PolicyEngine, host: FakeHost
) -> None:
    source = "number = request.context['prompt_data']['phone']\nraise ValueError('bad ' + number + ' 4915123456713')"
    answer = await ask(engine, source, request_with("+49 151 23456713"))
    assert (answer.passing, answer.messages) == (False, (UNCHECKED,))
    ((action, context),) = host.events
    assert action == "policy_exception"
    assert (context["policy"], context["line"], context["kind"]) == ("p", 2, "error")
    assert "ValueError" in context["detail"]
    # Not in the whole context: the policy's uuid may hold any three digits.
    assert "151" not in str(context["detail"]) + str(context["message"])


async def test_a_failure_counts_as_the_binding_says(engine: PolicyEngine) -> None:
    assert (await ask(engine, "return nobody", failure_result=True)).passing is True
    assert (await ask(engine, "while True:\n    pass", failure_result=True, seconds=0.1)).passing is True
    assert (await ask(engine, "return nobody", failure_result=False)).passing is False


async def test_context_is_the_requests_and_changes_are_carried_back(engine: PolicyEngine) -> None:
    source = """
context["prompt_data"]["phone"] = "changed"
request.context["prompt_data"]["more"] = [1, {2}]
context["flow_plan"].context["redirect"] = "/x"
return request.context["prompt_data"]["phone"] == "changed" and context["prompt_data"]["more"][0] == 1
"""
    request = request_with(flow_plan={"a": 1})
    answer = await ask(engine, source, request)
    assert answer.passing is True
    assert answer.prompt_data == {"phone": "changed", "more": [1, [2]]}
    assert answer.plan_context == {"a": 1, "redirect": "/x"}
    assert request.context["prompt_data"] == {"phone": "+1234 567"}, "the caller's own is not touched"


@pytest.mark.parametrize(
    "expression",
    [
        'request.user.username == "olivia" and request.user.attributes["team"] == "blue"',
        "request.user.pk == 1 and request.user.has_usable_password()",
        'ak_is_group_member(request.user, name="staff")',
        'ak_is_group_member(request.user, name__iexact="STAFF")',
        'not ak_is_group_member(request.user, name="admins")',
        'ak_user_by(username="oscar").pk == 2 and ak_user_by(username="x") is None',
        'ak_user_has_authenticator(request.user) and not ak_user_has_authenticator(request.user, "totp")',
        'regex_match("abc", "b") and not regex_match("abc", "^b")',
        'regex_replace(" a b ", r"\\s", "") == "ab"',
        'list_flatten([3, 4]) == 3 and list_flatten([]) is None and list_flatten("x") == "x"',
        'slugify("Hello, World!") == "hello-world"',
        'phone_parse("+4915123456713")["region"] == "DE" and phone_parse("x") is None',
        'phone_parse("0151 23456713", "DE")["e164"] == "+4915123456713"',
        "str(ak_client_ip) == '10.1.2.3' and ak_client_ip.is_private",
        'ak_client_ip in ip_network("10.0.0.0/8")',
        'not (ip_address("192.0.2.1") in ip_network("10.0.0.0/8"))',
        'ip_address("::1").version == 6 and ip_address("::1").is_loopback',
        'http_request.method == "POST" and request.http_request.path == "/x/"',
        'http_request.brand.branding_title == "Watchword"',
        'hasattr(request, "user") and not hasattr(request, "secret")',
        "not ak_is_sso_flow and request.obj is None",
        'resolve_dns("127.0.0.1") == ["127.0.0.1"]',
    ],
)
async def test_what_a_policy_sees(engine: PolicyEngine, host: FakeHost, expression: str) -> None:
    answer = await ask(engine, f"return {expression}")
    assert answer.passing is True, host.events


async def test_a_policy_leaves_events_and_log_lines(engine: PolicyEngine, host: FakeHost) -> None:
    source = 'ak_logger.info("seen", phone=request.context["prompt_data"]["phone"])\nak_create_event("odd", why="x")'
    await ask(engine, source)
    assert host.events == [("custom_odd", {"why": "x"})]


async def test_execution_logging_leaves_an_event_without_the_visitors_data(
    engine: PolicyEngine, host: FakeHost
) -> None:
    logged = policy("return True", execution_logging=True)
    await engine.evaluate(logged, request_with("+49 151 23456713"), Snapshot())
    ((action, context),) = host.events
    assert (action, context["passing"]) == ("policy_execution", True)
    assert "151" not in str({key: value for key, value in context.items() if "pk" not in key})


async def test_a_called_policy_cannot_change_its_callers_context(engine: PolicyEngine) -> None:
    inner = policy('context["prompt_data"]["phone"] = context["extra"]\nak_message("inner")\nreturn True', "inner")
    outer = policy(
        'result = ak_call_policy("inner", extra="swapped")\n'
        'return result.passing and result.messages == ["inner"] and context["prompt_data"]["phone"] == "+1234 567"',
        "outer",
    )
    answer = await engine.evaluate(outer, request_with(), Snapshot([inner, outer]))
    assert (answer.passing, answer.messages) == (True, ())


async def test_policies_that_call_one_another_for_ever_fail(engine: PolicyEngine, host: FakeHost) -> None:
    loop = policy('return ak_call_policy("loop").passing', "loop")
    answer = await engine.evaluate(loop, request_with(), Snapshot([loop]))
    assert answer.passing is False
    assert host.events
    unknown = await ask(engine, 'return ak_call_policy("nobody").passing')
    assert unknown.passing is False


def bound(*parts: tuple[str, dict[str, Any]]) -> tuple[list[PolicyBinding], Snapshot]:
    policies = [policy(source, f"p{index}") for index, (source, _) in enumerate(parts)]
    bindings = [
        PolicyBinding(target=FLOW.pk, order=index, policy=made.pk, **options)
        for index, (made, (_, options)) in enumerate(zip(policies, parts, strict=True))
    ]
    return bindings, Snapshot([FLOW, *policies, *bindings])


YES, NO, BROKEN = "return True", "ak_message('no')\nreturn False", "return nobody"


@pytest.mark.parametrize(
    ("parts", "any_of", "all_of"),
    [
        ([], True, True),
        ([(YES, {}), (NO, {})], True, False),
        ([(YES, {}), (YES, {})], True, True),
        ([(NO, {}), (NO, {})], False, False),
        ([(NO, {"negate": True})], True, True),
        ([(YES, {"negate": True})], False, False),
        ([(NO, {"enabled": False})], True, True),
        ([(BROKEN, {})], False, False),
        ([(BROKEN, {"negate": True})], False, False),
        ([(BROKEN, {"failure_result": True})], True, True),
        ([(BROKEN, {"failure_result": True, "negate": True})], True, True),
    ],
)
async def test_bindings_decide_together(
    engine: PolicyEngine, parts: list[tuple[str, dict[str, Any]]], any_of: bool, all_of: bool
) -> None:
    bindings, snapshot = bound(*parts)
    assert (await engine.decide(bindings, "any", snapshot, request_with())).passing is any_of
    assert (await engine.decide(bindings, "all", snapshot, request_with())).passing is all_of


@pytest.mark.parametrize(
    ("options", "olivia", "oscar"),
    [
        ({"user": 1}, True, False),
        ({"group": "g-2"}, True, False),
        ({"user": 1, "negate": True}, False, True),
        ({"group": "g-9"}, False, False),
    ],
)
async def test_bindings_of_users_and_groups(
    engine: PolicyEngine, options: dict[str, Any], olivia: bool, oscar: bool
) -> None:
    bindings = [PolicyBinding(target=FLOW.pk, order=0, **options)]
    for user, passing in ((OLIVIA, olivia), (OSCAR, oscar)):
        assert (await engine.decide(bindings, "any", Snapshot(), request_with(user=user))).passing is passing
    stranger = await engine.decide(bindings, "any", Snapshot(), request_with(user=None))
    assert stranger.passing is bool(options.get("negate"))


async def test_messages_keep_their_order_and_repeats(engine: PolicyEngine) -> None:
    bindings, snapshot = bound(("ak_message('a')\nak_message('a')\nreturn True", {}), (NO, {}))
    answer = await engine.decide(bindings, "any", snapshot, request_with())
    assert answer.messages == ("a", "a", "no")


async def test_validation_asks_all_in_order_and_each_sees_what_came_before(engine: PolicyEngine) -> None:
    first = policy('request.context["prompt_data"]["phone"] = "+1"\nreturn True', "first")
    second = policy('return request.context["prompt_data"]["phone"] == "+1"', "second")
    answer = await engine.validate([first, second], request_with(), Snapshot())
    assert (answer.passing, answer.prompt_data) == (True, {"phone": "+1"})
    assert (await engine.validate([second, first], request_with(), Snapshot())).passing is False


async def test_a_stranger_has_no_user(engine: PolicyEngine) -> None:
    answer = await ask(engine, "return request.user is None and not ak_is_group_member(None)", request_with(user=None))
    assert answer.passing is True


@pytest.mark.parametrize("source", ["return True", "return request.user is not None", "return 'a' in 'ab'"])
async def test_what_an_expression_does_not_name_is_as_it_was(engine: PolicyEngine, source: str) -> None:
    answer = await ask(engine, source, request_with(flow_plan={"a": 1}))
    assert (answer.prompt_data, answer.plan_context) == ({"phone": "+1234 567"}, {"a": 1})
    assert (await ask(engine, source)).plan_context is None


@pytest.mark.parametrize(
    "source",
    ["_messages.append(5)\nreturn True", "global _logs\n_logs = 5\nreturn True", "_given.clear()\nreturn True"],
)
async def test_an_answer_that_is_tampered_with_fails_closed(engine: PolicyEngine, host: FakeHost, source: str) -> None:
    answer = await ask(engine, source)
    assert (answer.passing, answer.failed, answer.messages) == (False, True, (UNCHECKED,))
    assert host.events[0][0] == "policy_exception"


async def test_a_failure_is_told_in_so_many_words_and_no_more(engine: PolicyEngine, host: FakeHost) -> None:
    await ask(engine, "raise ValueError('a b ' * 100_000)")
    assert 100 < len(host.events[0][1]["detail"]) <= 1000
