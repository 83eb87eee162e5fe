"""A database in memory, blueprints applied to it, and a look at what they left."""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, select

from watchword.blueprints.file import apply_text
from watchword.blueprints.problems import BlueprintInvalid
from watchword.blueprints.report import Line
from watchword.keyring import Keyring
from watchword.model.base import ConfigObject
from watchword.stages.catalogue import CATALOGUE
from watchword.storage.config import load_objects, load_revision
from watchword.storage.database import open_database
from watchword.storage.tables import metadata

T = TypeVar("T")
C = TypeVar("C", bound=ConfigObject)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEYRING = Keyring("a secret key of the tests")


class Bench:
    def __init__(self) -> None:
        self.database = open_database("sqlite://")
        self.now = NOW

    async def open(self) -> "Bench":
        await self.database.run(metadata.create_all)
        return self

    async def apply(
        self,
        text: str,
        *,
        env: Mapping[str, str] | None = None,
        context: Mapping[str, Any] | None = None,
        skip_unknown: bool = False,
    ) -> list[Line]:
        return await apply_text(
            self.database,
            text,
            name="test.yaml",
            catalogue=CATALOGUE,
            keyring=KEYRING,
            author="the tests",
            clock=lambda: self.now,
            env=env,
            context=context,
            skip_unknown=skip_unknown,
        )

    async def actions(self, text: str, **given: Any) -> list[str]:
        return [line.action for line in await self.apply(text, **given)]

    async def problems(self, text: str, **given: Any) -> list[str]:
        """What is wrong with it; it must change nothing."""
        before = await self.rows()
        with pytest.raises(BlueprintInvalid) as caught:
            await self.apply(text, **given)
        assert await self.rows() == before
        told = [str(problem) for problem in caught.value.problems]
        assert caught.value.message.splitlines() == told
        return told

    async def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        return await self.database.read(_rows)

    async def objects(self) -> list[ConfigObject]:
        return await self.database.read(load_objects, CATALOGUE, KEYRING)

    async def revision(self) -> int:
        return await self.database.read(load_revision)

    async def one(self, cls: type[C], **values: Any) -> C:
        (found,) = await self.every(cls, **values)
        return found

    async def every(self, cls: type[C], **values: Any) -> list[C]:
        of_type = [obj for obj in await self.objects() if isinstance(obj, cls)]
        return [obj for obj in of_type if all(getattr(obj, key) == value for key, value in values.items())]


def _rows(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table.name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr)
        for table in metadata.sorted_tables
    }


def in_a_house(work: Coroutine[Any, Any, T]) -> T:
    """For property tests, whose examples each want a loop of their own."""
    return asyncio.run(work)


def flow(slug: str, **attrs: Any) -> str:
    """An entry for a flow, indented as a list's item."""
    given = {"name": slug, "title": slug, "designation": "authentication", **attrs}
    lines = [f"      {key}: {value}" for key, value in given.items()]
    head = ["  - model: authentik_flows.flow", "    identifiers:", f"      slug: {slug}", "    attrs:"]
    return "\n".join([*head, *lines, ""])


HEAD = "version: 1\nentries:\n"
