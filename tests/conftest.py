"""What holds everywhere: both databases, and property tests without a deadline, which a busy machine would miss."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import KINDS, Kind
from tests.postgres import NAMED, server_address, starts_its_own
from tests.scheduling import InPieces, urgency

settings.register_profile(
    "watchword",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # The gate must not fail by chance over what a change has not touched; a developer's runs look further each time.
    derandomize="CI" in os.environ,
    print_blob=True,
)
settings.load_profile("watchword")


@pytest.fixture(scope="session", params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Which database a test is about: whatever asks for an application, an engine or a server runs on both."""
    kind: Kind = request.param
    return kind


def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`. Most of their time tests wait: for servers that start, browsers, and what PostgreSQL writes. A
    server of PostgreSQL that others use too has connections for fewer.
    """
    return (3 if starts_its_own() else 2) * (os.cpu_count() or 1)


def pytest_configure(config: pytest.Config) -> None:
    """Workers share one server of PostgreSQL; a single process starts it when a test asks."""
    if config.getoption("tx", None) and not hasattr(config, "workerinput"):
        os.environ[NAMED] = server_address()


@pytest.hookimpl(trylast=True)  # after pytest has brought together what shares a fixture
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: urgency(item.nodeid.partition("::")[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InPieces | None:
    """Where no other is asked for."""
    if config.getoption("dist") != "load":
        return None
    config.option.loadscopereorder = False
    return InPieces(config, log)
