"""What holds everywhere: both databases, and property tests without a deadline, which a busy machine would miss."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import KINDS, Kind

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
    """For `-n auto`. Half of their time tests wait: for servers that start, browsers, and what PostgreSQL writes."""
    return 2 * (os.cpu_count() or 1)
