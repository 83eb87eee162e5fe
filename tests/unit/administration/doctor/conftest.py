"""A gateway to ask, and clients to ask it with."""

from tests.unit.gateways.conftest import double, http, impatient

__all__ = ["double", "http", "impatient"]
