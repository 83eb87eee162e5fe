"""A data directory for each test's commands."""

from pathlib import Path

import pytest

from tests.cheap_passwords import cheap_passwords as cheap_passwords
from tests.unit.cli.commands import Commands


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path / "data")
