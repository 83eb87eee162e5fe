"""Trying things out: a policy, a mapping, a prompt, a gateway."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from watchword.administration.previewing import preview
from watchword.administration.sending import SendTestForm, SendTestResult, send_test
from watchword.administration.trying import MappingTestForm, PolicyTestForm, try_mapping, try_policy
from watchword.errors import NotFound
from watchword.expressions.finished import LogLine
from watchword.model.prompt import Prompt
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.stages.prompt import COMPONENT, StagePrompt
from watchword.web.api.call import Call
from watchword.web.api.configuration import ANY_MAPPING, ANY_POLICY
from watchword.web.api.operation import Operation, Parameter
from watchword.web.api.shapes import Moment, request_type
from watchword.web.sessions import http_view


class LogEvent(msgspec.Struct, kw_only=True):
    """One line of a log."""

    timestamp: Moment
    log_level: Literal["critical", "exception", "error", "warn", "warning", "info", "debug", "notset"]
    logger: str
    event: str
    attributes: dict[str, Any]


class PolicyTestResult(msgspec.Struct, kw_only=True):
    """Whether the policy passes, with what it tells the visitor and what it logs."""

    passing: bool
    messages: list[str]
    log_messages: list[LogEvent]
    milliseconds: float


class PropertyMappingTestResult(msgspec.Struct, kw_only=True):
    """What the mapping returns, as JSON; or what went wrong, and where."""

    result: str
    successful: bool
    milliseconds: float


class PromptPreview(msgspec.Struct, kw_only=True):
    """The field as a visitor would get it."""

    component: str
    fields: list[StagePrompt]


async def _policy(call: Call) -> PolicyTestResult:
    policy = ANY_POLICY.find(call)
    values = await call.fields(PolicyTestForm)
    http = http_view(call.request, call.caller.address)
    answer, milliseconds = await try_policy(call.services, policy, values, http)
    now = call.services.clock()
    return PolicyTestResult(
        passing=answer.passing,
        messages=list(answer.messages),
        log_messages=[_line(line, policy.name, now) for line in answer.logs],
        milliseconds=milliseconds,
    )


def _line(line: LogLine, policy: str, now: datetime) -> LogEvent:
    level: Any = line.level
    return LogEvent(timestamp=now, log_level=level, logger=policy, event=line.event, attributes=dict(line.values))


async def _mapping(call: Call) -> PropertyMappingTestResult:
    mapping = ANY_MAPPING.find(call)
    values = await call.fields(MappingTestForm)
    http = http_view(call.request, call.caller.address)
    result = await try_mapping(call.services, mapping, values, http)
    text = result.failure or msgspec.json.encode(result.value).decode()
    if not result.failure and call.flag("format_result"):
        text = msgspec.json.format(text, indent=4)
    return PropertyMappingTestResult(result=text, successful=not result.failure, milliseconds=result.milliseconds)


async def _preview(call: Call) -> PromptPreview:
    body = await call.body()
    field = await preview(call.services, body, call.caller.user, http_view(call.request, call.caller.address))
    return PromptPreview(component=COMPONENT, fields=[field])


async def _send(call: Call) -> SendTestResult:
    snapshot = call.services.configuration.snapshot
    stage = snapshot.get(call.uuid("stage_uuid", "AuthenticatorSMSStage"), AuthenticatorSMSStage)
    if stage is None:
        raise NotFound("No AuthenticatorSMSStage matches the given query.")
    values = await call.fields(SendTestForm)
    return await send_test(call.services, stage, values, by=call.author, host=call.house.proxies.host(call.request))


OPERATIONS = (
    Operation(
        id="policies_all_test_create",
        method="POST",
        path="/policies/all/{policy_uuid}/test/",
        summary="Try a policy with a user and a context. Nothing is kept of it, and no event left.",
        handle=_policy,
        body=request_type("PolicyTestRequest", PolicyTestForm),
        answer=PolicyTestResult,
    ),
    Operation(
        id="propertymappings_all_test_create",
        method="POST",
        path="/propertymappings/all/{pm_uuid}/test/",
        summary="Try a webhook mapping with a user and a context. Nothing is sent.",
        handle=_mapping,
        body=request_type("PropertyMappingTestRequest", MappingTestForm),
        answer=PropertyMappingTestResult,
        query=(Parameter(name="format_result", schema={"type": "boolean"}, help="With line breaks."),),
    ),
    Operation(
        id="stages_prompt_prompts_preview_create",
        method="POST",
        path="/stages/prompt/prompts/preview/",
        summary="Show a prompt as a visitor would get it. Nothing is kept of it.",
        handle=_preview,
        body=request_type("PromptPreviewRequest", Prompt, optional=("name",)),
        answer=PromptPreview,
    ),
    Operation(
        id="stages_authenticator_sms_send_test_create",
        method="POST",
        path="/stages/authenticator/sms/{stage_uuid}/send_test/",
        summary="Send a test message through a stage's gateway: a real one, 10 an hour and 30 a day at most.",
        handle=_send,
        body=request_type("SendTestRequest", SendTestForm),
        answer=SendTestResult,
        also=("429",),
    ),
)
