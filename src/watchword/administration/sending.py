"""A test message through a stage's gateway, for whoever sets it up: the gateway's answer is shown at once."""

import time
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection

from watchword.administration.author import Author
from watchword.errors import FieldsInvalid, MappingFailed, NumberRefused, Throttled
from watchword.expressions.scope import HttpView, PolicyRequest
from watchword.flows.limits import Limits, in_words, take_all
from watchword.flows.services import Services
from watchword.flows.views import user_view
from watchword.gateways.errors import SendError
from watchword.gateways.explanations import EXPLANATIONS, Explanation
from watchword.gateways.generic.gateway import body_of
from watchword.gateways.message import Message
from watchword.gateways.scrub import scrub
from watchword.gateways.segments import count
from watchword.model.fields import described
from watchword.model.mapping import NotificationWebhookMapping
from watchword.phone import PhoneNumber, accept, mask
from watchword.stages.authenticator_sms.carriers import carrier_of
from watchword.stages.authenticator_sms.delivery import composed, device_view
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.deliveries import record_delivery
from watchword.storage.throttles import Limit
from watchword.storage.users import User

PER_HOUR, PER_DAY = Limit(10, 3600), Limit(30, 86_400)
"""Test messages of one administrator: somebody pays for each."""


TAKEN = Explanation(
    "The gateway took the message, and passes it on.",
    "Nobody’s, if the phone shows it within a minute.",
    "If it does not, look for it in the gateway’s own log: a carrier may refuse what the gateway took.",
)


class SendTestForm(msgspec.Struct, kw_only=True):
    """Where a test message goes. It is a real one, and costs what the gateway takes for it."""

    phone_number: Annotated[str, described("Phone number", "As +4915112345678.", min_length=1, max_length=64)]
    region: Annotated[str, described("Country of a national number", "As DE.", pattern=r"^([A-Z]{2})?$")] = ""


class SendTestResult(msgspec.Struct, kw_only=True):
    """What became of it, and whose `move` it is. `detail` is the gateway's answer; it and `text` hold no secret."""

    sent: bool
    gateway: str
    number: str
    category: str | None = None
    meaning: str = ""
    move: str = ""
    fix: str = ""
    detail: str = ""
    text: str = ""
    status: int | None = None
    provider_code: str | None = None
    provider_id: str | None = None
    segments: int = 0
    milliseconds: int = 0


async def send_test(
    services: Services, stage: SMSSettings, values: dict[str, Any], *, by: Author, host: str
) -> SendTestResult:
    """Raises `FieldsInvalid` for a number that cannot be used, and `Throttled`."""
    number = _number(services, stage, values)
    now = services.clock()
    limits: Limits = [(f"send-test:hour:{by.user.id}", PER_HOUR), (f"send-test:day:{by.user.id}", PER_DAY)]
    if held := await services.database.run(take_all, limits, now):
        services.metrics.throttles.held_back(held.limit)
        raise Throttled(held.seconds, f"Too many test messages. Please wait {in_words(held.seconds)}.")
    began = time.monotonic()
    result = SendTestResult(sent=False, gateway=stage.provider, number=mask(number.e164))
    answer = ""
    try:
        message = await _message(services, stage, number, by, host)
        result.segments, result.text = count(message.text).segments, _told(message)
        receipt = await services.sender.send(carrier_of(stage, services.settings), message)
    except SendError as error:
        _explain(result, error)
        answer = error.answer
    except MappingFailed as error:
        services.metrics.sends.count(stage.provider, number.region, "mapping")
        place = f" (line {error.line})" if error.line else ""
        _explain(result, SendError("mapping", f"Webhook mapping “{error.mapping}”: {error.detail}{place}"))
    else:
        result.sent, result.status, result.provider_id = True, receipt.status, receipt.provider_id
        result.segments = receipt.segments or result.segments
        result.meaning, result.move, result.fix = TAKEN
        result.detail = answer = receipt.answer_excerpt
    result.milliseconds = int((time.monotonic() - began) * 1000)
    await services.database.run(_record, stage, number, result, answer, by, now)
    return result


def _explain(result: SendTestResult, error: SendError) -> None:
    known = EXPLANATIONS[error.category]
    result.category, result.status = error.category, error.http_status
    result.provider_code = None if error.provider_code is None else str(error.provider_code)
    result.meaning, result.move, result.fix = known.meaning, known.move, error.hint or known.fix
    result.detail = error.detail.removeprefix(error.hint).lstrip()


def _told(message: Message) -> str:
    """What a mapping made replaces all else. Raises `SendError` (mapping)."""
    text = message.text if message.payload is None else body_of(message).decode()
    return scrub(text, [message.code, message.to])


def _number(services: Services, stage: SMSSettings, values: dict[str, Any]) -> PhoneNumber:
    settings = services.settings
    try:
        return accept(
            values["phone_number"],
            region=values.get("region") or stage.default_region or settings.default_region or None,
            validation=settings.phone_validation,
            mobile_only=stage.mobile_only,
        )
    except NumberRefused as error:
        raise FieldsInvalid({"phone_number": [error.message]}) from None


async def _message(services: Services, stage: SMSSettings, number: PhoneNumber, by: Author, host: str) -> Message:
    """With a code that is good for nothing. Raises `MappingFailed`."""
    code = services.new_code(stage.code_length)
    return await message_of(services, stage, number, code, user=by.user, host=host)


async def message_of(
    services: Services,
    stage: SMSSettings,
    number: PhoneNumber,
    code: str,
    *,
    user: User,
    host: str,
    http: HttpView | None = None,
) -> Message:
    """As a visitor would get it who is this user. Raises `MappingFailed`."""
    mapping = services.configuration.snapshot.get(stage.mapping, NotificationWebhookMapping)
    if mapping is None:
        return composed(stage, number, code, host, None)
    view = await services.database.read(user_view, user)
    device = device_view(stage, number, view)
    request = PolicyRequest(user=view, http_request=http)
    payload = await services.mappings.render(
        mapping, user=view, device=device, token=code, stage=device.stage, request=request
    )
    return composed(stage, number, code, host, payload)


def _record(
    conn: Connection,
    stage: SMSSettings,
    number: PhoneNumber,
    result: SendTestResult,
    answer: str,
    by: Author,
    now: datetime,
) -> None:
    record_delivery(
        conn,
        now=now,
        gateway=stage.provider,
        outcome="sent" if result.sent else "failed",
        masked="" if stage.verify_only else mask(number.e164),
        purpose="test",
        stage_pk=stage.pk,
        user_id=by.user.id,
        country=number.region,
        category=result.category,
        provider_id=result.provider_id,
        status=result.status,
        error_code=result.provider_code,
        answer=answer,
        segments=max(result.segments, 1),
        duration_ms=result.milliseconds,
        price=stage.price,
    )
