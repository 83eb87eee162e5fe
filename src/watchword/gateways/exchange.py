"""What gateways know of HTTP: they ask, and there is an answer, or a `SendError`."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from watchword.gateways.errors import SendError

PEER = "The gateway"


class Answer(msgspec.Struct, frozen=True):
    """`headers` by their names in lower case; of several of one name the last. `certificate_ends` is for TLS."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    certificate_ends: datetime | None = None

    def __repr__(self) -> str:
        """Never shows what was said: it may repeat what it was told."""
        return f"Answer(status={self.status})"

    def __rich_repr__(self) -> list[tuple[str, int]]:
        """For tracebacks made by rich, which would show every field."""
        return [("status", self.status)]

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The decoded body, or None where it is no JSON. A byte order mark before it is ignored (RFC 8259, 8.1)."""
        try:
            return msgspec.json.decode(self.body.removeprefix(BOM_UTF8))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None


class Client(Protocol):
    """`timeout` in seconds, for a whole exchange."""

    @property
    def timeout(self) -> float: ...

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Any answer there is, of whatever status. Raises `SendError`: `network` where there is none to be had,
        `configuration` where the request cannot even be made.
        """
        ...

    async def ask(self, method: Literal["GET", "OPTIONS"], url: str, *, headers: Mapping[str, str]) -> Answer:
        """By a method that changes nothing (RFC 9110, 9.2.1), within the limits of `post`. Raises as that does."""
        ...


def too_late(peer: str = PEER) -> SendError:
    hint = "It is slow, or a firewall swallows what is sent. WATCHWORD_GATEWAY_TIMEOUT is how long is waited."
    return SendError("network", f"{peer} did not answer in time.", retry_elsewhere=True, hint=hint)
