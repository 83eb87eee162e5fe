"""Asks a stage's gateway whether it would take messages, without sending one: as it is kept, or as it was typed."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from watchword.administration.author import Author
from watchword.errors import FieldsInvalid, Throttled
from watchword.flows.limits import in_words
from watchword.flows.services import Services
from watchword.gateways.check import Check
from watchword.model.input import read_fields
from watchword.stages.authenticator_sms.carriers import carrier_of
from watchword.stages.authenticator_sms.settings import SMSSettings
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.throttles import Limit, take

PER_HOUR = Limit(60, 3600)
"""Checks of one administrator: nobody is to try other people's credentials with it."""

ASKED_WITH = ("provider", "account_sid", "gateway_url", "auth_type", "api_key_sid", "auth", "auth_password")
"""The fields that a check needs; the others may be wrong, or empty still."""

ELSEWHERE = (
    "What is stored is sent to the address that it was stored with, and to no other one. Type it again to check it "
    "here, or save first."
)


async def check_gateway(services: Services, stage: SMSSettings) -> Check:
    return await services.sender.check(carrier_of(stage, services.settings))


async def check_typed(
    services: Services, stored: AuthenticatorSMSStage | None, given: Mapping[str, Any], *, by: Author
) -> Check:
    """With the fields as they are given; a secret that is not given is the stored one. Keeps nothing.

    Raises `FieldsInvalid`, and `Throttled`.
    """
    stage = _typed(stored, given)
    if problems := {field: [said] for field, said in _problems(stage, stored, given)}:
        raise FieldsInvalid(problems)
    if wait := await services.database.run(take, f"check-gateway:{by.user.id}", PER_HOUR, services.clock()):
        services.metrics.throttles.held_back("check-gateway")
        raise Throttled(wait, f"Too many checks. Please wait {in_words(wait)}.")
    return await check_gateway(services, stage)


def _typed(stored: AuthenticatorSMSStage | None, given: Mapping[str, Any]) -> AuthenticatorSMSStage:
    """A stage that is never kept, so its name does not matter."""
    named = {"name": "check", **{field: given[field] for field in ASKED_WITH if field in given}}
    if stored is None:
        return AuthenticatorSMSStage(**read_fields(AuthenticatorSMSStage, named))
    return msgspec.structs.replace(stored, **read_fields(AuthenticatorSMSStage, named, partial=True))


def _problems(
    stage: AuthenticatorSMSStage, stored: AuthenticatorSMSStage | None, given: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    yield from ((field, said) for field, said in stage.problems() if field in ASKED_WITH)
    if stored and _address(stage) != _address(stored):
        # Else whoever sits at the console could have a secret that nobody can read sent to himself, without a trace.
        kept = [field for field in _secrets_sent(stage) if field not in given and getattr(stage, field)]
        yield from ((field, ELSEWHERE) for field in kept)


def _address(stage: SMSSettings) -> tuple[str, str]:
    return stage.provider, stage.account_sid if stage.provider == "generic" else stage.gateway_url


def _secrets_sent(stage: SMSSettings) -> tuple[str, ...]:
    with_password = stage.provider == "generic" and stage.auth_type == "basic"
    return ("auth", "auth_password") if with_password else ("auth",)
