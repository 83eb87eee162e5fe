"""What is sent, and what comes back."""

from typing import Any

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`to` is E.164 and `country` its ISO 3166-1, for metrics; `text` is the whole sentence with its origin-bound line,
    `code` the bare digits (empty for a notice), `sender` a number, a name, or empty; `life_seconds` is how long the
    code is good. `payload`, made by a mapping, replaces the whole body of a generic gateway.
    """

    to: str
    text: str
    code: str
    sender: str = ""
    payload: dict[str, Any] | None = None
    life_seconds: int = 300
    country: str | None = None

    def __repr__(self) -> str:
        """Never shows number, code or text."""
        return f"Message(sender={self.sender!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """For tracebacks made by rich, which would show every field."""
        return [("sender", self.sender)]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway took the message. `provider_id` is its name for it, `status` its HTTP status, `segments` how many
    it counted, `answer_excerpt` its first words with number, code and secrets removed; None or empty where it said
    nothing of the kind.
    """

    provider_id: str | None = None
    status: int | None = None
    segments: int | None = None
    answer_excerpt: str = ""
