"""A blueprint's text, applied."""

import asyncio
from collections.abc import Mapping
from typing import Any

from watchword.blueprints.apply import EXAMPLE_HOST, Catalogue, apply_blueprint
from watchword.blueprints.prepare import prepare
from watchword.blueprints.reader import read
from watchword.blueprints.report import Line
from watchword.blueprints.tag import Given
from watchword.clock import Clock, system_clock
from watchword.keyring import Keyring
from watchword.storage.database import Database


async def apply_text(
    database: Database,
    text: str,
    *,
    name: str,
    catalogue: Catalogue,
    keyring: Keyring,
    author: str,
    clock: Clock = system_clock,
    env: Mapping[str, str] | None = None,
    context: Mapping[str, Any] | None = None,
    host: str = EXAMPLE_HOST,
) -> list[Line]:
    """`name` is the file's, for messages. Raises `BlueprintInvalid`, and then nothing has changed.

    `!File` reads files of this machine: for text that comes from afar, use the parts with another `Given`.
    """
    blueprint = await asyncio.to_thread(read, text, name)  # a large one takes seconds
    given = Given(env=env or {}, context=context or {})
    return await database.run(
        apply_blueprint,
        blueprint,
        catalogue=catalogue,
        keyring=keyring,
        now=clock(),
        given=given,
        hashes=await prepare(database, blueprint, given),
        author=author,
        host=host,
    )
