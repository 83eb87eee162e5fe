"""The message of an SMS stage, as it would arrive, before the stage is kept: nothing is sent, and nothing changed."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from watchword.administration.sending import message_of
from watchword.administration.trying import SAMPLE_CODE, SAMPLE_NUMBER
from watchword.errors import FieldsInvalid, MappingFailed
from watchword.expressions.scope import HttpView
from watchword.flows.services import Services
from watchword.gateways.costly import Costly, Piece, costly, pieces
from watchword.gateways.errors import SendError
from watchword.gateways.generic.gateway import body_of
from watchword.gateways.linter import NO_BOUND_LINE
from watchword.gateways.message import Message
from watchword.gateways.scrub import HIDDEN
from watchword.gateways.segments import Segments, count
from watchword.model.input import read_fields
from watchword.phone import accept
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.users import User

MAPPED = (
    "The webhook mapping makes the whole text: the last line by which phones fill in the code themselves "
    "(@host #code) is there only where it writes it."
)

_TOLD = ("name", "provider", "from_number", "message", "mapping", "code_length", "code_life")
"""What a message depends on; neither an address nor a secret is among it."""

_SECRET = re.compile(r"secret|passw|credential|signature|authorization|api[-_ ]?key|token", re.IGNORECASE)

_MORE_DIGITS = "3856"


class MessagePreview(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is what a phone shows, or "" where that is for the endpoint to decide; then there is only the `body` that
    is posted, as JSON. `unbound` says why the text does not end with its origin-bound line, where it does not.
    """

    sender: str
    text: str
    counted: Segments
    pieces: tuple[Piece, ...]
    costly: tuple[Costly, ...]
    unbound: str = ""
    body: str = ""


def stage_told(given: Mapping[str, Any]) -> AuthenticatorSMSStage:
    """A stage of which no more is known than its messages need; what was left empty is as usual.

    Raises `FieldsInvalid`.
    """
    told = {name: given[name] for name in _TOLD if given.get(name) not in (None, "")}
    stage = AuthenticatorSMSStage(
        **{"name": "preview", "provider": "twilio", **read_fields(AuthenticatorSMSStage, told, partial=True)}
    )
    problems: dict[str, list[str]] = {}
    for field, sentence in stage.problems():
        if field in ("message", "code_life"):
            problems.setdefault(field, []).append(sentence)
    if problems:
        raise FieldsInvalid(problems)
    return stage


async def preview_message(
    services: Services, stage: AuthenticatorSMSStage, user: User, http: HttpView, host: str
) -> MessagePreview:
    """With a code that is good for nothing. Raises `FieldsInvalid` for a mapping that fails, with its line."""
    code, number = (SAMPLE_CODE + _MORE_DIGITS)[: stage.code_length], accept(SAMPLE_NUMBER)
    try:
        message = await message_of(services, stage, number, code, user=user, host=host, http=http)
    except MappingFailed as error:
        place = f" (line {error.line})" if error.line else ""
        raise FieldsInvalid({"mapping": [f"{error.detail}{place}"]}) from None
    return _shown(stage, message, host)


def _shown(stage: AuthenticatorSMSStage, message: Message, host: str) -> MessagePreview:
    text = "" if message.payload is not None else message.text
    unbound = "" if text.endswith(f"@{host} #{message.code}") else MAPPED if stage.mapping else NO_BOUND_LINE
    return MessagePreview(
        sender=stage.from_number,
        text=text,
        counted=count(text),
        pieces=tuple(pieces(text)),
        costly=tuple(costly(text)),
        unbound=unbound if text else "",
        body=_body(message) if stage.provider == "generic" else "",
    )


def _body(message: Message) -> str:
    """Raises `FieldsInvalid` where what a mapping made is no JSON."""
    payload = message.payload
    hidden = msgspec.structs.replace(
        message, payload=None if payload is None else _without_secrets(payload, message.code)
    )
    try:
        return msgspec.json.format(body_of(hidden), indent=2).decode()
    except SendError as error:
        raise FieldsInvalid({"mapping": [error.detail]}) from None


def _without_secrets(value: Any, code: str, name: str = "") -> Any:
    """What a mapping wrote under the name of a secret, but for the code, which `token` is usual for."""
    if isinstance(value, dict):
        return {key: _without_secrets(inner, code, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(inner, code, name) for inner in value]
    return HIDDEN if value and _SECRET.search(name) and code not in str(value) else value
