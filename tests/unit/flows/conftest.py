"""The engine and its visitors."""

from tests.unit.engine.fixtures import engine, other, owner, quick, shared_database, stranger

__all__ = ["engine", "other", "owner", "quick", "shared_database", "stranger"]
