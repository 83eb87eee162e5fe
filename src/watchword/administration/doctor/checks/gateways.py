"""Each gateway, asked whether it would take a message; none is sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from watchword.administration.doctor.asking import Answered
from watchword.administration.doctor.checks.stages import address_of
from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.gateways import check as gateway_check
from watchword.gateways.generic.shapes import URL
from watchword.gateways.shapes import slip_of
from watchword.settings import Settings

TAKES = Kind("gateway_fine", "ok", "The gateway answers, and takes the credentials.")
UNREACHABLE = Kind(
    "gateway_unreachable",
    "error",
    "The gateway gives no answer: it cannot be reached, its certificate or name is wrong, or it takes too long.",
    "Check the address, and whether this server may reach it: a firewall, a proxy, a name server.",
)
REFUSES = Kind(
    "gateway_refuses",
    "error",
    "The gateway answers, and would take no message: the credentials, the account or the address is wrong.",
    "Compare the stage’s fields with what the gateway’s own pages show.",
)
DOUBTFUL = Kind(
    "gateway_doubtful",
    "warning",
    "The gateway answers, and it is not certain that it takes messages.",
    "Send a test message from the stage’s page.",
)
SLOW = Kind(
    "gateway_slow",
    "warning",
    "The gateway takes long to answer: visitors wait as long.",
    "Ask whoever runs it. WATCHWORD_GATEWAY_TIMEOUT is how long is waited.",
)
ENDING = Kind(
    "gateway_certificate_ends",
    "warning",
    "The gateway’s certificate ends soon: from then on nothing is sent.",
    "Whoever runs the gateway should renew it.",
)
NONE = Kind("gateways_none", "ok", "There is no gateway to ask.")

KINDS = (TAKES, UNREACHABLE, REFUSES, DOUBTFUL, SLOW, ENDING, NONE)

_BY_SEVERITY = {"ok": TAKES, "warning": DOUBTFUL, "error": REFUSES}
_SOON = timedelta(days=21)
_SLOW = timedelta(seconds=3)


async def check(patient: Patient) -> list[Finding]:
    answers = await patient.those_asked().answers()
    now = patient.clock()
    return [one for answer in answers for one in _of(answer, patient.settings, now)] or [NONE.found()]


def _of(answer: Answered, settings: Settings, now: datetime) -> Iterator[Finding]:
    names = ", ".join(f"“{stage.name}”" for stage in answer.stages)
    where = {"about": f"Stage {names}" if len(answer.stages) == 1 else f"Stages {names}", "pk": answer.stages[0].pk}
    ends = answer.check.certificate_ends
    ending = ends is not None and ends - now < _SOON
    told = {slip_of(URL, address_of(stage, settings)) for stage in answer.stages}
    for one in answer.check.findings:
        if one.sentence in told or (ending and "certificate" in one.sentence):
            continue  # said by the check of the stages, or below
        yield _kind(answer.check, one).found(one.sentence, fix=one.fix, **where)
    if ends is not None and ending:
        days = max((ends - now).days, 0)
        yield ENDING.found(f"The gateway’s certificate ends in {days} days: from then on nothing is sent.", **where)
    if (took := answer.ended - answer.began) > _SLOW and not answer.check.failed:
        yield SLOW.found(f"The gateway took {took.total_seconds():.1f} seconds to answer.", **where)


def _kind(check: gateway_check.Check, one: gateway_check.Finding) -> Kind:
    return UNREACHABLE if check.failed == "network" else _BY_SEVERITY[one.severity]
