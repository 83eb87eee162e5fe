"""Passwords hashed in a millisecond, for tests that are about something else."""

import pytest
from argon2 import PasswordHasher

from watchword import passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The parameters stand in the hash, so what is hashed with these is verified as quickly."""


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that import it."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
