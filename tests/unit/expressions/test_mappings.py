"""Webhook mappings and the expressions of prompts."""

from typing import Any

import pytest

from tests.unit.expressions.conftest import OLIVIA, FakeHost, request_with
from watchword.errors import ExpressionFailed, MappingFailed
from watchword.expressions.mappings import MappingEngine
from watchword.expressions.prompts import PromptEngine
from watchword.expressions.sandbox import Sandbox
from watchword.expressions.scope import DeviceView, StageView
from watchword.model.mapping import NotificationWebhookMapping

STAGE = StageView(pk="s-1", name="sms", from_number="1234")
DEVICE = DeviceView(phone_number="+4915123456713", name="SMS Device", user=OLIVIA, stage=STAGE)
DOCUMENTED = 'return {"from": stage.from_number, "to": device.phone_number, "body": f"foo bar baz {token}"}'


async def render(sandbox: Sandbox, expression: str) -> Any:
    mapping = NotificationWebhookMapping(name="my mapping", expression=expression)
    return await MappingEngine(sandbox, FakeHost()).render(
        mapping, user=OLIVIA, device=DEVICE, token="042917", stage=STAGE, request=request_with()
    )


async def failure(sandbox: Sandbox, expression: str) -> MappingFailed:
    with pytest.raises(MappingFailed) as caught:
        await render(sandbox, expression)
    return caught.value


async def test_the_documented_mapping(sandbox: Sandbox) -> None:
    assert await render(sandbox, DOCUMENTED) == {
        "from": "1234",
        "to": "+4915123456713",
        "body": "foo bar baz 042917",
    }


async def test_the_documented_mapping_for_twilio(sandbox: Sandbox) -> None:
    source = 'return {"message": f"Code for {request.http_request.brand.branding_title}: {token}"}'
    assert await render(sandbox, source) == {"message": "Code for Watchword: 042917"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("user.username", "olivia"),
        ("device.user.email", "olivia@example.org"),
        ("device.stage.name", "sms"),
        ('request.context["token"]', "042917"),
        ("http_request.path", "/x/"),
        ("token[0]", "0"),
        ("{1, 2}", [1, 2]),
        ("(1, None)", [1, None]),
        ("'a\\x00b'", "ab"),
        ("user", {"username": "olivia", "pk": 1, "email": "olivia@example.org"}),
        ("'Zürich 😀'", "Zürich 😀"),
    ],
)
async def test_what_a_mapping_sees_and_how_it_comes_out(sandbox: Sandbox, expression: str, value: object) -> None:
    assert await render(sandbox, f'return {{"x": {expression}}}') == {"x": value}


@pytest.mark.parametrize("name", ["auth", "auth_password", "account_sid", "mapping"])
async def test_a_stage_never_shows_its_secrets(sandbox: Sandbox, name: str) -> None:
    assert (await failure(sandbox, f'return {{"x": stage.{name}}}')).kind == "error"
    assert await render(sandbox, f'return {{"x": hasattr(stage, "{name}")}}') == {"x": False}


@pytest.mark.parametrize("expression", ["None", "[]", "'text'", "5", "True"])
async def test_anything_but_a_dict_is_a_failure(sandbox: Sandbox, expression: str) -> None:
    assert (await failure(sandbox, f"return {expression}")).kind == "answer"


async def test_a_failure_names_mapping_and_line_and_hides_code_and_number(sandbox: Sandbox) -> None:
    error = await failure(sandbox, "x = 1\nraise ValueError(token + device.phone_number)")
    assert (error.mapping, error.line, error.kind) == ("my mapping", 2, "error")
    assert "042917" not in error.detail
    assert "23456713" not in error.detail
    assert (await failure(sandbox, "while True:\n    pass")).kind == "timeout"


async def test_prompts_see_what_was_asked_before(sandbox: Sandbox) -> None:
    engine = PromptEngine(sandbox, FakeHost())

    async def value(expression: str, user: Any = OLIVIA) -> Any:
        return await engine.value_of(
            expression, user=user, http_request=None, prompt_context={"name": "Ada", "phone": "+4915123456713"}
        )

    assert await value('return prompt_context["name"] + " of " + user.username') == "Ada of olivia"
    assert await value('return [{"label": "One", "value": 1}, 2]') == [{"label": "One", "value": 1}, 2]
    assert await value("return user is None", user=None) is True
    assert await value('return request.context["prompt_data"]["name"]') == "Ada"
    with pytest.raises(ExpressionFailed) as caught:
        await value('raise ValueError(prompt_context["phone"])')
    assert "23456713" not in caught.value.detail
