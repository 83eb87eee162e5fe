"""One message through a stage's gateway: composed, carried, and recorded."""

import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from watchword.errors import MappingFailed
from watchword.expressions.scope import DeviceView, StageView, UserView
from watchword.flows.run import Run
from watchword.gateways.errors import UNASKED, SendError
from watchword.gateways.message import Message
from watchword.gateways.segments import count
from watchword.gateways.text import compose
from watchword.model.mapping import NotificationWebhookMapping
from watchword.phone import PhoneNumber, mask
from watchword.stages.authenticator_sms.carriers import carrier_of
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.storage.deliveries import record_delivery
from watchword.storage.devices import DEFAULT_NAME
from watchword.storage.users import is_still_there

Purpose = Literal["enrolment", "validation", "recovery", "notice", "test"]


_NOTICE_LIFE = timedelta(hours=4)
"""How long a notice may wait for a handset that is off."""


_TELLING = ("provider_id", "answer")
"""Facts by which a message leads to whoever got it."""


@dataclass(frozen=True)
class Recording:
    """What records a delivery, and returns its id: together with the step, or `alone`."""

    facts: dict[str, Any]
    about_him: dict[str, Any]

    def __call__(self, conn: Connection) -> int:
        return record_delivery(conn, **self.about_him, **self.facts)

    def alone(self, conn: Connection) -> int:
        """With the step goes who was erased meanwhile; here it must be seen that he is still there."""
        user = self.about_him["user_id"]
        if user is None or is_still_there(conn, user):
            return self(conn)
        return record_delivery(conn, **{name: fact for name, fact in self.facts.items() if name not in _TELLING})


def composed(stage: SMSSettings, number: PhoneNumber, code: str, host: str, payload: dict[str, Any] | None) -> Message:
    """The message of a code; `payload` is what the stage's mapping made, if it has one."""
    text = compose(stage.message, code=code, host=host, minutes=stage.minutes)
    if payload is not None and stage.provider != "generic":
        # Only the key `message` counts there, as in authentik.
        text, payload = str(payload.get("message") or text), None
    return Message(
        to=number.e164,
        sender=stage.from_number,
        text=text,
        code=code,
        payload=payload,
        life_seconds=int(stage.life.total_seconds()),
        country=number.region,
    )


def device_view(stage: SMSSettings, number: PhoneNumber, user: UserView | None) -> DeviceView:
    """What a mapping sees of the device that is to be."""
    shown = StageView(pk=stage.pk, name=stage.name, from_number=stage.from_number)
    return DeviceView(phone_number=number.e164, name=DEFAULT_NAME, user=user, stage=shown)


async def carry(
    run: Run, stage: SMSSettings, number: PhoneNumber, code: str, purpose: Purpose, *, code_id: int
) -> Recording:
    """Returns what records the delivery, which is left to the caller. Raises `SendError`: then it is recorded already,
    with an event that has the cause: its own, or where the gateway was not even asked the one in which that gateway
    began to rest, or its queue was full.

    `code_id` is the issued code's, by which the delivery learns that it came back.
    """
    attempt = _Attempt(run, stage, number, purpose, code_id)
    return await attempt.carry(attempt.message(code))


async def deliver(
    run: Run, stage: SMSSettings, number: PhoneNumber, code: str, purpose: Purpose, *, code_id: int
) -> None:
    """The same, and records the delivery."""
    recording = await carry(run, stage, number, code, purpose, code_id=code_id)
    await run.services.database.run(recording.alone)


async def notify(run: Run, stage: SMSSettings, number: PhoneNumber, text: str) -> None:
    """Tells a number something that is no code. A webhook mapping knows codes only, so where one makes the whole body
    nothing is sent; this, and what goes wrong, is left in an event.
    """
    if stage.mapping and stage.provider == "generic":
        message = "A notice was not sent: the webhook mapping makes messages of codes only"
        where = {"stage": stage.name, "pk": stage.pk, "gateway": stage.provider}
        await run.event("sms_send_failed", message, **where, category="mapping")
        return
    attempt = _Attempt(run, stage, number, "notice")
    with suppress(SendError):
        recording = await attempt.carry(attempt.notice(text))
        await run.services.database.run(recording.alone)


@dataclass(frozen=True)
class _Attempt:
    run: Run
    stage: SMSSettings
    number: PhoneNumber
    purpose: Purpose
    code_id: int | None = None
    began: float = field(default_factory=time.monotonic)

    async def carry(self, making: Awaitable[Message]) -> Recording:
        try:
            message = await making
            carrier = carrier_of(self.stage, self.run.services.settings)
            receipt = await self.run.services.sender.send(carrier, message)
        except SendError as error:
            await self._failed(error)
            raise
        except MappingFailed as error:
            await self._mapping_failed(error)
            raise SendError("mapping", error.detail, permanent=True) from None
        return await self._recording(
            outcome="sent",
            status=receipt.status,
            provider_id=receipt.provider_id,
            answer=receipt.answer_excerpt,
            segments=receipt.segments or count(message.text).segments,
        )

    async def notice(self, text: str) -> Message:
        life = int(_NOTICE_LIFE.total_seconds())
        return Message(
            to=self.number.e164,
            sender=self.stage.from_number,
            text=text,
            code="",
            life_seconds=life,
            country=self.number.region,
        )

    async def message(self, code: str) -> Message:
        return composed(self.stage, self.number, code, self.run.visit.host, await self._mapped(code))

    async def _mapped(self, code: str) -> dict[str, Any] | None:
        mapping = self.run.snapshot.get(self.stage.mapping, NotificationWebhookMapping)
        if mapping is None:
            return None
        user = await self.run.user_view()
        device = device_view(self.stage, self.number, user)
        request = await self.run.policy_request({})
        return await self.run.services.mappings.render(
            mapping, user=user, device=device, token=code, stage=device.stage, request=request
        )

    async def _failed(self, error: SendError) -> None:
        delivery = await self._record(
            outcome="failed",
            category=error.category,
            status=error.http_status,
            error_code=error.provider_code,
            answer=error.answer,
        )
        if error.category in UNASKED:
            return
        await self._explain(
            f"A message through {self.stage.provider} was not sent",
            category=error.category,
            status=error.http_status,
            error_code=error.provider_code,
            detail=error.detail,
            delivery=delivery,
        )

    async def _mapping_failed(self, error: MappingFailed) -> None:
        self.run.services.metrics.sends.count(self.stage.provider, self.number.region, "mapping")
        delivery = await self._record(outcome="failed", category="mapping")
        await self._explain(
            f"The webhook mapping {error.mapping!r} failed",
            category="mapping",
            mapping=error.mapping,
            line=error.line,
            kind=error.kind,
            detail=error.detail,
            delivery=delivery,
        )

    async def _record(self, **facts: Any) -> int:
        """The delivery's id."""
        recording = await self._recording(**facts)
        return await self.run.services.database.run(recording.alone)

    async def _recording(self, **facts: Any) -> Recording:
        """Of a verify-only number not even the last digits are kept."""
        user, now = await self.run.user(), self.run.now
        return Recording(
            facts={
                "now": now,
                "gateway": self.stage.provider,
                "purpose": self.purpose,
                "stage_pk": self.stage.pk,
                "country": self.number.region,
                "duration_ms": int((time.monotonic() - self.began) * 1000),
                "price": self.stage.price,
                **facts,
            },
            about_him={
                "user_id": user.id if user else None,
                "masked": "" if self.stage.verify_only else mask(self.number.e164),
                "code_id": self.code_id,
            },
        )

    async def _explain(self, message: str, **facts: Any) -> None:
        facts = {"stage": self.stage.name, "pk": self.stage.pk, "gateway": self.stage.provider, **facts}
        await self.run.event("sms_send_failed", message, **facts)
