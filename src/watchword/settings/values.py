"""The settings as one frozen value."""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal

import msgspec

from watchword.keyring import Keyring

_SECRET = frozenset(
    {
        "database_url",
        "secret_key",
        "secret_key_previous",
        "bootstrap_password",
        "bootstrap_token",
        "metrics_token",
    }
)

LONGEST_SEND = 9.0
"""Seconds. Visitors wait for ten, of which a mapping takes one: who waits longer has reloaded the page."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment decided; `watchword.settings.load` makes one, and the table says what each means.

    Origins (`public_url`, `twilio_url`, `redirect_origins`) are scheme, host and port in lower case, with neither a
    slash at the end nor the scheme's own port. Timeouts are in seconds, `policy_memory` in MiB. History is kept for
    good where `keep_...` is None.
    """

    database_url: str
    database_pool: int
    database_timeout: float
    data_dir: Path
    secret_key: str
    secret_key_previous: str | None
    public_url: str | None
    bootstrap_password: str | None
    bootstrap_token: str | None
    log_level: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    phone_validation: Literal["valid", "possible"]
    default_region: str | None
    api_reveal_secrets: bool
    redirect_origins: tuple[str, ...]
    blueprints_dir: Path | None
    policy_timeout: float
    policy_memory: int
    gateway_timeout: float
    gateway_concurrency: int
    gateway_queue: int
    keep_deliveries: timedelta | None
    keep_events: timedelta | None
    twilio_url: str
    metrics_token: str | None

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded one, SQLite."""
        return self.database_url.startswith("sqlite:")

    @property
    def gateway_deadline(self) -> float:
        """Seconds that a message may take in all."""
        return min(self.gateway_timeout, LONGEST_SEND)

    def make_keyring(self) -> Keyring:
        """Of the secret key, and of the previous one while keys are rotated."""
        return Keyring(self.secret_key, self.secret_key_previous)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For tracebacks made by rich, which would show every field."""
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return [(name, "***" if name in _SECRET and value is not None else value) for name, value in values]

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"
