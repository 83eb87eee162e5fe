"""What the SMS stages are set to: whether they send at all, with what sender, to what address."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from watchword.administration.doctor.checks.public_url import is_local
from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.gateways.registry import GATEWAYS
from watchword.model.flow import FlowStageBinding
from watchword.settings import Settings
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_sms.shapes import slips
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage

FINE = Kind("stages_fine", "ok", "Every SMS stage has a gateway, and nothing looks wrong with its settings.")
NO_GATEWAY = Kind(
    "gateway_missing",
    "warning",
    "No stage has Twilio or another gateway: nobody gets a real message.",
    "Set one up, step by step, in the console.",
)
PRETENDS = Kind(
    "gateway_pretends",
    "warning",
    "Its gateway only tries things out: nobody gets a message, and outside the demo the server refuses to start.",
    "Choose a real gateway.",
)
NO_SENDER = Kind(
    "sender_missing",
    "warning",
    "It has no sender.",
    "Enter a number, a name or a Messaging Service SID that belongs to the account.",
)
ODD = Kind(
    "gateway_setting_odd",
    "warning",
    "One of its gateway’s settings does not look like what it should be.",
    "Copy it again from the gateway’s own pages.",
)
PLAIN = Kind(
    "gateway_plain_http",
    "warning",
    "Its gateway’s address is http://: numbers, codes and credentials can be read on the way.",
    "Use https:// where you can.",
)
PRIVATE = Kind(
    "gateway_private",
    "advice",
    "Its gateway’s address is within your own network.",
    "Fine, if a gateway of yours stands there. Others cannot be meant by it.",
)
UNUSED = Kind(
    "stage_unused",
    "advice",
    "It stands in no flow, so nobody can add a phone with it.",
    "Add it to a flow, or delete it.",
)

KINDS = (FINE, NO_GATEWAY, PRETENDS, NO_SENDER, ODD, PLAIN, PRIVATE, UNUSED)

_ADDRESSES = {"twilio": "gateway_url", "generic": "account_sid"}


async def check(patient: Patient) -> list[Finding]:
    snapshot = patient.the_snapshot()
    stages = sms_stages(snapshot.all(AuthenticatorSMSStage))
    found = [] if any(not _pretends(stage) for stage in stages) else [NO_GATEWAY.found()]
    placed = {binding.stage for binding in snapshot.all(FlowStageBinding)}
    for stage in stages:
        found += _of_stage(stage, patient)
        if stage.pk not in placed:
            found.append(of(UNUSED, stage))
    return found if any(one.severity != "advice" for one in found) else [FINE.found(), *found]


def sms_stages(stages: Iterator[AuthenticatorSMSStage]) -> list[AuthenticatorSMSStage]:
    return sorted(stages, key=lambda stage: (stage.name, stage.pk))


def of(kind: Kind, stage: SMSSettings, sentence: str = "", fix: str = "") -> Finding:
    return kind.found(sentence, fix=fix, about=f"Stage “{stage.name}”", pk=stage.pk)


def address_of(stage: SMSSettings, settings: Settings) -> str:
    """The gateway's, or "" where it asks nobody."""
    given = str(getattr(stage, _ADDRESSES.get(stage.provider, ""), ""))
    return given or (settings.twilio_url if stage.provider == "twilio" else "")


def _pretends(stage: SMSSettings) -> bool:
    return stage.provider in GATEWAYS and GATEWAYS[stage.provider].fake


def _of_stage(stage: SMSSettings, patient: Patient) -> Iterator[Finding]:
    if _pretends(stage) and not patient.demo:
        yield of(PRETENDS, stage)
    if stage.provider == "twilio" and not stage.from_number.strip():
        yield of(NO_SENDER, stage)
    address = address_of(stage, patient.settings)
    titles = _ADDRESSES.values()
    for field, sentence in slips(stage.provider, {name: getattr(stage, name) for name in stage.__struct_fields__}):
        plain = field in titles and field == _ADDRESSES.get(stage.provider) and address.lower().startswith("http:")
        yield of(PLAIN if plain else ODD, stage, sentence)
    if address and is_private(urlsplit(address).hostname or ""):
        yield of(PRIVATE, stage)


def is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return is_local(host)
