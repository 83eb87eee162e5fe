"""What is tried out asks the host, and leaves nothing with it."""

import pytest

from tests.unit.expressions.conftest import OLIVIA, FakeHost, request_with
from tests.unit.expressions.test_mappings import DEVICE
from watchword.errors import MappingFailed
from watchword.expressions.mappings import MappingEngine
from watchword.expressions.policies import PolicyAnswer, PolicyEngine
from watchword.expressions.quiet import QuietHost
from watchword.expressions.sandbox import Sandbox
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot

LEAVES = 'ak_create_event("odd")\n'


async def tried(engine: PolicyEngine, expression: str, *others: ExpressionPolicy) -> PolicyAnswer:
    policy = ExpressionPolicy(name="tried", expression=expression, execution_logging=True)
    return await engine.try_out(policy, request_with(), Snapshot(others))


async def test_a_policy_leaves_no_event_of_its_own(engine: PolicyEngine, host: FakeHost) -> None:
    assert (await tried(engine, f"{LEAVES}return True")).passing
    assert host.events == []


async def test_nor_does_one_that_it_asks_whether_that_works_or_not(engine: PolicyEngine, host: FakeHost) -> None:
    works = ExpressionPolicy(name="works", expression=f"{LEAVES}return True", execution_logging=True)
    fails = ExpressionPolicy(name="fails", expression="return nothing")
    asks = 'return ak_call_policy("works").passing and not ak_call_policy("fails").passing'
    assert (await tried(engine, asks, works, fails)).passing
    assert host.events == []


async def test_the_same_policies_leave_events_where_they_are_not_tried(engine: PolicyEngine, host: FakeHost) -> None:
    policy = ExpressionPolicy(name="real", expression=f"{LEAVES}return nothing")
    await engine.evaluate(policy, request_with(), Snapshot([policy]))
    assert [action for action, _ in host.events] == ["custom_odd", "policy_exception"]


async def test_it_still_finds_users_and_their_devices(engine: PolicyEngine) -> None:
    expression = 'return ak_user_has_authenticator(ak_user_by(username="olivia"), "sms")'
    assert (await tried(engine, expression)).passing
    assert not (await tried(engine, expression.replace("olivia", "oscar"))).passing


async def test_a_failure_has_its_line(engine: PolicyEngine) -> None:
    answer = await tried(engine, "\n\nx = 1\nreturn x.nothing")
    assert (answer.failed, answer.line) == (True, 4)
    assert answer.messages[0].endswith("(line 4)")
    assert (await tried(engine, "return True")).line is None
    syntax = await tried(engine, "x = 1\nreturn (")
    assert syntax.line == 2
    assert syntax.messages[0].count("line 2") == 1


async def test_a_mapping_leaves_no_event_either(sandbox: Sandbox, host: FakeHost) -> None:
    engine = MappingEngine(sandbox, host)

    async def of(expression: str) -> object:
        mapping = NotificationWebhookMapping(name="m", expression=expression)
        return await engine.try_out(
            mapping, user=OLIVIA, group=None, http_request=None, variables={}, sample=DEVICE, token="042917"
        )

    assert await of(f'{LEAVES}return {{"text": token}}') == {"text": "042917"}
    assert host.events == []
    with pytest.raises(MappingFailed) as caught:
        await of("x = 1\nreturn x.nothing")
    assert caught.value.line == 2
    with pytest.raises(MappingFailed, match="A webhook mapping failed"):
        await of('return ak_message("nobody reads it")')


async def test_a_quiet_host_answers_as_the_other_one(host: FakeHost) -> None:
    quiet = QuietHost(host)
    assert await quiet.user_by({"username": "olivia"}) == OLIVIA
    assert await quiet.has_authenticator(1, "sms")
    assert not await quiet.has_authenticator(2, None)
    assert quiet.phone_parse("+4915123456789", None) == host.phone_parse("+4915123456789", None)
    await quiet.create_event("custom_odd", {})
    assert host.events == []
