"""Installations for the doctor, each well but for what a test says."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.unit.engine.flows import flow, identifies, signs_in, sms
from watchword.administration.doctor.asking import Answered, Asked
from watchword.administration.doctor.finding import Finding, Kind, NotChecked
from watchword.administration.doctor.patient import Patient
from watchword.model.base import ConfigObject
from watchword.model.snapshot import Snapshot
from watchword.settings import Settings, load
from watchword.stages.authenticator_sms.stage import AuthenticatorSMSStage
from watchword.storage.database import Database, open_database
from watchword.storage.tables import metadata

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = "8d1f0c52b7e9463aa1f2c3d4e5f60718293a4b5c6d7e8f90"
UNREAD = "never shown"

SIGN_IN: list[ConfigObject] = flow(
    identifies(), signs_in(), slug="sign-in", designation="authentication", authentication="none"
)


def settings(**changes: Any) -> Settings:
    plain = load({}, database_url="postgresql://watchword:pw@db.invalid/watchword", secret_key=KEY)
    return msgspec.structs.replace(plain, **{"public_url": "https://sms.example.org", "trusted_proxies": (), **changes})


def patient(*objects: ConfigObject, **values: Any) -> Patient:
    """With a configuration of these objects; `values` are the patient's, or by other names the settings'."""
    given = {name: values.pop(name) for name in list(values) if name in Patient.__dataclass_fields__}
    made = Patient(settings=settings(**values), clock=lambda: NOW, snapshot=Snapshot(objects))
    return replace(made, **given)


async def memory() -> Database:
    """A database in memory, with all tables."""
    database = open_database("sqlite://")
    await database.run(metadata.create_all)
    return database


def stage(**values: Any) -> AuthenticatorSMSStage:
    """One that is set up well."""
    given: dict[str, Any] = {
        "segment_price": "0.0075",
        "currency": "EUR",
        "auth": UNREAD,
        "from_number": "Watchword",
        **values,
    }
    found = sms(**given).stage
    assert isinstance(found, AuthenticatorSMSStage)
    return found


def placed(one: AuthenticatorSMSStage) -> list[ConfigObject]:
    """The stage in a flow of its own."""
    step = sms()
    return flow(replace(step, stage=one), slug=f"flow-of-{one.name}")


def codes(findings: Iterable[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def only(findings: Iterable[Finding], kind: Kind) -> Finding:
    """The one of this kind."""
    [found] = [finding for finding in findings if finding.code == kind.code]
    assert found.severity == kind.severity
    return found


async def not_checked(check: Callable[[Patient], Awaitable[list[Finding]]], ill: Patient) -> str:
    """Why it was not."""
    with pytest.raises(NotChecked) as caught:
        await check(ill)
    return str(caught.value)


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)


def private_file(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


class Known(Asked):
    """What gateways would answer is known."""

    def __init__(self, *answers: Answered) -> None:
        self._known = list(answers)

    async def answers(self) -> list[Answered]:
        return self._known
