"""Twilio: one form POST to the Messages API."""

from typing import ClassVar
from urllib.parse import urlencode

from watchword.gateways.answers import excerpt, failure, name_in
from watchword.gateways.base import Gateway, SenderKind
from watchword.gateways.errors import SendError
from watchword.gateways.http import Answer, HttpClient
from watchword.gateways.message import Message, Receipt
from watchword.gateways.scrub import basic_credentials
from watchword.gateways.twilio.errors import meaning_of
from watchword.gateways.twilio.settings import TwilioSettings

MAX_BODY = 1600
"""Characters that Twilio takes."""

MAX_VALIDITY = 36_000
"""Seconds, Twilio's most and its default; the least is 1."""

_REDIRECTION = 300
_SID_LENGTH = 34
_CODES = range(10_000, 100_000)


class TwilioGateway(Gateway[TwilioSettings]):
    kind: ClassVar[str] = "twilio"
    label: ClassVar[str] = "Twilio"
    senders: ClassVar[frozenset[SenderKind]] = frozenset({"number", "name", "service"})

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def send(self, settings: TwilioSettings, message: Message) -> Receipt:
        if len(message.text) > MAX_BODY:
            raise SendError("configuration", f"The message is over Twilio's {MAX_BODY} characters.", permanent=True)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Authorization": f"Basic {basic_credentials(settings.user, settings.auth)}",
        }
        form = urlencode(form_of(settings, message)).encode()
        answer = await self._http.post(settings.url, headers=headers, body=form)
        if answer.status >= _REDIRECTION:
            raise _refusal(answer, settings, message)
        return _receipt(answer, settings, message)


def form_of(settings: TwilioSettings, message: Message) -> dict[str, str]:
    """The fields under Twilio's names.

    A message that has not left Twilio when its code has died is not sent any more (`ValidityPeriod`). Twilio's
    `SmartEncoded` is left out: what is counted here is what is sent.
    """
    form = {
        "To": message.to,
        _sender_field(message.sender): message.sender,
        "Body": message.text,
        "ValidityPeriod": str(min(max(message.life_seconds, 1), MAX_VALIDITY)),
    }
    if settings.discard_content:
        form["ContentRetention"] = "discard"
    if settings.obfuscate_address:
        form["AddressRetention"] = "obfuscate"
    return form


def _sender_field(sender: str) -> str:
    """No sender's name is so long (11 characters at most) as a Messaging Service SID."""
    return "MessagingServiceSid" if sender.startswith("MG") and len(sender) == _SID_LENGTH else "From"


def _receipt(answer: Answer, settings: TwilioSettings, message: Message) -> Receipt:
    said = answer.json()
    segments = str(said.get("num_segments", "")) if isinstance(said, dict) else ""
    return Receipt(
        provider_id=name_in(said, ("sid",), settings, message),
        status=answer.status,
        segments=int(segments) if segments.isascii() and segments.isdigit() and len(segments) < 4 else None,
        answer_excerpt=excerpt(answer, settings, message),
    )


def _code_in(said: object, message: Message) -> int | None:
    """Twilio's code, which has five digits; None for what may be the one-time code, as error codes are kept and shown,
    and a stand-in may repeat that under the same key.
    """
    code = said.get("code") if isinstance(said, dict) else None
    if not isinstance(code, int) or code not in _CODES or str(code) == message.code.lstrip("0"):
        return None
    return code


def _refusal(answer: Answer, settings: TwilioSettings, message: Message) -> SendError:
    code = _code_in(answer.json(), message)
    meaning = meaning_of(code, answer.status)
    hints = [meaning.hint, *(settings.warnings() if meaning.category == "configuration" else ())]
    return failure(
        answer,
        settings,
        message,
        category=meaning.category,
        permanent=meaning.permanent,
        retry_elsewhere=meaning.retry_elsewhere,
        sentence=meaning.sentence,
        hint=" ".join(filter(None, hints)),
        provider_code=code,
    )
