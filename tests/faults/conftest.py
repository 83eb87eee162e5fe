"""A scene for each test; its logs, and the codes that were made in it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from structlog.testing import LogCapture

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.contract.databases.conftest import database_url as database_url
from tests.contract.databases.conftest import migrated_postgres as migrated_postgres
from tests.contract.databases.conftest import migrated_sqlite as migrated_sqlite
from tests.databases import Kind
from tests.doubles.fixtures import double as double
from tests.doubles.fixtures import elsewhere as elsewhere
from tests.doubles.fixtures import shared_double as shared_double
from tests.doubles.gateway import GatewayDouble
from tests.faults.scene import Scene
from tests.unit.web.conftest import opened as opened
from tests.unit.web.conftest import prepared as prepared
from watchword.codes import code_hash

SECONDS = "0.3"
"""How long a gateway has in these tests."""


@pytest.fixture(scope="session")
def database_kind() -> Kind:
    """What goes wrong beside the database is tried on one: what each database does has tests of its own."""
    return "sqlite"


@pytest.fixture(autouse=True)
def logs() -> Iterator[LogCapture]:
    capture = LogCapture()
    structlog.configure(processors=[capture])
    yield capture
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every code that is made, seen where its hash is."""
    made: list[str] = []

    def noted(*args: object, code: str, **named: object) -> str:
        made.append(code)
        return code_hash(*args, code=code, **named)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr("watchword.flows.one_time_code.code_hash", noted)
    return made


@pytest.fixture
async def scene(opened: object, double: GatewayDouble, logs: LogCapture, codes: list[str]) -> AsyncIterator[Scene]:
    async with opened(gateway_timeout=SECONDS) as house:  # type: ignore[operator] # the fixture of the web's tests
        yield await Scene(house, double, logs, codes).set_up()
