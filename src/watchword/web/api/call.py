"""One request to the API, as operations see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar.datastructures import Cookie

from watchword.administration.author import Author
from watchword.administration.versions import version_of
from watchword.errors import FieldsInvalid, Invalid, Malformed, NotFound, PreconditionFailed
from watchword.flows.services import Services
from watchword.model.input import UUID, read_fields
from watchword.web.api.caller import Caller
from watchword.web.bodies import read_json
from watchword.web.state import House
from watchword.web.target import query_of
from watchword.web.types import WebRequest

_MAX_PARAMETERS = 200
_MAX_ID = 2**63


_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def read_flag(text: str) -> bool:
    """A flag of the query; raises ValueError with a sentence."""
    found = _FLAGS.get(text.lower())
    if found is None:
        raise ValueError(f"Select a valid choice. {text[:100]} is not one of the available choices.")
    return found


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an operation answers, where there is more to say than the value."""

    value: Any
    etag: str = ""
    headers: dict[str, str] | None = None
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, kw_only=True)
class Call:
    request: WebRequest
    house: House
    known: Caller | None

    @property
    def services(self) -> Services:
        return self.house.services

    @property
    def caller(self) -> Caller:
        """For operations that strangers never reach."""
        if self.known is None:
            raise PermissionError
        return self.known

    @property
    def author(self) -> Author:
        return self.caller.author

    def part(self, name: str) -> str:
        """A part of the path, as it was sent."""
        return str(self.request.path_params[name])

    def uuid(self, name: str, what: str) -> str:
        """Raises `NotFound` where it is none: there is nothing with such a name."""
        part = self.part(name)
        if not UUID.fullmatch(part):
            raise NotFound(f"No {what} matches the given query.")
        return part.lower()

    def number(self, name: str, what: str) -> int:
        """The same for ids that are numbers."""
        part = self.part(name)
        if not (part.isascii() and part.isdigit() and len(part) < 20 and int(part) < _MAX_ID):
            raise NotFound(f"No {what} matches the given query.")
        return int(part)

    def query(self) -> dict[str, list[str]]:
        """Every value of each parameter, in their order; the caller's own to change. Raises `Invalid`."""
        return {name: list(values) for name, values in self._query.items()}

    @cached_property
    def _query(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(query_of(self.request), keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
        except ValueError:
            raise Invalid("The query has too many parameters.") from None
        for name, value in pairs:
            found.setdefault(name, []).append(value.replace("\x00", ""))
        return found

    def option(self, name: str, default: str = "") -> str:
        """The last value of a parameter."""
        return self._query.get(name, [default])[-1]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Raises `FieldsInvalid`."""
        text = self.option(name)
        if not text:
            return default
        try:
            return read_flag(text)
        except ValueError as error:
            raise FieldsInvalid({name: [str(error)]}) from None

    async def body(self) -> dict[str, Any]:
        """Raises `Malformed`, `TooLarge`, `UnsupportedMediaType`."""
        try:
            return await read_json(self.request)
        except Malformed as error:
            raise Malformed(f"JSON parse error - {error.message}") from None

    async def fields(self, form: type[msgspec.Struct], *, partial: bool = False) -> dict[str, Any]:
        """The body, read as the form has it; raises `FieldsInvalid` too."""
        return read_fields(form, await self.body(), partial=partial)

    def etag(self, *state: Any) -> str:
        """Of an object's whole state, also what is never shown."""
        return f'"{version_of(self.services.keyring, *state)}"'

    def check_unchanged(self, etag: str) -> None:
        """Where the caller says which state he means to change (`If-Match`, RFC 9110, 13.1.1)."""
        wanted = [tag.strip() for tag in self.request.headers.get("if-match", "").split(",") if tag.strip()]
        if wanted and "*" not in wanted and etag not in wanted:
            raise PreconditionFailed
