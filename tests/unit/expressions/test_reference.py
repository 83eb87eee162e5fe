"""The list of what expressions can use is whole, and all of it works."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import fields

from tests.unit.expressions.conftest import OLIVIA, FakeHost, request_with
from tests.unit.expressions.test_mappings import DEVICE, STAGE
from watchword.errors import ExpressionFailed, MappingFailed
from watchword.expressions import prelude
from watchword.expressions.functions import address_facts
from watchword.expressions.mappings import MappingEngine
from watchword.expressions.policies import PolicyEngine
from watchword.expressions.prompts import PromptEngine
from watchword.expressions.reference.entry import EVERY, Entry, Kind
from watchword.expressions.reference.helpers import HELPERS, MISSING
from watchword.expressions.reference.topics import topics
from watchword.expressions.reference.variables import VARIABLES
from watchword.expressions.sandbox import Sandbox
from watchword.expressions.scope import DeviceView, HttpView, PolicyRequest, StageView, UserView
from watchword.model.mapping import NotificationWebhookMapping
from watchword.model.policy import ExpressionPolicy
from watchword.model.snapshot import Snapshot
from watchword.phone import PhoneNumber

PRELUDES: dict[Kind, str] = {
    "policy": prelude.FOR_POLICIES.text,
    "mapping": prelude.FOR_MAPPINGS.text,
    "prompt": prelude.FOR_PROMPTS.text,
}
USABLE = [(kind, entry) for entry in (*VARIABLES, *HELPERS) for kind in sorted(entry.kinds)]
each_usable = pytest.mark.parametrize(("kind", "entry"), USABLE, ids=lambda value: getattr(value, "shown", value))


def defined(code: str) -> set[str]:
    """What a prelude gives an expression by name; the classes of its views are nobody's to call."""
    return {name for name in _names(ast.parse(code).body) if not name.startswith("_")}


def _names(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.If):
            yield from _names(node.body)


async def evaluate(sandbox: Sandbox, kind: Kind, value: str) -> Any:
    """As an expression of this kind that returns the value; raises where it fails."""
    host = FakeHost()
    if kind == "policy":
        return await _of_policy(PolicyEngine(sandbox, host), value)
    if kind == "mapping":
        mapping = NotificationWebhookMapping(name="m", expression=f'return {{"value": {value}}}')
        engine = MappingEngine(sandbox, host)
        about: dict[str, Any] = {"device": DEVICE, "token": "042917", "stage": STAGE, "request": request_with()}
        return (await engine.render(mapping, user=OLIVIA, **about))["value"]
    asked: dict[str, Any] = {"http_request": HttpView(), "prompt_context": {"phone": "+49"}}
    return await PromptEngine(sandbox, host).value_of(f"return {value}", user=OLIVIA, **asked)


async def _of_policy(engine: PolicyEngine, value: str) -> Any:
    other = ExpressionPolicy(name="staff only", expression="return True")
    policy = ExpressionPolicy(name="p", expression=f"_kept = {value}\nak_logger.info(_kept)\nreturn True")
    request = request_with("+49 151 23456713", flow_plan={"redirect": "/"})
    answer = await engine.try_out(policy, request, Snapshot([other, policy]))
    if answer.failed:
        raise ExpressionFailed("error", answer.messages[0])
    return answer.logs[-1].event


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_every_name_that_an_expression_has_is_listed_and_no_other(kind: Kind) -> None:
    listed = {entry.name for topic in topics(kind) for entry in topic.entries}
    assert defined(PRELUDES[kind]) == listed


@each_usable
async def test_every_example_works(sandbox: Sandbox, kind: Kind, entry: Entry) -> None:
    await evaluate(sandbox, kind, entry.example)
    assert re.search(rf"\b{entry.name}\b", entry.example), "it is an example of something else"


@pytest.mark.parametrize("kind", sorted(EVERY))
@pytest.mark.parametrize("entry", MISSING, ids=lambda entry: entry.name)
async def test_what_is_not_here_says_so(sandbox: Sandbox, kind: Kind, entry: Entry) -> None:
    with pytest.raises((ExpressionFailed, MappingFailed)) as caught:
        await evaluate(sandbox, kind, entry.example)
    assert f"{entry.name} does not exist in Watchword's expressions" in caught.value.detail


WITH_PARTS = [(kind, entry) for kind, entry in USABLE if entry.parts]
PART_OF = {
    "phone_parse": 'phone_parse("+4915123456789")["{}"]',
    "ip_network": 'ip_network("192.0.2.0/24").{}',
    "ip_address": 'ip_address("192.0.2.7").{}',
    "ak_call_policy": 'ak_call_policy("staff only").{}',
}


@pytest.mark.parametrize(("kind", "entry"), WITH_PARTS, ids=lambda value: getattr(value, "shown", value))
async def test_every_part_is_there(sandbox: Sandbox, kind: Kind, entry: Entry) -> None:
    written = PART_OF.get(entry.name, entry.shown + ".{}")
    await evaluate(sandbox, kind, f"[{', '.join(written.format(part) for part in entry.parts)}]")


@pytest.mark.parametrize(
    ("shown", "kind", "known"),
    [
        # Whether there is a password is asked by the method that authentik has.
        (
            "request.user",
            "policy",
            {one.name for one in fields(UserView)} - {"has_password"} | {"has_usable_password()"},
        ),
        ("device", "mapping", {one.name for one in fields(DeviceView)}),
        ("stage", "mapping", {one.name for one in fields(StageView)}),
        ("request", "mapping", {one.name for one in fields(PolicyRequest)} - {"debug"}),
        ("phone_parse(text, region=None)", "policy", {one.name for one in fields(PhoneNumber)}),
        ("ak_client_ip", "policy", address_facts("192.0.2.7").keys() - {"text", "number"}),
        (
            "http_request",
            "prompt",
            {one.name for one in fields(HttpView)} - {"branding_title"} | {"brand.branding_title"},
        ),
    ],
)  # fmt: skip
def test_no_part_is_left_out(shown: str, kind: Kind, known: set[str]) -> None:
    [entry] = [entry for topic in topics(kind) for entry in topic.entries if entry.shown == shown]
    assert set(entry.parts) == known


@each_usable
def test_signatures_are_those_of_the_functions(kind: Kind, entry: Entry) -> None:
    [*found] = [node for node in ast.parse(PRELUDES[kind]).body
                if isinstance(node, ast.FunctionDef) and node.name == entry.name]  # fmt: skip
    if not found:
        assert "(" not in entry.shown or entry.name == "ak_logger"
        return
    arguments = found[0].args
    taken = [one.arg for one in arguments.args]
    shown = re.findall(r"\*\*\w+|\w+(?=[,=)])", entry.shown.partition("(")[2])
    names = [name for name in shown if name != "None" and name != "True"]
    if arguments.kwarg is None:
        assert names == taken
    else:
        assert names[: len(taken)] == taken


@each_usable
def test_every_entry_says_what_it_is_in_one_paragraph(kind: Kind, entry: Entry) -> None:
    assert entry.means[0].isupper()
    assert entry.means.endswith(".")
    assert "\n" not in entry.means + entry.shown + entry.example
    assert len(entry.means) <= 120
    assert kind in EVERY
