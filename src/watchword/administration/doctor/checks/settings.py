"""Settings that are allowed, and better known."""

from collections.abc import Iterator

from watchword.administration.doctor.finding import Finding, Kind
from watchword.administration.doctor.patient import Patient
from watchword.settings.values import LONGEST_SEND

FINE = Kind("settings_fine", "ok", "The settings can be read, and none of them stands out.")
REVEALED = Kind(
    "secrets_revealed",
    "warning",
    "The API answers the gateways’ secrets in clear to every superuser’s token.",
    "Unset WATCHWORD_API_REVEAL_SECRETS unless Terraform needs it just now.",
)
BOOTSTRAP = Kind(
    "bootstrap_left",
    "advice",
    "The first administrator’s password or token still stands in the settings, where it is of no more use.",
    "Unset WATCHWORD_BOOTSTRAP_PASSWORD and WATCHWORD_BOOTSTRAP_TOKEN once somebody administers.",
)
CHATTY = Kind(
    "log_chatty",
    "advice",
    "Everything is logged, which fills disks.",
    "Set WATCHWORD_LOG_LEVEL to info when you have seen what you wanted to see.",
)
HASTY = Kind(
    "gateway_timeout_short",
    "warning",
    "Gateways get less than 3 seconds to answer: what they send all the same counts as failed, and is sent again.",
    "Set WATCHWORD_GATEWAY_TIMEOUT to 8.",
)
PATIENT = Kind(
    "gateway_timeout_long",
    "advice",
    f"More than {LONGEST_SEND:g} seconds count as {LONGEST_SEND:g} for a gateway: no visitor waits longer than ten.",
    "Set WATCHWORD_GATEWAY_TIMEOUT to 8, or to 9.",
)

KINDS = (FINE, REVEALED, BOOTSTRAP, CHATTY, HASTY, PATIENT)

_SECONDS_AT_LEAST = 3.0


async def check(patient: Patient) -> list[Finding]:
    return list(_odd(patient)) or [FINE.found()]


def _odd(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    if settings.api_reveal_secrets:
        yield REVEALED.found()
    if settings.bootstrap_password or settings.bootstrap_token:
        yield BOOTSTRAP.found()
    if settings.log_level == "debug":
        yield CHATTY.found()
    if settings.gateway_timeout < _SECONDS_AT_LEAST:
        yield HASTY.found()
    if settings.gateway_timeout > LONGEST_SEND:
        yield PATIENT.found()
