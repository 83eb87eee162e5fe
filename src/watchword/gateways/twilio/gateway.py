"""Twilio: one form POST to the Messages API."""

from typing import ClassVar
from urllib.parse import urlencode

from watchword.gateways.answers import checked, excerpt, failure, name_in
from watchword.gateways.base import Gateway, SenderKind
from watchword.gateways.check import Check
from watchword.gateways.errors import SendError
from watchword.gateways.exchange import Answer, Client
from watchword.gateways.message import Message, Receipt
from watchword.gateways.scrub import basic_credentials
from watchword.gateways.twilio.check import DENIED, of_account, of_key, of_refusal
from watchword.gateways.twilio.errors import code_in, meaning_of
from watchword.gateways.twilio.settings import TwilioSettings

MAX_BODY = 1600
"""Characters that Twilio takes."""

MAX_VALIDITY = 36_000
"""Seconds, Twilio's most and its default; the least is 1."""

_REDIRECTION = 300
_SID_LENGTH = 34


class TwilioGateway(Gateway[TwilioSettings]):
    kind: ClassVar[str] = "twilio"
    label: ClassVar[str] = "Twilio"
    senders: ClassVar[frozenset[SenderKind]] = frozenset({"number", "name", "service"})

    def __init__(self, http: Client) -> None:
        self._http = http

    async def send(self, settings: TwilioSettings, message: Message) -> Receipt:
        if len(message.text) > MAX_BODY:
            raise SendError("configuration", f"The message is over Twilio's {MAX_BODY} characters.", permanent=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded", **_headers(settings)}
        form = urlencode(form_of(settings, message)).encode()
        answer = await self._http.post(settings.url, headers=headers, body=form)
        if answer.status >= _REDIRECTION:
            raise _refusal(answer, settings, message)
        return _receipt(answer, settings, message)

    async def check(self, settings: TwilioSettings) -> Check:
        headers = _headers(settings)
        answer = await self._http.ask("GET", settings.account_url, headers=headers)
        if answer.status < _REDIRECTION:
            return checked(answer, of_account(answer.json()))
        if settings.api_key_sid and answer.status in DENIED:
            answer = await self._http.ask("GET", settings.no_messages_url, headers=headers)
            return checked(answer, of_key(answer, settings))
        return checked(answer, of_refusal(answer, settings))


def _headers(settings: TwilioSettings) -> dict[str, str]:
    credentials = basic_credentials(settings.user, settings.auth)
    return {"Accept": "application/json", "Authorization": f"Basic {credentials}"}


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
    """None for what may be the one-time code, as error codes are kept and shown, and a stand-in may repeat that under
    the same key.
    """
    code = code_in(said)
    return None if str(code) == message.code.lstrip("0") else code


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
