"""The message of each SMS stage: how many segments it takes, why, and what that costs."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from watchword.administration.doctor.checks.stages import of, sms_stages
from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.gateways.costly import Costly, costly
from watchword.gateways.segments import Segments, count
from watchword.gateways.text import compose
from watchword.money import as_text
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage

FITS = Kind("message_fits", "ok", "Its message fits one segment.")
LONG = Kind(
    "message_long",
    "warning",
    "Its message takes several segments, each of which is paid for.",
    "Make it shorter: 160 plain characters, with the last line that phones read.",
)
FORCED = Kind(
    "message_not_gsm",
    "warning",
    "Its message has characters outside the GSM-7 alphabet, so a segment holds 70 characters and not 160.",
    "Write other characters in their place; the preview on the stage’s page marks them.",
)
UNBOUND = Kind(
    "message_unbound",
    "advice",
    "Its message has no room for the last line by which phones fill in the code themselves (@host #code).",
    "Make it shorter.",
)
UNPRICED = Kind(
    "price_unset",
    "advice",
    "Nobody has said what a segment costs, so what it sends has no price.",
    "Set “Price of a segment” and the currency.",
)
MAPPED = Kind("message_mapped", "ok", "A webhook mapping makes its message; the preview on its page shows it.")
NONE = Kind("messages_none", "ok", "There is no SMS stage.")

KINDS = (FITS, LONG, FORCED, UNBOUND, UNPRICED, MAPPED, NONE)

_EXAMPLE_HOST = "sms.example.org"


async def check(patient: Patient) -> list[Finding]:
    """With a code of zeros, and the public address's host, or one of usual length."""
    url = patient.settings.public_url
    host = (urlsplit(url).hostname if url else None) or _EXAMPLE_HOST
    stages = sms_stages(patient.the_snapshot().all(AuthenticatorSMSStage))
    return [one for stage in stages for one in _of_stage(stage, host)] or [NONE.found()]


def _of_stage(stage: SMSSettings, host: str) -> Iterator[Finding]:
    if stage.provider in ("twilio", "generic") and stage.price is None:
        yield of(UNPRICED, stage)
    if stage.mapping:
        yield of(MAPPED, stage)
        return
    code = "0" * stage.code_length
    text = compose(stage.message, code=code, host=host, minutes=stage.minutes)
    counted = count(text)
    if counted.segments > 1:
        yield of(LONG, stage, f"Its message takes {counted.segments} segments{_cost(stage, counted)}.")
    if counted.forced_by:
        yield of(FORCED, stage, fix=_instead(costly(text)))
    if not text.endswith(f"@{host} #{code}"):
        yield of(UNBOUND, stage)
    if counted.segments == 1:
        room = "1 character" if counted.left == 1 else f"{counted.left} characters"
        yield of(FITS, stage, f"Its message fits one segment{_cost(stage, counted)}, with {room} to spare.")


def _cost(stage: SMSSettings, counted: Segments) -> str:
    price = stage.price
    return f", {as_text(price.micros * counted.segments, price.currency)} a message" if price else ""


def _instead(characters: list[Costly]) -> str:
    """What to write in place of each that is outside the alphabet."""
    return " ".join(_other(one) for one in characters if one.cost == "forces")


def _other(one: Costly) -> str:
    named = f"{one.char} ({one.name})"
    return f"Write {one.instead} in place of {named}." if one.instead else f"Leave {named} out."
