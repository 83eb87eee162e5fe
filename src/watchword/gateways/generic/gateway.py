"""The generic gateway: one POST of JSON, as authentik makes it."""

from typing import ClassVar

import msgspec

from watchword.clock import Clock, system_clock
from watchword.gateways.answers import checked, excerpt, failure, name_in
from watchword.gateways.base import Gateway, SenderKind
from watchword.gateways.check import Check
from watchword.gateways.errors import SendError
from watchword.gateways.exchange import Client
from watchword.gateways.generic.check import of_answer
from watchword.gateways.generic.errors import meaning_of
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.message import Message, Receipt

_REDIRECTION = 300
_NAMES = ("id", "message_id", "sid")


class GenericGateway(Gateway[GenericSettings]):
    """Any status from 200 to 299 says that the endpoint took the message, whatever else it answers."""

    kind: ClassVar[str] = "generic"
    label: ClassVar[str] = "Any HTTP endpoint"
    senders: ClassVar[frozenset[SenderKind]] = frozenset({"number", "name"})

    def __init__(self, http: Client, clock: Clock = system_clock) -> None:
        self._http = http
        self._clock = clock

    async def send(self, settings: GenericSettings, message: Message) -> Receipt:
        headers = {"Content-Type": "application/json", **settings.authorization()}
        answer = await self._http.post(settings.address, headers=headers, body=body_of(message))
        if answer.status >= _REDIRECTION:
            meaning = meaning_of(answer.status)
            raise failure(
                answer,
                settings,
                message,
                category=meaning.category,
                permanent=meaning.permanent,
                retry_elsewhere=True,
                hint=meaning.hint,
            )
        return Receipt(
            provider_id=name_in(answer.json(), _NAMES, settings, message),
            status=answer.status,
            answer_excerpt=excerpt(answer, settings, message),
        )

    async def check(self, settings: GenericSettings) -> Check:
        """By OPTIONS: what takes a POST takes no other method for a message, while a GET may be one."""
        answer = await self._http.ask("OPTIONS", settings.address, headers=settings.authorization())
        return checked(answer, of_answer(answer, settings, self._clock()))


def body_of(message: Message) -> bytes:
    """What a mapping made of it, or authentik's four keys in authentik's order; a notice has no code, and its text
    stands for it. Raises `SendError` (mapping).
    """
    payload = message.payload
    if payload is None:
        payload = {
            "From": message.sender,
            "To": message.to,
            "Body": message.code or message.text,
            "Message": message.text,
        }
    try:
        return msgspec.json.encode(payload)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        detail = f"What the webhook mapping returned cannot be written as JSON ({type(error).__name__})."
        raise SendError("mapping", detail, permanent=True) from None
